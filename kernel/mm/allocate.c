/* SPDX-License-Identifier: MIT */
/* NtAllocateVirtualMemory: reserve, commit, or both. */
#include "i386/trapframe.h"
#include "mi.h"
#include "nt/services.h"

#define MI_ALLOCATION_TYPES (MEM_COMMIT | MEM_RESERVE | MEM_TOP_DOWN)

/* Reserving rounds the base down to 64 KB, then base and end out to whole pages. */
static NTSTATUS MiReserve(PULONG Base, PULONG Size, ULONG Highest, ULONG Type, ULONG Protection)
{
    ULONG Start, End;
    NTSTATUS Status;

    if (*Base == 0) {
        Status =
            MiFindFreeRange(ROUND_TO_PAGES(*Size), (Type & MEM_TOP_DOWN) != 0, Highest, &Start);
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
    Status = MiCreateVad(Start, End - 1, MiVadPrivate, Protection);
    if (NT_SUCCESS(Status) && (Type & MEM_COMMIT)) {
        Status = MiCommitRange(Start, End, Protection);
        if (!NT_SUCCESS(Status)) {
            MiDeleteVad(MiFindVad(Start));
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
    if (Vad->Type != MiVadPrivate) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    Status = MiCommitRange(Start, End, Protection);
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

NTSTATUS MmAllocateVirtualMemory(PULONG Base, PULONG Size, ULONG Type, ULONG Protect)
{
    return MiAllocate(Base, Size, MM_HIGHEST_VAD_ADDRESS, Type, Protect);
}

/*
 * Services on virtual memory. *BaseAddress and *RegionSize are read first and written last, so
 * that the program sees the rounded range. ZeroBits: so many upper bits of an address that Mm
 * chooses are 0. Statuses as MmAllocateVirtualMemory's, and
 * STATUS_INVALID_HANDLE: only the own process can be named so far.
 */
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE Process, PVOID *BaseAddress, ULONG ZeroBits,
                                       PULONG RegionSize, ULONG Type, ULONG Protect)
{
    ULONG Base, Size, Highest = MM_HIGHEST_VAD_ADDRESS;
    NTSTATUS Status;

    if (ZeroBits > 21) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Status = MiCaptureRange(Process, BaseAddress, RegionSize, &Base, &Size);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (ZeroBits != 0) {
        Highest = 0xFFFFFFFF >> ZeroBits; /* only looked at when *BaseAddress is NULL */
    }
    Status = MiAllocate(&Base, &Size, Highest, Type, Protect);
    return NT_SUCCESS(Status) ? MiReturnRange(BaseAddress, RegionSize, Base, Size) : Status;
}
