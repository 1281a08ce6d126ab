/* SPDX-License-Identifier: MIT */
/*
 * An APC interrupts a wait, if the wait is alertable: the thread runs the routine, and the wait
 * ends with STATUS_USER_APC. A wait that is not lets the APC lie in its queue.
 */
#include "mica.h"

static HANDLE Never, Waiting;

static VOID NTAPI Routine(PVOID Context, PVOID First, PVOID Second)
{
    Print("    the routine runs in the waiting thread: %lu %lu %lu\n", (ULONG)Context, (ULONG)First,
          (ULONG)Second);
}

static NTSTATUS NTAPI Waiter(PVOID Parameter)
{
    LARGE_INTEGER Timeout = {.QuadPart = -500 * 10000LL};

    Print("  a wait that is not alertable\n");
    NtSetEvent(Waiting, NULL);
    Print("  ends with %s\n", StatusName(NtWaitForSingleObject(Never, FALSE, &Timeout)));
    Print("  an alertable one\n");
    Print("  ends with %s\n", StatusName(NtWaitForSingleObject(Never, TRUE, NULL)));
    Print("  another\n");
    NtSetEvent(Waiting, NULL);
    Print("  ends with %s\n", StatusName(NtWaitForSingleObject(Never, TRUE, NULL)));
    return (NTSTATUS)Parameter;
}

int main(int argc, char **argv)
{
    HANDLE Thread;

    (VOID) argc;
    (VOID) argv;
    Never = MakeEvent(NotificationEvent);
    Waiting = MakeEvent(SynchronizationEvent);
    Thread = StartThread(Waiter, 0);
    WaitFor(Waiting, -1);
    Sleep(50);
    Print("  (an APC is queued)\n");
    NtQueueApcThread(Thread, (PVOID)Routine, (PVOID)1, (PVOID)2, (PVOID)3);
    WaitFor(Waiting, -1);
    Sleep(50);
    Print("  (an APC is queued)\n");
    NtQueueApcThread(Thread, (PVOID)Routine, (PVOID)4, (PVOID)5, (PVOID)6);
    JoinThread(Thread);
    return 0;
}
