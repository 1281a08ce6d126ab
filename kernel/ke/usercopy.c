/* SPDX-License-Identifier: MIT */
/*
 * Probing and copying what ring 3 points at. Nothing else in the kernel reads or writes user
 * memory: a pointer is checked here, its data copied here, once.
 */
#include "ke.h"
#include "nt/memory.h"

/* i386/copy.asm */
NTSTATUS KiCopyMemoryGuarded(PVOID Destination, const VOID *Source, ULONG Bytes);

/* Below the probe address, whole, and without wrapping around. */
static BOOLEAN KiIsUserRange(const VOID *Address, ULONG Bytes)
{
    return (ULONG)Address <= MM_USER_PROBE_ADDRESS &&
           Bytes <= MM_USER_PROBE_ADDRESS - (ULONG)Address;
}

NTSTATUS KeCopyFromUser(PVOID Destination, const VOID *Source, ULONG Bytes)
{
    return KiIsUserRange(Source, Bytes) ? KiCopyMemoryGuarded(Destination, Source, Bytes)
                                        : STATUS_ACCESS_VIOLATION;
}

NTSTATUS KeCopyToUser(PVOID Destination, const VOID *Source, ULONG Bytes)
{
    return KiIsUserRange(Destination, Bytes) ? KiCopyMemoryGuarded(Destination, Source, Bytes)
                                             : STATUS_ACCESS_VIOLATION;
}

NTSTATUS KeCopyFromCaller(PVOID Destination, const VOID *Source, ULONG Bytes)
{
    return KeGetPreviousMode() == UserMode ? KeCopyFromUser(Destination, Source, Bytes)
                                           : KiCopyMemoryGuarded(Destination, Source, Bytes);
}

NTSTATUS KeCopyToCaller(PVOID Destination, const VOID *Source, ULONG Bytes)
{
    return KeGetPreviousMode() == UserMode ? KeCopyToUser(Destination, Source, Bytes)
                                           : KiCopyMemoryGuarded(Destination, Source, Bytes);
}

/* Writes one byte of each page back over itself, as NT's ProbeForWrite does. */
NTSTATUS KeProbeForWrite(PVOID Address, ULONG Bytes)
{
    ULONG Start = (ULONG)Address;
    NTSTATUS Status = STATUS_SUCCESS;

    if (KeGetPreviousMode() != UserMode || Bytes == 0) {
        return STATUS_SUCCESS;
    }
    if (!KiIsUserRange(Address, Bytes)) {
        return STATUS_ACCESS_VIOLATION;
    }
    for (ULONG Va = Start; NT_SUCCESS(Status) && Va - Start < Bytes;
         Va = PAGE_ALIGN(Va) + PAGE_SIZE) {
        UCHAR Byte;

        Status = KeCopyFromUser(&Byte, (PVOID)Va, 1);
        if (NT_SUCCESS(Status)) {
            Status = KeCopyToUser((PVOID)Va, &Byte, 1);
        }
    }
    return Status;
}

NTSTATUS KeReturnHandle(PHANDLE Address, HANDLE Handle, NTSTATUS Status)
{
    NTSTATUS Written =
        NT_SUCCESS(Status) ? KeCopyToCaller(Address, &Handle, sizeof(Handle)) : Status;

    return NT_SUCCESS(Written) ? Status : Written;
}
