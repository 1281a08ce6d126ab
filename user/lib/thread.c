/* SPDX-License-Identifier: MIT */
/* Threads and waits in one line each, for programs that are about something else. */
#include "mica.h"

VOID Require(NTSTATUS Status, PCSTR What)
{
    if (!NT_SUCCESS(Status)) {
        Print("no %s: %s\n", What, StatusName(Status));
        NtTerminateProcess(NtCurrentProcess(), Status);
    }
}

HANDLE StartThread(PUSER_THREAD_START_ROUTINE Routine, ULONG_PTR Parameter)
{
    HANDLE Thread = NULL;

    Require(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0, 0, Routine, (PVOID)Parameter,
                                &Thread, NULL),
            "thread");
    return Thread;
}

NTSTATUS JoinThread(HANDLE Thread)
{
    THREAD_BASIC_INFORMATION Basic = {.ExitStatus = STATUS_UNSUCCESSFUL};

    NtWaitForSingleObject(Thread, FALSE, NULL);
    NtQueryInformationThread(Thread, ThreadBasicInformation, &Basic, sizeof(Basic), NULL);
    NtClose(Thread);
    return Basic.ExitStatus;
}

NTSTATUS WaitFor(HANDLE Object, LONG Milliseconds)
{
    LARGE_INTEGER Timeout = {.QuadPart = Milliseconds * -10000LL};

    return NtWaitForSingleObject(Object, FALSE, Milliseconds < 0 ? NULL : &Timeout);
}

VOID Sleep(LONG Milliseconds)
{
    LARGE_INTEGER Interval = {.QuadPart = Milliseconds * -10000LL};

    if (Milliseconds < 0) {
        Interval.QuadPart = (LONGLONG)(1ULL << 63); /* the furthest there is */
    }
    NtDelayExecution(FALSE, &Interval);
}

HANDLE MakeEvent(EVENT_TYPE Type)
{
    HANDLE Event = NULL;

    Require(NtCreateEvent(&Event, EVENT_ALL_ACCESS, NULL, Type, FALSE), "event");
    return Event;
}

HANDLE MakeMutant(VOID)
{
    HANDLE Mutant = NULL;

    Require(NtCreateMutant(&Mutant, MUTANT_ALL_ACCESS, NULL, FALSE), "mutant");
    return Mutant;
}

HANDLE MakeSemaphore(LONG Count, LONG Limit)
{
    HANDLE Semaphore = NULL;

    Require(NtCreateSemaphore(&Semaphore, SEMAPHORE_ALL_ACCESS, NULL, Count, Limit), "semaphore");
    return Semaphore;
}
