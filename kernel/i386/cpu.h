/* SPDX-License-Identifier: MIT */
/* Instructions that C has no words for. */
#pragma once

#include "descriptors.h"

#define CR0_MP 0x00000002UL
#define CR0_EM 0x00000004UL
#define CR0_TS 0x00000008UL
#define CR0_NE 0x00000020UL
#define CR0_WP 0x00010000UL
#define CR0_AM 0x00040000UL
#define CR4_OSFXSR 0x00000200UL
#define CR4_OSXMMEXCPT 0x00000400UL

#define EFLAGS_TF 0x00000100UL
#define EFLAGS_IF 0x00000200UL
#define EFLAGS_DF 0x00000400UL
#define EFLAGS_IOPL 0x00003000UL
#define EFLAGS_NT 0x00004000UL
#define EFLAGS_RF 0x00010000UL
#define EFLAGS_VM 0x00020000UL
#define EFLAGS_AC 0x00040000UL
#define EFLAGS_VIF 0x00080000UL
#define EFLAGS_VIP 0x00100000UL

/* Debug registers: what of DR6 and DR7 is a program's (nt-facts 3.11): no global enables, no GD. */
#define DR6_USER 0x0000E00FUL
#define DR7_USER 0xFFFF0155UL
#define DR7_ENABLES 0x00000055UL

/* What none of ntdll's dispatchers is entered with (nt-facts 4.2). */
#define EFLAGS_DISPATCHER_CLEAR                                                                    \
    (EFLAGS_TF | EFLAGS_DF | EFLAGS_IOPL | EFLAGS_NT | EFLAGS_RF | EFLAGS_VM | EFLAGS_AC)

#define KI_READ_CR(n)                                                                              \
    static inline ULONG KiReadCr##n(VOID)                                                          \
    {                                                                                              \
        ULONG Value;                                                                               \
        __asm__ volatile("movl %%cr" #n ", %0" : "=r"(Value));                                     \
        return Value;                                                                              \
    }
#define KI_WRITE_CR(n)                                                                             \
    static inline VOID KiWriteCr##n(ULONG Value)                                                   \
    {                                                                                              \
        __asm__ volatile("movl %0, %%cr" #n ::"r"(Value) : "memory");                              \
    }
KI_READ_CR(0)
KI_READ_CR(2)
KI_READ_CR(3)
KI_READ_CR(4)
KI_WRITE_CR(0)
KI_WRITE_CR(3)
KI_WRITE_CR(4)
#undef KI_READ_CR
#undef KI_WRITE_CR

/* The page tables, through the directory's entry for itself (seed 004; nt-facts 8.3). */
#define PTE_BASE 0xC0000000UL
#define PDE_BASE 0xC0300000UL
#define PTE_VALID 0x001UL

static inline BOOLEAN KiIsMapped(ULONG Address)
{
    return ((ULONG *)PDE_BASE)[Address >> 22] & PTE_VALID &&
           ((ULONG *)PTE_BASE)[Address >> 12] & PTE_VALID;
}

static inline VOID KiInvalidatePage(ULONG Address)
{
    __asm__ volatile("invlpg (%0)" ::"r"(Address) : "memory");
}

/* Loads the GDT and every segment register with ring 0's selectors (nt-facts 1.2). */
static inline VOID KiLoadGdt(const KDESCRIPTOR *Gdtr)
{
    __asm__ volatile("lgdt %0\n\t"
                     "ljmp %1, $1f\n"
                     "1:\tmovw %w2, %%ss\n\t"
                     "movw %w3, %%ds\n\t"
                     "movw %w3, %%es\n\t"
                     "movw %w4, %%fs\n\t"
                     "movw %w5, %%gs"
                     :
                     : "m"(*Gdtr), "i"(KGDT_R0_CODE), "r"(KGDT_R0_DATA),
                       "r"(KGDT_R3_DATA | RPL_MASK), "r"(KGDT_R0_PCR), "r"(KGDT_NULL)
                     : "memory");
}

static inline VOID KiLoadIdt(const KDESCRIPTOR *Idtr)
{
    __asm__ volatile("lidt %0" ::"m"(*Idtr));
}

static inline VOID KiLoadTaskRegister(USHORT Selector)
{
    __asm__ volatile("ltr %0" ::"r"(Selector));
}

static inline VOID KiEnableInterrupts(VOID)
{
    __asm__ volatile("sti" ::: "memory");
}

static inline VOID KiDisableInterrupts(VOID)
{
    __asm__ volatile("cli" ::: "memory");
}

/* Waits for an interrupt; STI takes effect after HLT has begun, so none is lost between. */
static inline VOID KiHalt(VOID)
{
    __asm__ volatile("sti\n\thlt" ::: "memory");
}

static inline VOID KiCpuid(ULONG Leaf, ULONG *Eax, ULONG *Ebx, ULONG *Ecx, ULONG *Edx)
{
    __asm__ volatile("cpuid" : "=a"(*Eax), "=b"(*Ebx), "=c"(*Ecx), "=d"(*Edx) : "0"(Leaf), "2"(0));
}

static inline ULONGLONG KiReadTsc(VOID)
{
    ULONGLONG Value;
    __asm__ volatile("rdtsc" : "=A"(Value));
    return Value;
}
