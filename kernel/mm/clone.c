/* SPDX-License-Identifier: MIT */
/*
 * A clone of an address space: private pages are shared, read-only, until one of the two writes.
 * Views come along if they were mapped so (ViewShare).
 */
#include "ke/fastmutex.h"
#include "mi.h"
#include "rtl/rtl.h"

#define TAG_CLONE POOL_TAG('C', 'l', 'o', 'n')

/* What is copied of a descriptor, before the other space is looked at. */
typedef struct _MI_CLONED {
    ULONG Count;
    MMVAD Vad[];
} MI_CLONED;

static BOOLEAN MiIsCloned(const MMVAD *Vad)
{
    return Vad->Segment == NULL || Vad->Inherit;
}

/* The current space is locked. The descriptors of what the clone gets; views are referenced. */
static MI_CLONED *MiListVads(VOID)
{
    MI_CLONED *List = ExAllocatePoolWithTag(
        PagedPool, sizeof(*List) + MiCurrentSpace()->VadRoot.Count * sizeof(MMVAD), TAG_CLONE);

    for (PMMVAD Vad = MiFindVadAbove(0); List != NULL && Vad != NULL;
         Vad = MiFindVadAbove(Vad->Start)) {
        if (MiIsCloned(Vad)) {
            List->Vad[List->Count++] = *Vad;
            if (Vad->Segment != NULL) {
                MiReferenceSegment(Vad->Segment);
            }
        }
    }
    return List;
}

/* The page table of the clone for Address, through the physical map; made if need be. */
static PMMPTE MiClonePte(PMM_ADDRESS_SPACE Clone, ULONG Address)
{
    PMMPTE Pde = (PMMPTE)MiFrameAddress(Clone->PageDirectory >> PAGE_SHIFT) + (Address >> 22);

    if (!(*Pde & MI_PTE_VALID)) {
        if (!MiChargeCommitment(1)) {
            return NULL;
        }
        *Pde = MiAllocateFrame() << PAGE_SHIFT | MI_PTE_USER | MI_PTE_WRITE | MI_PTE_VALID;
    }
    return (PMMPTE)MiFrameAddress(MI_PTE_FRAME(*Pde)) +
           ((Address >> PAGE_SHIFT) & (MI_PAGES_PER_TABLE - 1));
}

/* One entry, for both. A page of the program's own is written by neither from now on. */
static NTSTATUS MiClonePage(PMM_ADDRESS_SPACE Clone, ULONG Address, BOOLEAN Private)
{
    MMPTE Pte = MiReadPte(Address);
    PMMPTE Other;

    if (Pte == 0) {
        return STATUS_SUCCESS;
    }
    if (Private && !MiChargeCommitment(1)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    Other = MiClonePte(Clone, Address);
    if (Other == NULL) {
        MiReturnCommitment(Private);
        return STATUS_COMMITMENT_LIMIT;
    }
    if (Pte & (MI_PTE_VALID | MI_PTE_RESIDENT)) {
        MiReferenceFrame(MI_PTE_FRAME(Pte));
        if (Pte & MI_PTE_VALID && !MiIsFrameOfSegment(MI_PTE_FRAME(Pte))) {
            Pte &= ~MI_PTE_WRITE;
            MiWritePte(Address, Pte);
        }
    }
    *Other = Pte & ~(Pte & MI_PTE_VALID ? MI_PTE_LOCKED : 0);
    Clone->WorkingSetPages += Pte & MI_PTE_VALID;
    Clone->CommittedPages += Private;
    return STATUS_SUCCESS;
}

static NTSTATUS MiClonePages(PMM_ADDRESS_SPACE Clone, const MMVAD *Vad)
{
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG Va = Vad->Start; NT_SUCCESS(Status) && Va < Vad->End; Va += PAGE_SIZE) {
        if (!(*MiGetPde(Va) & MI_PTE_VALID)) {
            Va = (Va | (MI_PAGES_PER_TABLE * PAGE_SIZE - 1)) - (PAGE_SIZE - 1);
            continue;
        }
        Status = MiClonePage(Clone, Va, Vad->Segment == NULL);
    }
    return Status;
}

/* What the clone got of a range that it has no descriptor for. */
static VOID MiAbandon(const MMVAD *From)
{
    if (From->Segment != NULL) {
        MiForgetRange(From->Start, From->End + 1);
        MmDereferenceSegment(From->Segment);
    } else {
        MiDecommitRange(From->Start, From->End + 1);
    }
}

/* In the clone's own space: the descriptors, and what their views are charged. */
static NTSTATUS MiAdoptVads(MI_CLONED *List)
{
    NTSTATUS Status = STATUS_SUCCESS;

    MiLockSpace();
    for (ULONG i = 0; i < List->Count; i++) {
        MMVAD *From = &List->Vad[i];
        PMMVAD Vad = NULL;

        if (NT_SUCCESS(Status) && MiChargeCommitment(From->Charge)) {
            Vad = MiCreateVad(From->Start, From->End, From->Type, From->Protection);
            if (Vad == NULL) {
                MiReturnCommitment(From->Charge);
            }
        }
        if (Vad == NULL) {
            Status = STATUS_NO_MEMORY;
            MiAbandon(From);
            continue;
        }
        Vad->Segment = From->Segment;
        Vad->FirstPage = From->FirstPage;
        Vad->Charge = From->Charge;
        Vad->Inherit = From->Inherit;
        MiCurrentSpace()->CommittedPages += From->Charge;
        if (Vad->Segment != NULL && NT_SUCCESS(Status)) {
            Status = MiMakePageTables(Vad->Start, Vad->End + 1);
        }
    }
    MiUnlockSpace();
    return Status;
}

NTSTATUS MmCloneAddressSpace(PKPROCESS Parent, PKPROCESS CloneProcess)
{
    PMM_ADDRESS_SPACE Clone = MmSpaceOfProcess(CloneProcess);
    NTSTATUS Adopted, Status = STATUS_SUCCESS;
    MI_CLONED *List;

    KeAttachProcess(Parent);
    MiLockSpace();
    List = MiListVads();
    for (ULONG i = 0; List != NULL && NT_SUCCESS(Status) && i < List->Count; i++) {
        Status = MiClonePages(Clone, &List->Vad[i]);
    }
    MiUnlockSpace();
    KeDetachProcess();
    if (List == NULL) {
        return STATUS_NO_MEMORY;
    }
    /* Even after a failure: what the clone has got so far goes by its descriptors. */
    KeAttachProcess(CloneProcess);
    Adopted = MiAdoptVads(List);
    KeDetachProcess();
    ExFreePool(List);
    return NT_SUCCESS(Status) ? Adopted : Status;
}
