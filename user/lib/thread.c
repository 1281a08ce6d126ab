/* SPDX-License-Identifier: MIT */
/* Threads, waits and processes in one line each, for programs that are about something else. */
#include "mica.h"

/* What cannot be made ends the program: it says what. */
static VOID Require(NTSTATUS Status, PCSTR What)
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

NTSTATUS StartProgram(PUNICODE_STRING Path, PCSTR CommandLine,
                      PRTL_USER_PROCESS_INFORMATION Information)
{
    PRTL_USER_PROCESS_PARAMETERS Parameters;
    UNICODE_STRING Line;
    NTSTATUS Status = STATUS_NO_MEMORY;

    if (!RtlCreateUnicodeStringFromAsciiz(&Line, CommandLine)) {
        return Status;
    }
    Status = RtlCreateProcessParameters(&Parameters, Path, NULL, NULL, &Line, NULL, NULL, NULL,
                                        NULL, NULL);
    if (NT_SUCCESS(Status)) {
        Status = RtlCreateUserProcess(Path, OBJ_CASE_INSENSITIVE, Parameters, NULL, NULL, NULL,
                                      FALSE, NULL, NULL, Information);
        RtlDestroyProcessParameters(Parameters);
    }
    RtlFreeUnicodeString(&Line);
    return Status;
}

/* The same program once more: what NtCurrentProcess() was started from. */
HANDLE StartSelf(PCSTR Argument)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Information;
    CHAR Line[128];

    _snprintf(Line, sizeof(Line) - 1, "self %s", Argument);
    Line[sizeof(Line) - 1] = 0;
    Require(StartProgram(Path, Line, &Information), "process");
    NtResumeThread(Information.ThreadHandle, NULL);
    NtClose(Information.ThreadHandle);
    return Information.ProcessHandle;
}

NTSTATUS JoinProcess(HANDLE Process)
{
    PROCESS_BASIC_INFORMATION Basic = {.ExitStatus = STATUS_UNSUCCESSFUL};

    NtWaitForSingleObject(Process, FALSE, NULL);
    NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);
    NtClose(Process);
    return Basic.ExitStatus;
}
