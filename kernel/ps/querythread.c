/* SPDX-License-Identifier: MIT */
/* NtQueryInformationThread and NtSetInformationThread. */
#include "psp.h"

#define TICK_100NS ((LONGLONG)HAL_CLOCK_INCREMENT)
#define HIGHEST_INCREMENT 2
#define SATURATED_LOW (-15)
#define SATURATED_HIGH 15

typedef union _PSP_THREAD_ANSWER {
    THREAD_BASIC_INFORMATION Basic;
    KERNEL_USER_TIMES Times;
    ULONG Number;
} PSP_THREAD_ANSWER;

static ULONG PspQueryThreadClass(PETHREAD Thread, ULONG Class, PSP_THREAD_ANSWER *Answer)
{
    switch (Class) {
    case ThreadBasicInformation:
        Answer->Basic = (THREAD_BASIC_INFORMATION){
            .ExitStatus = Thread->ExitStatus,
            .TebBaseAddress = Thread->Tcb.Teb,
            .ClientId = Thread->Cid,
            .AffinityMask = Thread->Tcb.Affinity,
            .Priority = Thread->Tcb.Priority,
            .BasePriority = KeQueryBasePriorityThread(&Thread->Tcb),
        };
        return sizeof(Answer->Basic);
    case ThreadTimes:
        Answer->Times = (KERNEL_USER_TIMES){
            .CreateTime = Thread->CreateTime,
            .ExitTime = Thread->ExitTime,
            .KernelTime.QuadPart = Thread->Tcb.KernelTime * TICK_100NS,
            .UserTime.QuadPart = Thread->Tcb.UserTime * TICK_100NS,
        };
        return sizeof(Answer->Times);
    case ThreadQuerySetWin32StartAddress:
        Answer->Number = (ULONG)Thread->Win32StartAddress;
        return sizeof(Answer->Number);
    case ThreadAmILastThread:
        Answer->Number = Thread->ThreadsProcess->ActiveThreads == 1;
        return sizeof(Answer->Number);
    case ThreadPriorityBoost:
        Answer->Number = Thread->Tcb.DisableBoost;
        return sizeof(Answer->Number);
    default:
        return 0;
    }
}

/* As NtQueryInformationProcess, of a thread. */
NTSTATUS NTAPI NtQueryInformationThread(HANDLE ThreadHandle, ULONG Class, PVOID Information,
                                        ULONG Length, PULONG ReturnLength)
{
    PSP_THREAD_ANSWER Answer;
    ULONG Returned = PspQueryThreadClass(PsGetCurrentThread(), Class, &Answer);
    PETHREAD Thread;
    NTSTATUS Status;

    if (Returned == 0) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != Returned) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = PsReferenceThread(ThreadHandle, THREAD_QUERY_INFORMATION, &Thread);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    PspQueryThreadClass(Thread, Class, &Answer);
    ObDereferenceObject(Thread);
    Status = KeCopyToCaller(Information, &Answer, Returned);
    if (NT_SUCCESS(Status) && ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Returned, sizeof(Returned));
    }
    return Status;
}

/* An increment is small, or the end of the class, for which the kernel has 16. */
static NTSTATUS PspSetBasePriority(PETHREAD Thread, LONG Increment)
{
    BOOLEAN Saturated = Increment == SATURATED_LOW || Increment == SATURATED_HIGH ||
                        Increment == SATURATED_LOW - 1 || Increment == SATURATED_HIGH + 1;

    if (!Saturated && (Increment < -HIGHEST_INCREMENT || Increment > HIGHEST_INCREMENT)) {
        return STATUS_INVALID_PARAMETER;
    }
    KeSetBasePriorityThread(&Thread->Tcb, Increment);
    return STATUS_SUCCESS;
}

static NTSTATUS PspSetThreadClass(PETHREAD Thread, ULONG Class, ULONG Value)
{
    switch (Class) {
    case ThreadPriority:
        if (Value == 0 || Value >= MAXIMUM_PRIORITY) {
            return STATUS_INVALID_PARAMETER;
        }
        KeSetPriorityThread(&Thread->Tcb, (LONG)Value);
        return STATUS_SUCCESS;
    case ThreadBasePriority:
        return PspSetBasePriority(Thread, (LONG)Value);
    case ThreadAffinityMask:
        return Value == 1 ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER; /* one processor */
    case ThreadPriorityBoost:
        Thread->Tcb.DisableBoost = Value != 0;
        return STATUS_SUCCESS;
    default:
        Thread->Win32StartAddress = (PVOID)Value;
        return STATUS_SUCCESS;
    }
}

/*
 * ThreadPriority (1 to 31), ThreadBasePriority (the increment, -2 to 2, or 15 and 16 either sign),
 * ThreadAffinityMask, ThreadQuerySetWin32StartAddress, ThreadPriorityBoost (not 0: none).
 */
NTSTATUS NTAPI NtSetInformationThread(HANDLE ThreadHandle, ULONG Class, PVOID Information,
                                      ULONG Length)
{
    PETHREAD Thread;
    ULONG Value;
    NTSTATUS Status;

    if (Class != ThreadPriority && Class != ThreadBasePriority && Class != ThreadAffinityMask &&
        Class != ThreadPriorityBoost && Class != ThreadQuerySetWin32StartAddress) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != sizeof(Value)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = PsReferenceThread(ThreadHandle, THREAD_SET_INFORMATION, &Thread);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = KeCopyFromCaller(&Value, Information, sizeof(Value));
    if (NT_SUCCESS(Status)) {
        Status = PspSetThreadClass(Thread, Class, Value);
    }
    ObDereferenceObject(Thread);
    return Status;
}
