/* SPDX-License-Identifier: MIT */
/* MmAllocateVirtualMemory: reserve, commit, or both. */
#include "i386/trapframe.h"
#include "mi.h"

#define MI_ALLOCATION_TYPES (MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN)

/* Reserving rounds the base down to 64 KB, then base and end out to whole pages. */
static NTSTATUS MiReserve(PULONG Base, PULONG Size, ULONG Highest, ULONG Type, ULONG Protection)
{
    ULONG Start, End;
    NTSTATUS Status;
    PMMVAD Vad;

    if (*Base == 0) {
        Status = MiFindFreeRange(ROUND_TO_PAGES(*Size), MM_ALLOCATION_GRANULARITY,
                                 (Type & MEM_TOP_DOWN) != 0, Highest, &Start);
        if (!NT_SUCCESS(Status)) {
            return Status;
        }
        End = Start + ROUND_TO_PAGES(*Size);
    } else {
        Start = *Base & ~(MM_ALLOCATION_GRANULARITY - 1);
        End = ROUND_TO_PAGES(*Base + *Size);
        if (Start < MM_LOWEST_USER_ADDRESS) {
            return STATUS_INVALID_PARAMETER_2;
        }
        if (End > MM_HIGHEST_VAD_ADDRESS + 1 || !MiIsRangeFree(Start, End - 1)) {
            return STATUS_CONFLICTING_ADDRESSES;
        }
    }
    Vad = MiCreateVad(Start, End - 1, MiVadPrivate, Protection);
    Status = Vad != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status) && (Type & MEM_COMMIT)) {
        Status = MiCommitRange(Start, End, Protection);
        if (!NT_SUCCESS(Status)) {
            MiDeleteVad(Vad);
        }
    }
    *Base = Start;
    *Size = End - Start;
    return Status;
}

static NTSTATUS MiCommit(PULONG Base, PULONG Size, ULONG Protection)
{
    ULONG Start = PAGE_ALIGN(*Base);
    ULONG End = ROUND_TO_PAGES(*Base + *Size);
    PMMVAD Vad = MiFindVad(Start);
    NTSTATUS Status;

    if (Vad == NULL || End - 1 > Vad->End) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    if (Vad->Type == MiVadMapped) {
        Status =
            MiCommitSegment(Vad->Segment, Vad->FirstPage + ((Start - Vad->Start) >> PAGE_SHIFT),
                            (End - Start) >> PAGE_SHIFT);
    } else if (Vad->Type == MiVadPrivate) {
        Status = MiCommitRange(Start, End, Protection);
    } else {
        Status = Vad->Type == MiVadImage ? STATUS_ALREADY_COMMITTED : STATUS_CONFLICTING_ADDRESSES;
    }
    *Base = Start;
    *Size = End - Start;
    return Status;
}

static NTSTATUS MiAllocate(PULONG Base, PULONG Size, ULONG Highest, ULONG Type, ULONG Protect)
{
    ULONG Protection;
    NTSTATUS Status;

    if ((Type & ~MI_ALLOCATION_TYPES) || !(Type & (MEM_COMMIT | MEM_RESERVE))) {
        return STATUS_INVALID_PARAMETER_5;
    }
    Status = MiMakeProtection(Protect, &Protection);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if ((Protection & 7) == MM_WRITECOPY || (Protection & 7) == MM_EXECUTE_WRITECOPY) {
        return STATUS_INVALID_PAGE_PROTECTION; /* private memory has nobody to copy from */
    }
    if (*Base > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (*Size == 0 || *Size > MM_HIGHEST_VAD_ADDRESS + 1 - *Base) {
        return STATUS_INVALID_PARAMETER_4;
    }
    if (*Base == 0 || (Type & MEM_RESERVE)) {
        return MiReserve(Base, Size, Highest, Type, Protection);
    }
    return MiCommit(Base, Size, Protection);
}

NTSTATUS MmAllocateVirtualMemory(PULONG Base, PULONG Size, ULONG Highest, ULONG Type, ULONG Protect)
{
    NTSTATUS Status;

    MiLockSpace();
    Status = MiAllocate(Base, Size, Highest, Type, Protect);
    MiUnlockSpace();
    return Status;
}
