/* SPDX-License-Identifier: MIT */
/* Selectors, descriptors, gates and task state: what LGDT, LIDT and LTR read. nt-facts 1, 2, 3.8.
 */
#pragma once

#include "nt/ntdef.h"

#define KI_GDT_ADDRESS 0x80036000UL /* seed 004 */
#define KI_GDT_LIMIT 0x3FF
#define KI_IDT_ADDRESS 0x80036400UL /* right behind it, as NT's loader puts it */
#define KI_IDT_LIMIT 0x7FF
#define KI_TSS_ADDRESS 0x8024D000UL /* seed 004: the base of selector 28 */

/* The order 08, 10, 18, 20 is SYSENTER's and SYSEXIT's: they add 8, 10h and 18h to the first. */
#define KGDT_NULL 0x00
#define KGDT_R0_CODE 0x08
#define KGDT_R0_DATA 0x10
#define KGDT_R3_CODE 0x18
#define KGDT_R3_DATA 0x20
#define KGDT_TSS 0x28
#define KGDT_R0_PCR 0x30
#define KGDT_R3_TEB 0x38
#define KGDT_VDM_TILE 0x40
#define KGDT_LDT 0x48
#define KGDT_DF_TSS 0x50
#define KGDT_NMI_TSS 0x58
#define RPL_MASK 3

typedef struct _KGDTENTRY {
    USHORT LimitLow;
    USHORT BaseLow;
    UCHAR BaseMid;
    UCHAR Access; /* P, DPL, S and type */
    UCHAR Flags;  /* G, D and limit 19:16 */
    UCHAR BaseHi;
} KGDTENTRY, *PKGDTENTRY;

/* Access bytes without DPL; the accessed bit is set, as in a table that has been used. */
#define GDT_PRESENT 0x80
#define GDT_CODE_EXECUTE_ONLY 0x19
#define GDT_DATA_RW 0x13
#define GDT_CODE_RE 0x1B
#define GDT_TSS32 0x09
#define GDT_TSS_BUSY 0x02
#define GDT_FLAG_PAGES 0x80 /* limit in 4 KB units */
#define GDT_FLAG_32BIT 0x40

typedef struct _KIDTENTRY {
    USHORT Offset;
    USHORT Selector;
    USHORT Access; /* 8E00 interrupt gate, EE00 the same for ring 3, 8500 task gate */
    USHORT ExtendedOffset;
} KIDTENTRY, *PKIDTENTRY;

#define IDT_INTERRUPT_GATE 0x8E00
#define IDT_TASK_GATE 0x8500
#define IDT_DPL3 0x6000

/* What SGDT and SIDT store, LGDT and LIDT load. */
typedef struct __attribute__((packed)) _KDESCRIPTOR {
    USHORT Limit;
    ULONG Base;
} KDESCRIPTOR;

/* The part of a task state that the processor reads and writes. */
typedef struct _KTASK_STATE {
    /*00*/ ULONG Backlink;
    /*04*/ ULONG Esp0;
    /*08*/ ULONG Ss0;
    /*0C*/ ULONG Ring1And2[4];
    /*1C*/ ULONG CR3;
    /*20*/ ULONG Eip, EFlags;
    /*28*/ ULONG Eax, Ecx, Edx, Ebx, Esp, Ebp, Esi, Edi;
    /*48*/ ULONG Es, Cs, Ss, Ds, Fs, Gs;
    /*60*/ ULONG LDT;
    /*64*/ USHORT Flags;
    /*66*/ USHORT IoMapBase;
} KTASK_STATE, *PKTASK_STATE;

typedef struct _KTSS {
    struct _KTASK_STATE; /* its fields are ours */
    /*68*/ UCHAR DirectionMap[0x20];
    /*88*/ UCHAR IoMap[0x2004];
    /*208C*/ UCHAR IntDirectionMap[0x20];
} KTSS, *PKTSS;

/* One row of the GDT. Limit is in bytes; more than a megabyte is stored in pages. */
typedef struct _KGDT_ROW {
    USHORT Selector;
    ULONG Base;
    ULONG Limit;
    UCHAR Access;
    UCHAR Flags;
} KGDT_ROW;

/* Makers: pure, tested on the host. gdt.c, idt.c. */
KGDTENTRY KiMakeDescriptor(const KGDT_ROW *Row);
KIDTENTRY KiMakeGate(USHORT Selector, ULONG Offset, USHORT Access);

VOID KiInitializeGdt(VOID);             /* builds it at KI_GDT_ADDRESS and loads it */
VOID KiSetTebDescriptor(ULONG TebBase); /* selector 3B; felt when FS is next loaded */
VOID KiInitializeIdt(VOID);             /* from trap/vectors.asm's rows; loads it */
VOID KiInitializeTss(ULONG DoubleFaultStack, ULONG NmiStack, ULONG DoubleFaultEntry, ULONG NmiEntry,
                     ULONG PageDirectory);

ASSERT_SIZE(KGDTENTRY, 8);
ASSERT_SIZE(KIDTENTRY, 8);
ASSERT_SIZE(KDESCRIPTOR, 6);
ASSERT_SIZE(KTASK_STATE, 0x68);
ASSERT_OFFSET(KTSS, CR3, 0x1C);
ASSERT_OFFSET(KTSS, Eax, 0x28);
ASSERT_OFFSET(KTSS, Es, 0x48);
ASSERT_OFFSET(KTSS, IoMapBase, 0x66);
ASSERT_OFFSET(KTSS, IoMap, 0x88);
ASSERT_OFFSET(KTSS, IntDirectionMap, 0x208C);
ASSERT_SIZE(KTSS, 0x20AC);
