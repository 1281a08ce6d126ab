/* SPDX-License-Identifier: MIT */
/* Filling the KPCR: what this processor is, and where its tables are. */
#include "pcr.h"

#include "cpu.h"

#define PCR_MAJOR_VERSION 1
#define PCR_MINOR_VERSION 1
#define PRCB_BUILD_UNIPROCESSOR 2
#define CPUID_FEATURE_CR4 0x01000000UL /* FXSR: so CR4 exists */

static VOID KiIdentifyProcessor(PKPRCB Prcb)
{
    ULONG MaximumLeaf, Signature, Vendor[3], Unused;

    KiCpuid(0, &MaximumLeaf, &Vendor[0], &Vendor[2], &Vendor[1]);
    for (ULONG i = 0; i < sizeof(Vendor); i++) {
        Prcb->VendorString[i] = ((CHAR *)Vendor)[i];
    }
    KiCpuid(1, &Signature, &Unused, &Unused, &Prcb->FeatureBits);
    Prcb->CpuID = TRUE;
    Prcb->CpuType = (Signature >> 8) & 0xF;                                /* family */
    Prcb->CpuStep = (USHORT)((Signature & 0xF0) << 4 | (Signature & 0xF)); /* model, stepping */
}

static VOID KiSaveProcessorState(KSPECIAL_REGISTERS *Special)
{
    Special->Cr0 = KiReadCr0();
    Special->Cr3 = KiReadCr3();
    Special->Cr4 = KeGetCurrentPrcb()->FeatureBits & CPUID_FEATURE_CR4 ? KiReadCr4() : 0;
    Special->GdtrLimit = KI_GDT_LIMIT;
    Special->GdtrBase = KI_GDT_ADDRESS;
    Special->IdtrLimit = KI_IDT_LIMIT;
    Special->IdtrBase = KI_IDT_ADDRESS;
    Special->Tr = KGDT_TSS;
}

VOID KiInitializePcr(VOID)
{
    PKPCR Pcr = KeGetPcr();
    PKPRCB Prcb = &Pcr->PrcbData;

    Pcr->NtTib.ExceptionList = EXCEPTION_CHAIN_END;
    Pcr->SelfPcr = Pcr;
    Pcr->Prcb = Prcb;
    Pcr->IDT = (PKIDTENTRY)KI_IDT_ADDRESS;
    Pcr->GDT = (PKGDTENTRY)KI_GDT_ADDRESS;
    Pcr->TSS = (PKTSS)KI_TSS_ADDRESS;
    Pcr->MajorVersion = PCR_MAJOR_VERSION;
    Pcr->MinorVersion = PCR_MINOR_VERSION;
    Pcr->SetMember = 1;
    Pcr->StallScaleFactor = 1; /* until the clock has been measured */
    Prcb->MajorVersion = PCR_MAJOR_VERSION;
    Prcb->MinorVersion = PCR_MINOR_VERSION;
    Prcb->BuildType = PRCB_BUILD_UNIPROCESSOR;
    Prcb->SetMember = 1;
    Prcb->DpcListHead.Flink = Prcb->DpcListHead.Blink = &Prcb->DpcListHead;
    KiIdentifyProcessor(Prcb);
    KiSaveProcessorState(&Prcb->ProcessorState.SpecialRegisters);
}

VOID KiSetCurrentStack(ULONG StackBase, ULONG StackLimit, ULONG Esp0, ULONG Teb)
{
    PKPCR Pcr = KeGetPcr();

    Pcr->NtTib.StackBase = (PVOID)StackBase;
    Pcr->NtTib.StackLimit = (PVOID)StackLimit;
    Pcr->NtTib.Self = (PNT_TIB)Teb;
    Pcr->TSS->Esp0 = Esp0;
    KiSetTebDescriptor(Teb);
}
