/* SPDX-License-Identifier: MIT */
/* The in and out instructions. */
#pragma once

#include "nt/ntdef.h"

static inline UCHAR HalpIn8(USHORT Port)
{
    UCHAR Value;
    __asm__ volatile("inb %1, %0" : "=a"(Value) : "Nd"(Port));
    return Value;
}

static inline VOID HalpOut8(USHORT Port, UCHAR Value)
{
    __asm__ volatile("outb %0, %1" ::"a"(Value), "Nd"(Port));
}

static inline VOID HalpOut16(USHORT Port, USHORT Value)
{
    __asm__ volatile("outw %0, %1" ::"a"(Value), "Nd"(Port));
}

static inline VOID HalpOut32(USHORT Port, ULONG Value)
{
    __asm__ volatile("outl %0, %1" ::"a"(Value), "Nd"(Port));
}

/* Disables interrupts and returns the EFLAGS from before, for HalpRestoreInterrupts. */
static inline ULONG HalpDisableInterrupts(VOID)
{
    ULONG Flags;
    __asm__ volatile("pushfl\n\tpopl %0\n\tcli" : "=r"(Flags)::"memory");
    return Flags;
}

static inline VOID HalpRestoreInterrupts(ULONG Flags)
{
    if (Flags & 0x200) {
        __asm__ volatile("sti" ::: "memory");
    }
}
