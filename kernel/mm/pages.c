/* SPDX-License-Identifier: MIT */
/* Single pages of the current address space: commit, decommit, protect, bring in. */
#include "i386/cpu.h"
#include "mi.h"

static NTSTATUS MiMakePageTable(ULONG Address)
{
    PMMPTE Pde = MiGetPde(Address);

    if (*Pde & MI_PTE_VALID) {
        return STATUS_SUCCESS;
    }
    if (!MiChargeCommitment(1)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    *Pde = MiAllocateFrame() << PAGE_SHIFT | MI_PTE_USER | MI_PTE_WRITE | MI_PTE_VALID;
    KiInvalidatePage((ULONG)MiGetPte(Address));
    return STATUS_SUCCESS;
}

/* They stay until the address space goes. End is behind the last byte. */
NTSTATUS MiMakePageTables(ULONG Start, ULONG End)
{
    NTSTATUS Status = MiMakePageTable(End - 1);

    for (ULONG Va = Start; NT_SUCCESS(Status) && Va < End; Va += MI_PAGES_PER_TABLE * PAGE_SIZE) {
        Status = MiMakePageTable(Va);
    }
    return Status;
}

MMPTE MiReadPte(ULONG Address)
{
    return *MiGetPde(Address) & MI_PTE_VALID ? *MiGetPte(Address) : 0;
}

VOID MiWritePte(ULONG Address, MMPTE Pte)
{
    PMM_ADDRESS_SPACE Space = MiCurrentSpace();
    MMPTE Old = *MiGetPte(Address);

    Space->WorkingSetPages += (Pte & MI_PTE_VALID) - (Old & MI_PTE_VALID);
    if (Space->WorkingSetPages > Space->PeakWorkingSetPages) {
        Space->PeakWorkingSetPages = Space->WorkingSetPages;
    }
    *MiGetPte(Address) = Pte;
    KiInvalidatePage(Address);
}

/* Of a page of Vad's, committed. */
ULONG MiPageProtection(PMMVAD Vad, ULONG Address)
{
    MMPTE Pte = MiReadPte(Address);

    if (Pte != 0) {
        return MiPteProtection(Pte);
    }
    if (Vad->Type == MiVadImage) {
        Pte = Vad->Segment->Prototype[Vad->FirstPage + ((Address - Vad->Start) >> PAGE_SHIFT)];
        return (Pte & MI_PTE_PROTECTION_MASK) >> MI_PTE_PROTECTION_SHIFT;
    }
    return Vad->Protection;
}

/* Private: its own entry says so. A view: the segment's does. */
BOOLEAN MiIsPageCommitted(PMMVAD Vad, ULONG Address)
{
    if (MiReadPte(Address) != 0) {
        return TRUE;
    }
    return Vad->Segment != NULL &&
           Vad->Segment->Prototype[Vad->FirstPage + ((Address - Vad->Start) >> PAGE_SHIFT)] != 0;
}

static ULONG MiPteResidentFrame(MMPTE Pte)
{
    return Pte & (MI_PTE_VALID | MI_PTE_RESIDENT) ? MI_PTE_FRAME(Pte) : 0;
}

/* Private pages: commits what is not committed yet; the rest gets the new protection. */
NTSTATUS MiCommitRange(ULONG Start, ULONG End, ULONG Protection)
{
    PMM_ADDRESS_SPACE Space = MiCurrentSpace();
    ULONG New = 0;
    NTSTATUS Status;

    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        New += MiReadPte(Va) == 0;
    }
    if (!MiChargeCommitment(New)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    Status = MiMakePageTables(Start, End);
    if (!NT_SUCCESS(Status)) {
        MiReturnCommitment(New);
        return Status;
    }
    Space->CommittedPages += New;
    if (Space->CommittedPages > Space->PeakCommittedPages) {
        Space->PeakCommittedPages = Space->CommittedPages;
    }
    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        if (MiReadPte(Va) == 0) {
            MiWritePte(Va, MiMakeSoftPte(Protection, 0));
        } else {
            MiProtectPage(Va, Protection);
        }
    }
    return STATUS_SUCCESS;
}

/* Takes all entries of the range away; the number there were. */
static ULONG MiClearRange(ULONG Start, ULONG End)
{
    ULONG Pages = 0;

    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        MMPTE Pte;

        if (!(*MiGetPde(Va) & MI_PTE_VALID)) {
            /* Nothing up to the next page table. */
            Va = (Va | (MI_PAGES_PER_TABLE * PAGE_SIZE - 1)) - (PAGE_SIZE - 1);
            continue;
        }
        Pte = *MiGetPte(Va);
        if (Pte != 0) {
            Pages++;
            MiWritePte(Va, 0);
            if (MiPteResidentFrame(Pte) != 0) {
                MiDropFrame(MiPteResidentFrame(Pte));
            }
        }
    }
    return Pages;
}

VOID MiDecommitRange(ULONG Start, ULONG End)
{
    ULONG Pages = MiClearRange(Start, End);

    MiReturnCommitment(Pages);
    MiCurrentSpace()->CommittedPages -= Pages;
}

VOID MiForgetRange(ULONG Start, ULONG End)
{
    MiClearRange(Start, End);
}

/* A page that others have too stays as it is for them: read-only here until it is written. */
VOID MiProtectPage(ULONG Address, ULONG Protection)
{
    MMPTE Old = MiReadPte(Address);
    ULONG Frame = MiPteResidentFrame(Old);
    MMPTE New = MiMakeValidPte(Frame, Protection) | (Old & MI_PTE_VALID ? Old & MI_PTE_LOCKED : 0);

    if (Frame == 0 || !MiIsAccessible(Protection)) {
        MiWritePte(Address, MiMakeSoftPte(Protection, Frame));
        return;
    }
    if (!MiIsFrameShared(Frame) || !(New & MI_PTE_WRITE)) {
        MiWritePte(Address, New);
        return;
    }
    /* Shared: with a view's segment it may be written, with a clone of the process it may not. */
    MiWritePte(Address, MiIsFrameOfSegment(Frame) ? New : New & ~MI_PTE_WRITE);
}

VOID MiMakeResident(PMMVAD Vad, ULONG Address)
{
    ULONG Protection = MiPageProtection(Vad, Address), Frame;

    if (MiPteResidentFrame(MiReadPte(Address)) != 0) {
        return;
    }
    if (Vad->Segment != NULL) {
        Frame = MiGetSegmentFrame(
            Vad->Segment, Vad->FirstPage + ((PAGE_ALIGN(Address) - Vad->Start) >> PAGE_SHIFT));
    } else {
        Frame = MiAllocateFrame();
    }
    MiWritePte(Address, MiMakeValidPte(Frame, Protection));
}
