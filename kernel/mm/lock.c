/* SPDX-License-Identifier: MIT */
/*
 * Locking pages in memory. Nothing is ever paged out here, so what a lock does is bring pages in
 * and be remembered.
 */
#include "ke/fastmutex.h"
#include "mi.h"

/* Each page committed and accessible: brings it in. */
static NTSTATUS MiLockPage(ULONG Va, PBOOLEAN WasLocked)
{
    PMMVAD Vad = MiFindVad(Va);

    if (Vad == NULL || !MiIsPageCommitted(Vad, Va) || !MiIsAccessible(MiPageProtection(Vad, Va))) {
        return STATUS_ACCESS_VIOLATION;
    }
    MiMakeResident(Vad, Va);
    *WasLocked = (MiReadPte(Va) & MI_PTE_LOCKED) != 0;
    MiWritePte(Va, MiReadPte(Va) | MI_PTE_LOCKED);
    return STATUS_SUCCESS;
}

NTSTATUS MmLockVirtualMemory(PULONG Base, PULONG Size)
{
    ULONG Start = PAGE_ALIGN(*Base), End = ROUND_TO_PAGES(*Base + *Size);
    BOOLEAN Any = FALSE;
    NTSTATUS Status = STATUS_SUCCESS;

    if (*Size == 0 || *Base > MM_HIGHEST_VAD_ADDRESS ||
        *Size > MM_HIGHEST_VAD_ADDRESS + 1 - *Base) {
        return STATUS_INVALID_PARAMETER_3;
    }
    MiLockSpace();
    for (ULONG Va = Start; NT_SUCCESS(Status) && Va < End; Va += PAGE_SIZE) {
        BOOLEAN WasLocked = FALSE;

        Status = MiLockPage(Va, &WasLocked);
        Any = Any || WasLocked;
    }
    MiUnlockSpace();
    *Base = Start;
    *Size = End - Start;
    return NT_SUCCESS(Status) && Any ? STATUS_WAS_LOCKED : Status;
}

NTSTATUS MmUnlockVirtualMemory(PULONG Base, PULONG Size)
{
    ULONG Start = PAGE_ALIGN(*Base), End = ROUND_TO_PAGES(*Base + *Size);
    NTSTATUS Status = STATUS_SUCCESS;

    if (*Base > MM_HIGHEST_VAD_ADDRESS || *Size > MM_HIGHEST_VAD_ADDRESS + 1 - *Base) {
        return STATUS_INVALID_PARAMETER_3;
    }
    MiLockSpace();
    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        MMPTE Pte = MiReadPte(Va);

        if (!(Pte & MI_PTE_VALID) || !(Pte & MI_PTE_LOCKED)) {
            Status = STATUS_NOT_LOCKED; /* then none is */
        }
    }
    for (ULONG Va = Start; NT_SUCCESS(Status) && Va < End; Va += PAGE_SIZE) {
        MiWritePte(Va, MiReadPte(Va) & ~MI_PTE_LOCKED);
    }
    MiUnlockSpace();
    *Base = Start;
    *Size = End - Start;
    return Status;
}
