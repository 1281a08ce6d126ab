/* SPDX-License-Identifier: MIT */
/*
 * Events, semaphores, mutants and timers, and waiting for them, by a thread and by several.
 * Statuses are NT's own; the same under Wine.
 */
#include "mica.h"

#define MS (-10000LL)

static HANDLE Event, Second, Semaphore, Mutant, Go;

static NTSTATUS Wait(HANDLE Handle, LONGLONG Timeout)
{
    LARGE_INTEGER Value = {.QuadPart = Timeout};

    return NtWaitForSingleObject(Handle, FALSE, &Value);
}

static VOID Events(VOID)
{
    LONG Previous = 7;

    NtCreateEvent(&Event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    Print("notification: %s", StatusName(Wait(Event, 0)));
    NtSetEvent(Event, &Previous);
    Print(", set (was %ld): %s", Previous, StatusName(Wait(Event, 0)));
    Print(" and again %s", StatusName(Wait(Event, 0)));
    NtResetEvent(Event, &Previous);
    Print(", reset (was %ld): %s\n", Previous, StatusName(Wait(Event, 0)));
    NtClose(Event);
    NtCreateEvent(&Event, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, TRUE);
    Print("synchronization: %s", StatusName(Wait(Event, 0)));
    Print(", then %s", StatusName(Wait(Event, 0)));
    NtPulseEvent(Event, &Previous);
    Print(", pulsed %s\n", StatusName(Wait(Event, 0)));
    Print("after 20 ms: %s\n", StatusName(Wait(Event, 20 * MS)));
}

static VOID Semaphores(VOID)
{
    LONG Previous = 7;

    Print("bad counts: %s",
          StatusName(NtCreateSemaphore(&Semaphore, SEMAPHORE_ALL_ACCESS, NULL, 3, 2)));
    Print(" %s\n", StatusName(NtCreateSemaphore(&Semaphore, SEMAPHORE_ALL_ACCESS, NULL, 0, 0)));
    NtCreateSemaphore(&Semaphore, SEMAPHORE_ALL_ACCESS, NULL, 1, 2);
    Print("semaphore 1: %s", StatusName(Wait(Semaphore, 0)));
    Print(", 0: %s", StatusName(Wait(Semaphore, 0)));
    NtReleaseSemaphore(Semaphore, 2, &Previous);
    Print(", released 2 (was %ld)", Previous);
    Print(", one more: %s", StatusName(NtReleaseSemaphore(Semaphore, 1, &Previous)));
    Print(", 0 more: %s\n", StatusName(NtReleaseSemaphore(Semaphore, 0, NULL)));
}

static NTSTATUS NTAPI TakeAndEnd(PVOID Parameter)
{
    (VOID) Parameter;
    Wait(Mutant, 0);
    return NtReleaseMutant(Semaphore, NULL); /* not one: the thread ends with that status */
}

static VOID Mutants(VOID)
{
    LONG Previous = 7;

    NtCreateMutant(&Mutant, MUTANT_ALL_ACCESS, NULL, TRUE);
    Print("mutant, owned: %s", StatusName(Wait(Mutant, 0)));
    NtReleaseMutant(Mutant, &Previous);
    Print(", released (was %ld)", Previous);
    NtReleaseMutant(Mutant, &Previous);
    Print(" and (was %ld)", Previous);
    Print(", not owned: %s\n", StatusName(NtReleaseMutant(Mutant, NULL)));
    Print("a thread ends with %s", StatusName(JoinThread(StartThread(TakeAndEnd, 0))));
    Print(", and its mutant is %s", StatusName(Wait(Mutant, 0)));
    Print(", then %s\n", StatusName(Wait(Mutant, 0)));
}

static VOID Several(VOID)
{
    HANDLE Handles[3];
    LARGE_INTEGER Zero = {.QuadPart = 0};

    NtCreateEvent(&Second, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, TRUE);
    Handles[0] = Event;
    Handles[1] = Second;
    Handles[2] = Semaphore;
    Print("any of three: %lX", NtWaitForMultipleObjects(3, Handles, WaitAny, FALSE, &Zero));
    Print(", %lX", NtWaitForMultipleObjects(3, Handles, WaitAny, FALSE, &Zero));
    NtSetEvent(Event, NULL);
    Print(", %lX\n", NtWaitForMultipleObjects(3, Handles, WaitAny, FALSE, &Zero));
    NtSetEvent(Event, NULL);
    Print("all: %s", StatusName(NtWaitForMultipleObjects(3, Handles, WaitAll, FALSE, &Zero)));
    NtSetEvent(Second, NULL);
    Print(", %s", StatusName(NtWaitForMultipleObjects(3, Handles, WaitAll, FALSE, &Zero)));
    Print(", and all are taken: %s %s %s\n", StatusName(Wait(Event, 0)),
          StatusName(Wait(Second, 0)), StatusName(Wait(Semaphore, 0)));
    Handles[1] = Event;
    Print("the same twice: %s\n",
          StatusName(NtWaitForMultipleObjects(2, Handles, WaitAll, FALSE, &Zero)));
    Print("none: %s", StatusName(NtWaitForMultipleObjects(0, Handles, WaitAll, FALSE, &Zero)));
    Print(", 65: %s\n", StatusName(NtWaitForMultipleObjects(65, Handles, WaitAny, FALSE, &Zero)));
}

static volatile LONG Order[8], Count;

static NTSTATUS NTAPI Waiter(PVOID Parameter)
{
    NtWaitForSingleObject(Semaphore, FALSE, NULL);
    Order[Count++] = (LONG)Parameter;
    NtSetEvent(Go, NULL);
    return (NTSTATUS)Parameter;
}

/* First come, first served. */
static VOID Queue(VOID)
{
    HANDLE Threads[4];

    NtCreateEvent(&Go, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE);
    for (ULONG i = 0; i < 4; i++) {
        Threads[i] = StartThread(Waiter, i + 1);
        Wait(Go, 20 * MS); /* until it waits */
    }
    for (ULONG i = 0; i < 4; i++) {
        NtReleaseSemaphore(Semaphore, 1, NULL);
        NtWaitForSingleObject(Go, FALSE, NULL);
    }
    Print("woken in the order %ld %ld %ld %ld, ended with", Order[0], Order[1], Order[2], Order[3]);
    for (ULONG i = 0; i < 4; i++) {
        Print(" %lX", JoinThread(Threads[i]));
    }
    Print("\n");
}

static NTSTATUS NTAPI Answer(PVOID Parameter)
{
    (VOID) Parameter;
    for (ULONG i = 0; i < 3; i++) {
        NtWaitForSingleObject(Event, FALSE, NULL);
        Print(" pong");
        NtSetEvent(Second, NULL);
    }
    return 0;
}

static VOID SignalAndWait(VOID)
{
    HANDLE Thread = StartThread(Answer, 0);

    Print("game:");
    for (ULONG i = 0; i < 3; i++) {
        Print(" ping");
        NtSignalAndWaitForSingleObject(Event, Second, FALSE, NULL);
    }
    JoinThread(Thread);
    Print("\nsignal a thread: %s\n",
          StatusName(NtSignalAndWaitForSingleObject(NtCurrentThread(), Second, FALSE, NULL)));
}

static VOID NTAPI Tick(PVOID Context, PVOID Low, PVOID High)
{
    (VOID) Low;
    (VOID) High;
    ++*(ULONG *)Context;
}

static VOID Timers(VOID)
{
    LARGE_INTEGER Due = {.QuadPart = 20 * MS};
    LARGE_INTEGER Soon = {.QuadPart = 100 * MS};
    BOOLEAN State = 7;
    ULONG Ticks = 0;
    HANDLE Timer;

    NtCreateTimer(&Timer, TIMER_ALL_ACCESS, NULL, SynchronizationTimer);
    Print("timer: %s", StatusName(Wait(Timer, 0)));
    NtSetTimer(Timer, &Due, NULL, NULL, FALSE, 0, &State);
    Print(", set (was %d): %s", State, StatusName(Wait(Timer, 1000 * MS)));
    Print(", then %s\n", StatusName(Wait(Timer, 0)));
    NtSetTimer(Timer, &Due, (PVOID)Tick, &Ticks, FALSE, 20, NULL);
    while (Ticks < 3) {
        NTSTATUS Status = NtDelayExecution(TRUE, &Soon);

        if (Status != STATUS_USER_APC) {
            Print("delay: %s\n", StatusName(Status));
        }
    }
    NtCancelTimer(Timer, &State);
    Print("three times its routine, then cancelled: %s\n",
          StatusName(NtDelayExecution(TRUE, &Soon)));
    Print("period below 0: %s\n", StatusName(NtSetTimer(Timer, &Due, NULL, NULL, FALSE, -1, NULL)));
}

static VOID Wrong(VOID)
{
    LONG Value;

    Print("no handle: %s", StatusName(Wait((HANDLE)0x7770, 0)));
    Print(", wrong type: %s", StatusName(NtSetEvent(Mutant, NULL)));
    Print(", closed: %s", StatusName(NtClose(Second)));
    Print(" %s", StatusName(NtSetEvent(Second, &Value)));
    NtCreateEvent(&Second, SYNCHRONIZE, NULL, NotificationEvent, FALSE);
    Print(", rights: %s\n", StatusName(NtSetEvent(Second, NULL)));
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Events();
    Semaphores();
    Mutants();
    Several();
    Queue();
    SignalAndWait();
    Timers();
    Wrong();
    return 0;
}
