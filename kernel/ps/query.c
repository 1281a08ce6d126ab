/* SPDX-License-Identifier: MIT */
/* NtQueryInformationProcess and NtSetInformationProcess. */
#include "psp.h"

#define TICK_100NS ((LONGLONG)HAL_CLOCK_INCREMENT)

typedef union _PSP_PROCESS_ANSWER {
    PROCESS_BASIC_INFORMATION Basic;
    VM_COUNTERS Memory;
    KERNEL_USER_TIMES Times;
    ULONG Number;
} PSP_PROCESS_ANSWER;

static VM_COUNTERS PspMemory(const MM_ADDRESS_SPACE *Space)
{
    return (VM_COUNTERS){
        .PeakVirtualSize = 0,
        .PageFaultCount = Space->PageFaults,
        .PeakWorkingSetSize = Space->PeakWorkingSetPages << PAGE_SHIFT,
        .WorkingSetSize = Space->WorkingSetPages << PAGE_SHIFT,
        .PagefileUsage = Space->CommittedPages << PAGE_SHIFT,
        .PeakPagefileUsage = Space->PeakCommittedPages << PAGE_SHIFT,
    };
}

static KERNEL_USER_TIMES PspTimes(PEPROCESS Process)
{
    return (KERNEL_USER_TIMES){
        .CreateTime = Process->CreateTime,
        .ExitTime = Process->ExitTime,
        .KernelTime.QuadPart = Process->Pcb.KernelTime * TICK_100NS,
        .UserTime.QuadPart = Process->Pcb.UserTime * TICK_100NS,
    };
}

/* Classes of which ring 3 may ask; the answer's size, 0: no such class. */
static ULONG PspQueryClass(PEPROCESS Process, ULONG Class, PSP_PROCESS_ANSWER *Answer)
{
    switch (Class) {
    case ProcessBasicInformation:
        Answer->Basic = (PROCESS_BASIC_INFORMATION){
            .ExitStatus = Process->ExitStatus,
            .PebBaseAddress = Process->Peb,
            .AffinityMask = Process->Pcb.Affinity,
            .BasePriority = Process->Pcb.BasePriority,
            .UniqueProcessId = (ULONG)Process->UniqueProcessId,
            .InheritedFromUniqueProcessId = (ULONG)Process->InheritedFromUniqueProcessId,
        };
        return sizeof(Answer->Basic);
    case ProcessVmCounters:
        Answer->Memory = PspMemory(&Process->AddressSpace);
        return sizeof(Answer->Memory);
    case ProcessTimes:
        Answer->Times = PspTimes(Process);
        return sizeof(Answer->Times);
    case ProcessDebugPort:
        Answer->Number = Process->DebugPort != NULL ? 0xFFFFFFFF : 0;
        return sizeof(Answer->Number);
    case ProcessDebugFlags:
        Answer->Number = !Process->NoDebugInherit;
        return sizeof(Answer->Number);
    case ProcessHandleCount:
        Answer->Number = ObHandleCount(Process->ObjectTable);
        return sizeof(Answer->Number);
    case ProcessExecuteFlags:
        Answer->Number = Process->ExecuteFlags;
        return sizeof(Answer->Number);
    default:
        return 0;
    }
}

/*
 * The classes above; ProcessDebugPort: not 0 when there is one; ProcessDebugFlags: 1, its children
 * have the same debugger. ReturnLength may be NULL.
 * STATUS_INFO_LENGTH_MISMATCH unless Length is right; STATUS_INVALID_INFO_CLASS for others.
 */
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE ProcessHandle, ULONG Class, PVOID Information,
                                         ULONG Length, PULONG ReturnLength)
{
    PSP_PROCESS_ANSWER Answer;
    ULONG Returned = PspQueryClass(PsGetCurrentProcess(), Class, &Answer);
    PEPROCESS Process;
    NTSTATUS Status;

    if (Returned == 0) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != Returned) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = PsReferenceProcess(ProcessHandle, PROCESS_QUERY_INFORMATION, &Process);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    PspQueryClass(Process, Class, &Answer);
    ObDereferenceObject(Process);
    Status = KeCopyToCaller(Information, &Answer, Returned);
    if (NT_SUCCESS(Status) && ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Returned, sizeof(Returned));
    }
    return Status;
}

static NTSTATUS PspSetExecuteFlags(PEPROCESS Process, ULONG Flags)
{
    if (Process->ExecuteFlags & MEM_EXECUTE_OPTION_PERMANENT) {
        return STATUS_ACCESS_DENIED;
    }
    if (Flags & ~MEM_EXECUTE_OPTION_VALID) {
        return STATUS_INVALID_PARAMETER;
    }
    Process->ExecuteFlags = Flags;
    return STATUS_SUCCESS;
}

static NTSTATUS PspSetClass(PEPROCESS Process, ULONG Class, ULONG Value)
{
    switch (Class) {
    case ProcessBasePriority:
        if (Value == 0 || Value >= MAXIMUM_PRIORITY) {
            return STATUS_INVALID_PARAMETER;
        }
        KeSetPriorityProcess(&Process->Pcb, (LONG)Value);
        return STATUS_SUCCESS;
    case ProcessAffinityMask:
        return Value == 1 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER; /* one processor */
    case ProcessDebugFlags:
        if (Value > 1) {
            return STATUS_INVALID_PARAMETER;
        }
        Process->NoDebugInherit = Value == 0;
        return STATUS_SUCCESS;
    default:
        return PspSetExecuteFlags(Process, Value);
    }
}

/*
 * ProcessBasePriority, ProcessAffinityMask, ProcessDebugFlags, and ProcessExecuteFlags: how
 * strictly ntdll dispatches exceptions (nt/services.h), STATUS_ACCESS_DENIED once they are
 * permanent. STATUS_INVALID_PARAMETER for values that are none; the others as above.
 */
NTSTATUS NTAPI NtSetInformationProcess(HANDLE ProcessHandle, ULONG Class, PVOID Information,
                                       ULONG Length)
{
    PEPROCESS Process;
    ULONG Value;
    NTSTATUS Status;

    if (Class != ProcessExecuteFlags && Class != ProcessBasePriority &&
        Class != ProcessAffinityMask && Class != ProcessDebugFlags) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != sizeof(Value)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = PsReferenceProcess(ProcessHandle, PROCESS_SET_INFORMATION, &Process);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = KeCopyFromCaller(&Value, Information, sizeof(Value));
    if (NT_SUCCESS(Status)) {
        Status = PspSetClass(Process, Class, Value);
    }
    ObDereferenceObject(Process);
    return Status;
}
