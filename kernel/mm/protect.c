/* SPDX-License-Identifier: MIT */
/* MmProtectVirtualMemory. */
#include "mi.h"

/*
 * Writing to an image, or to a write-copy view, means writing to a copy: so a page that has none
 * yet is made write-copy, and the copy is charged for; a charge once made stays with the view.
 */
static NTSTATUS MiProtectViewPage(PMMVAD Vad, ULONG Va, ULONG Protection)
{
    MMPTE Pte = MiReadPte(Va);
    ULONG Pages = (Vad->End + 1 - Vad->Start) >> PAGE_SHIFT;
    BOOLEAN Own = Pte & (MI_PTE_VALID | MI_PTE_RESIDENT) && !MiIsFrameOfSegment(MI_PTE_FRAME(Pte));

    if (Own) {
        MiProtectPage(Va, MiAfterCopy(Protection));
        return STATUS_SUCCESS;
    }
    if (Vad->Type == MiVadImage || MiIsCopiedOnWrite(Vad->Protection)) {
        Protection = MiBeforeCopy(Protection);
    }
    if (MiIsCopiedOnWrite(Protection) && !MiIsCopiedOnWrite(MiPageProtection(Vad, Va)) &&
        Vad->Charge < Pages) {
        if (!MiChargeCommitment(1)) {
            return STATUS_COMMITMENT_LIMIT;
        }
        Vad->Charge++;
        MiCurrentSpace()->CommittedPages++;
    }
    MiProtectPage(Va, Protection);
    return STATUS_SUCCESS;
}

/* What the kind of memory allows. */
static NTSTATUS MiCheckProtection(PMMVAD Vad, ULONG Protection)
{
    BOOLEAN Copy = MiIsCopiedOnWrite(Protection) && Protection != MM_NOACCESS;

    switch (Vad->Type) {
    case MiVadSystem:
        return STATUS_INVALID_PAGE_PROTECTION;
    case MiVadPrivate:
        return Copy ? STATUS_INVALID_PAGE_PROTECTION : STATUS_SUCCESS;
    case MiVadMapped:
        /* A view that was mapped for reading stays so. */
        return MiIsWritable(Protection) && !MiIsWritable(Vad->Protection) &&
                       !MiIsCopiedOnWrite(Vad->Protection)
                   ? STATUS_SECTION_PROTECTION
                   : STATUS_SUCCESS;
    default:
        return STATUS_SUCCESS;
    }
}

static NTSTATUS MiProtect(ULONG Start, ULONG End, ULONG Protection, PULONG OldProtect)
{
    PMMVAD Vad = MiFindVad(Start);
    NTSTATUS Status;

    if (Vad == NULL || End - 1 > Vad->End) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    Status = MiCheckProtection(Vad, Protection);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        if (!MiIsPageCommitted(Vad, Va)) {
            return STATUS_NOT_COMMITTED;
        }
    }
    *OldProtect = MiToWin32Protection(MiPageProtection(Vad, Start));
    for (ULONG Va = Start; NT_SUCCESS(Status) && Va < End; Va += PAGE_SIZE) {
        if (Vad->Segment != NULL) {
            Status = MiProtectViewPage(Vad, Va, Protection);
        } else {
            MiProtectPage(Va, Protection);
        }
    }
    return Status;
}

/* All pages must be committed, in one reservation or view; the first one's old value is told. */
NTSTATUS MmProtectVirtualMemory(PULONG Base, PULONG Size, ULONG NewProtect, PULONG OldProtect)
{
    ULONG Start = PAGE_ALIGN(*Base);
    ULONG End = ROUND_TO_PAGES(*Base + *Size);
    ULONG Protection;
    NTSTATUS Status = MiMakeProtection(NewProtect, &Protection);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (*Base > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (*Size == 0 || *Size > MM_HIGHEST_VAD_ADDRESS + 1 - *Base) {
        return STATUS_INVALID_PARAMETER_3;
    }
    MiLockSpace();
    Status = MiProtect(Start, End, Protection, OldProtect);
    MiUnlockSpace();
    *Base = Start;
    *Size = End - Start;
    return Status;
}
