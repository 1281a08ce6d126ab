/* SPDX-License-Identifier: MIT */
/*
 * The GDT, row by row as seed 004 dumps it. Intel SDM vol. 3, 3.4.5 for the bits.
 * Rows that only a 16-bit subsystem would use are there with the dump's values; 48 is left out,
 * there is no LDT.
 */
#include "cpu.h"
#include "descriptors.h"
#include "pcr.h"

#define DPL3 0x60
#define FLAT (GDT_FLAG_PAGES | GDT_FLAG_32BIT)

/* linker.ld puts the two where the seed has them: 80149F60 and 80149FC8. */
extern KTASK_STATE KiDoubleFaultTss, KiNmiTss;

static const KGDT_ROW KiGdtRows[] = {
    {KGDT_R0_CODE, 0, 0xFFFFFFFF, GDT_CODE_RE, FLAT},
    {KGDT_R0_DATA, 0, 0xFFFFFFFF, GDT_DATA_RW, FLAT},
    {KGDT_R3_CODE, 0, 0xFFFFFFFF, GDT_CODE_RE | DPL3, FLAT},
    {KGDT_R3_DATA, 0, 0xFFFFFFFF, GDT_DATA_RW | DPL3, FLAT},
    {KGDT_TSS, KI_TSS_ADDRESS, sizeof(KTSS) - 1, GDT_TSS32, 0},
    {KGDT_R0_PCR, KI_PCR_ADDRESS, 0x1FFF, GDT_DATA_RW, FLAT},
    {KGDT_R3_TEB, 0, 0xFFF, GDT_DATA_RW | DPL3, GDT_FLAG_32BIT},
    {KGDT_VDM_TILE, 0x400, 0xFFFF, GDT_DATA_RW | DPL3, 0},
    {KGDT_DF_TSS, (ULONG)&KiDoubleFaultTss, 0x68, GDT_TSS32, 0},
    {KGDT_NMI_TSS, (ULONG)&KiNmiTss, 0x68, GDT_TSS32, 0},
    {0x60, 0x00022940, 0xFFFF, GDT_DATA_RW, 0}, /* ntldr's */
    {0x68, 0x000B8000, 0x3FFF, GDT_DATA_RW, 0}, /* the text screen */
    {0x70, 0xFFFF7000, 0x3FF, GDT_DATA_RW, 0},  /* an alias of the GDT */
    {0x78, 0x80400000, 0xFFFF, GDT_CODE_RE, 0},
    {0x80, 0x80400000, 0xFFFF, GDT_DATA_RW, 0},
    {0x88, 0x00000000, 0x0000, GDT_DATA_RW, 0},
    {0xE8, 0x00000000, 0xFFFF, GDT_DATA_RW, 0}, /* ABIOS */
    {0xF0, 0x80117DB0, 0x28D, GDT_CODE_EXECUTE_ONLY, 0},
    {0xF8, 0x00000000, 0xFFFF, GDT_DATA_RW, 0},
};

/* Free slots are chained through their first dword: E0, then 100 and all above (nt-facts 1.1). */
#define KI_FIRST_FREE 0xE0
#define KI_FREE_FROM 0x100

KGDTENTRY KiMakeDescriptor(const KGDT_ROW *Row)
{
    ULONG Limit = Row->Flags & GDT_FLAG_PAGES ? Row->Limit >> PAGE_SHIFT : Row->Limit;

    return (KGDTENTRY){
        .LimitLow = (USHORT)Limit,
        .BaseLow = (USHORT)Row->Base,
        .BaseMid = (UCHAR)(Row->Base >> 16),
        .Access = GDT_PRESENT | Row->Access,
        .Flags = (UCHAR)(Row->Flags | (Limit >> 16 & 0xF)),
        .BaseHi = (UCHAR)(Row->Base >> 24),
    };
}

#ifndef KI_HOST_TEST
static PKGDTENTRY KiGdtEntry(ULONG Selector)
{
    return (PKGDTENTRY)(KI_GDT_ADDRESS + (Selector & ~RPL_MASK));
}

VOID KiInitializeGdt(VOID)
{
    KDESCRIPTOR Gdtr = {KI_GDT_LIMIT, KI_GDT_ADDRESS};

    for (ULONG i = 0; i <= KI_GDT_LIMIT; i += sizeof(KGDTENTRY)) {
        *KiGdtEntry(i) = (KGDTENTRY){0};
    }
    for (ULONG i = 0; i < ARRAYSIZE(KiGdtRows); i++) {
        *KiGdtEntry(KiGdtRows[i].Selector) = KiMakeDescriptor(&KiGdtRows[i]);
    }
    *(PULONG)KiGdtEntry(KI_FIRST_FREE) = (ULONG)KiGdtEntry(KI_FREE_FROM);
    for (ULONG i = KI_FREE_FROM; i + sizeof(KGDTENTRY) <= KI_GDT_LIMIT; i += sizeof(KGDTENTRY)) {
        *(PULONG)KiGdtEntry(i) = (ULONG)KiGdtEntry(i + sizeof(KGDTENTRY));
    }
    KiLoadGdt(&Gdtr);
}

VOID KiSetTebDescriptor(ULONG TebBase)
{
    PKGDTENTRY Entry = KiGdtEntry(KGDT_R3_TEB);

    Entry->BaseLow = (USHORT)TebBase;
    Entry->BaseMid = (UCHAR)(TebBase >> 16);
    Entry->BaseHi = (UCHAR)(TebBase >> 24);
}
#endif
