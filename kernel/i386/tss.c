/* SPDX-License-Identifier: MIT */
/*
 * The three task states: 28 is the one the processor always runs in (its Esp0 is the only field
 * that matters), 50 and 58 are entered by #DF and NMI, when the kernel stack cannot be trusted.
 */
#include "cpu.h"
#include "descriptors.h"

/* linker.ld gives each its section and so its address. */
__attribute__((section(".tss_df"), aligned(4))) KTASK_STATE KiDoubleFaultTss;
__attribute__((section(".tss_nmi"), aligned(4))) KTASK_STATE KiNmiTss;

static VOID KiInitializeTask(PKTASK_STATE Tss, ULONG Stack, ULONG Entry, ULONG PageDirectory)
{
    Tss->Esp0 = Tss->Esp = Stack;
    Tss->Ss0 = Tss->Ss = KGDT_R0_DATA;
    Tss->CR3 = PageDirectory;
    Tss->Eip = Entry;
    Tss->EFlags = 2; /* interrupts stay off */
    Tss->Cs = KGDT_R0_CODE;
    Tss->Ds = Tss->Es = KGDT_R3_DATA | RPL_MASK;
    Tss->Fs = KGDT_R0_PCR;
    Tss->IoMapBase = sizeof(*Tss);
}

VOID KiInitializeTss(ULONG DoubleFaultStack, ULONG NmiStack, ULONG DoubleFaultEntry, ULONG NmiEntry,
                     ULONG PageDirectory)
{
    PKTSS Tss = (PKTSS)KI_TSS_ADDRESS;
    PUCHAR Byte = (PUCHAR)Tss;

    for (ULONG i = 0; i < sizeof(*Tss); i++) {
        Byte[i] = 0;
    }
    Tss->Ss0 = KGDT_R0_DATA;
    Tss->CR3 = PageDirectory;
    /* Beyond the limit, on purpose: every IN and OUT of ring 3 faults (seed 004, nt-facts 11.6). */
    Tss->IoMapBase = sizeof(KTSS);
    for (ULONG i = 0; i < sizeof(Tss->IoMap); i++) {
        Tss->IoMap[i] = 0xFF; /* closed, should somebody move IoMapBase */
    }
    KiInitializeTask(&KiDoubleFaultTss, DoubleFaultStack, DoubleFaultEntry, PageDirectory);
    KiInitializeTask(&KiNmiTss, NmiStack, NmiEntry, PageDirectory);
    KiLoadTaskRegister(KGDT_TSS);
}
