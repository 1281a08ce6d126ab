/* SPDX-License-Identifier: MIT */
/*
 * Debuggers that are their own debuggees' property: each process's end closes the last handle of
 * the next debug object, which ends the next process. And a wait for events that is as long as can
 * be.
 */
#include "mica.h"

#define DEPTH 200

static HANDLE Object;

/* Without a thread: a clone. It is debugged, and its debugger's handle lies in the one before. */
static HANDLE Chain(HANDLE Parents[])
{
    HANDLE First = NULL;

    for (ULONG i = 0; i < DEPTH; i++) {
        HANDLE Debugger, Inside;

        Require(NtCreateDebugObject(&Debugger, DEBUG_ALL_ACCESS, NULL, DEBUG_KILL_ON_CLOSE),
                "debug object");
        Require(NtCreateProcess(&Parents[i], PROCESS_ALL_ACCESS, NULL, NtCurrentProcess(), FALSE,
                                NULL, Debugger, NULL),
                "process");
        if (i == 0) {
            First = Debugger;
        } else {
            Require(NtDuplicateObject(NtCurrentProcess(), Debugger, Parents[i - 1], &Inside, 0, 0,
                                      DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
                    "handle");
        }
    }
    return First;
}

static VOID Chained(VOID)
{
    static HANDLE Processes[DEPTH];
    PROCESS_BASIC_INFORMATION Basic;
    ULONG Ended = 0;

    NtClose(Chain(Processes));
    for (ULONG i = 0; i < DEPTH; i++) {
        WaitFor(Processes[i], 5000);
        NtQueryInformationProcess(Processes[i], ProcessBasicInformation, &Basic, sizeof(Basic),
                                  NULL);
        Ended += Basic.ExitStatus == STATUS_DEBUGGER_INACTIVE;
        NtClose(Processes[i]);
    }
    Print("one after the other: %lu of %u have ended\n", Ended, DEPTH);
}

/* A process that has a port gets no other. */
static VOID Twice(VOID)
{
    HANDLE Debugger, Other, Process;

    NtCreateDebugObject(&Debugger, DEBUG_ALL_ACCESS, NULL, 0);
    NtCreateDebugObject(&Other, DEBUG_ALL_ACCESS, NULL, 0);
    Require(NtCreateProcess(&Process, PROCESS_ALL_ACCESS, NULL, NtCurrentProcess(), FALSE, NULL,
                            Debugger, NULL),
            "process");
    Print("another debugger: %s\n", StatusName(NtDebugActiveProcess(Process, Other)));
    NtClose(Debugger);
    NtClose(Other);
    Print("without its debugger it stays: %s\n", StatusName(WaitFor(Process, 10)));
    NtTerminateProcess(Process, STATUS_SUCCESS);
    NtClose(Process);
}

static NTSTATUS NTAPI WaitLongest(PVOID Parameter)
{
    LARGE_INTEGER Longest = {.QuadPart = (LONGLONG)0x8000000000000000ULL};
    DBGUI_WAIT_STATE_CHANGE Change;

    (VOID) Parameter;
    return NtWaitForDebugEvent(Object, FALSE, &Longest, &Change);
}

static VOID Longest(VOID)
{
    HANDLE Thread;

    NtCreateDebugObject(&Object, DEBUG_ALL_ACCESS, NULL, 0);
    Thread = StartThread(WaitLongest, 0);
    Print("waiting: %s\n", StatusName(WaitFor(Thread, 20)));
    NtClose(Object);
    Print("the object is closed: %s\n", StatusName(JoinThread(Thread)));
}

int main(void)
{
    Chained();
    Twice();
    Longest();
    return 0;
}
