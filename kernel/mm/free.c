/* SPDX-License-Identifier: MIT */
/* MmFreeVirtualMemory: decommit pages, or release a reservation. */
#include "mi.h"

/* A size of 0 means all of the reservation; then the base must be its first byte. */
static NTSTATUS MiFree(PULONG Base, PULONG Size, ULONG FreeType)
{
    ULONG Start = PAGE_ALIGN(*Base);
    ULONG End = ROUND_TO_PAGES(*Base + *Size);
    PMMVAD Vad;

    if (FreeType != MEM_DECOMMIT && FreeType != MEM_RELEASE) {
        return STATUS_INVALID_PARAMETER_4;
    }
    if (*Base > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (*Size > MM_HIGHEST_VAD_ADDRESS + 1 - *Base) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Vad = MiFindVad(Start);
    if (Vad == NULL) {
        return STATUS_MEMORY_NOT_ALLOCATED;
    }
    if (Vad->Type != MiVadPrivate) {
        return STATUS_UNABLE_TO_DELETE_SECTION;
    }
    if (*Size == 0) {
        if (Start != Vad->Start) {
            return STATUS_FREE_VM_NOT_AT_BASE;
        }
        End = Vad->End + 1;
    }
    if (End - 1 > Vad->End) {
        return STATUS_UNABLE_TO_FREE_VM;
    }
    if (FreeType == MEM_RELEASE) {
        ULONG VadStart = Vad->Start, VadEnd = Vad->End, Protection = Vad->Protection;

        /* What lies on both sides stays reserved: at most one descriptor becomes two. */
        if (VadStart < Start && VadEnd > End - 1) {
            Vad->End = Start - 1;
            if (MiCreateVad(End, VadEnd, MiVadPrivate, Protection) == NULL) {
                Vad->End = VadEnd;
                return STATUS_INSUFFICIENT_RESOURCES;
            }
        } else if (VadStart < Start) {
            Vad->End = Start - 1;
        } else if (VadEnd > End - 1) {
            Vad->Start = End;
        } else {
            MiDeleteVad(Vad);
        }
    }
    MiDecommitRange(Start, End);
    *Base = Start;
    *Size = End - Start;
    return STATUS_SUCCESS;
}

NTSTATUS MmFreeVirtualMemory(PULONG Base, PULONG Size, ULONG FreeType)
{
    NTSTATUS Status;

    MiLockSpace();
    Status = MiFree(Base, Size, FreeType);
    MiUnlockSpace();
    return Status;
}
