/* SPDX-License-Identifier: MIT */
/* NtQueryInformationProcess. */
#include "nt/services.h"
#include "ps.h"

/*
 * Class 0, ProcessBasicInformation, of NtCurrentProcess(). ReturnLength may be NULL.
 * STATUS_INFO_LENGTH_MISMATCH unless Length is right; STATUS_INVALID_INFO_CLASS for other classes.
 */
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE Process, ULONG InformationClass, PVOID Information,
                                         ULONG Length, PULONG ReturnLength)
{
    PEPROCESS Current = PsGetCurrentProcess();
    PROCESS_BASIC_INFORMATION Basic = {
        .ExitStatus = Current->ExitStatus,
        .PebBaseAddress = Current->Peb,
        .AffinityMask = Current->Pcb.Affinity,
        .BasePriority = Current->Pcb.BasePriority,
        .UniqueProcessId = (ULONG)Current->UniqueProcessId,
    };
    ULONG Returned = sizeof(Basic);
    NTSTATUS Status;

    if (InformationClass != ProcessBasicInformation) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != sizeof(Basic)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (Process != NtCurrentProcess()) {
        return STATUS_INVALID_HANDLE;
    }
    Status = KeCopyToCaller(Information, &Basic, sizeof(Basic));
    if (NT_SUCCESS(Status) && ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Returned, sizeof(Returned));
    }
    return Status;
}
