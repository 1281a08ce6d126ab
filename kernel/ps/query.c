/* SPDX-License-Identifier: MIT */
/* NtQueryInformationProcess and NtSetInformationProcess. */
#include "nt/services.h"
#include "ps.h"

/* Classes of which ring 3 may ask; the answer's size, 0: no such class. */
static ULONG PspQueryClass(PEPROCESS Process, ULONG InformationClass, PVOID Answer)
{
    switch (InformationClass) {
    case ProcessBasicInformation:
        *(PROCESS_BASIC_INFORMATION *)Answer = (PROCESS_BASIC_INFORMATION){
            .ExitStatus = Process->ExitStatus,
            .PebBaseAddress = Process->Peb,
            .AffinityMask = Process->Pcb.Affinity,
            .BasePriority = Process->Pcb.BasePriority,
            .UniqueProcessId = (ULONG)Process->UniqueProcessId,
        };
        return sizeof(PROCESS_BASIC_INFORMATION);
    case ProcessDebugPort:
        *(ULONG *)Answer = Process->DebugPort != NULL ? 0xFFFFFFFF : 0;
        return sizeof(ULONG);
    case ProcessExecuteFlags:
        *(ULONG *)Answer = Process->ExecuteFlags;
        return sizeof(ULONG);
    default:
        return 0;
    }
}

/*
 * ProcessBasicInformation, ProcessDebugPort (not 0: there is one) and ProcessExecuteFlags (XP) of
 * NtCurrentProcess(). ReturnLength may be NULL. STATUS_INFO_LENGTH_MISMATCH unless Length is right;
 * STATUS_INVALID_INFO_CLASS for other classes; STATUS_INVALID_HANDLE.
 */
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE Process, ULONG InformationClass, PVOID Information,
                                         ULONG Length, PULONG ReturnLength)
{
    PROCESS_BASIC_INFORMATION Answer; /* the largest */
    ULONG Returned = PspQueryClass(PsGetCurrentProcess(), InformationClass, &Answer);
    NTSTATUS Status;

    if (Returned == 0) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != Returned) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (Process != NtCurrentProcess()) {
        return STATUS_INVALID_HANDLE;
    }
    Status = KeCopyToCaller(Information, &Answer, Returned);
    if (NT_SUCCESS(Status) && ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Returned, sizeof(Returned));
    }
    return Status;
}

/*
 * ProcessExecuteFlags of NtCurrentProcess(): how strictly ntdll dispatches exceptions
 * (nt/services.h). STATUS_ACCESS_DENIED once they are permanent; STATUS_INVALID_PARAMETER for bits
 * that do not exist; the others as above.
 */
NTSTATUS NTAPI NtSetInformationProcess(HANDLE Process, ULONG InformationClass, PVOID Information,
                                       ULONG Length)
{
    PEPROCESS Current = PsGetCurrentProcess();
    ULONG Flags;
    NTSTATUS Status;

    if (InformationClass != ProcessExecuteFlags) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != sizeof(Flags)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    if (Process != NtCurrentProcess()) {
        return STATUS_INVALID_HANDLE;
    }
    Status = KeCopyFromCaller(&Flags, Information, sizeof(Flags));
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Current->ExecuteFlags & MEM_EXECUTE_OPTION_PERMANENT) {
        return STATUS_ACCESS_DENIED;
    }
    if (Flags & ~MEM_EXECUTE_OPTION_VALID) {
        return STATUS_INVALID_PARAMETER;
    }
    Current->ExecuteFlags = Flags;
    return STATUS_SUCCESS;
}
