/* SPDX-License-Identifier: MIT */
/*
 * A producer and a consumer share a ring of four places. One semaphore counts the places that are
 * free, one those that are filled, a mutant guards the ring: nothing is lost, nobody spins.
 */
#include "mica.h"

#define PLACES 4
#define ITEMS 12

static HANDLE Free, Filled, Guard;
static ULONG Ring[PLACES], Head, Tail, Most, Got[ITEMS];

static NTSTATUS NTAPI Producer(PVOID Parameter)
{
    (VOID) Parameter;
    for (ULONG Item = 1; Item <= ITEMS; Item++) {
        WaitFor(Free, -1);
        WaitFor(Guard, -1);
        Ring[Head++ % PLACES] = Item;
        Most = Head - Tail > Most ? Head - Tail : Most;
        NtReleaseMutant(Guard, NULL);
        NtReleaseSemaphore(Filled, 1, NULL);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Consumer(PVOID Parameter)
{
    ULONG Sum = 0;

    (VOID) Parameter;
    for (ULONG i = 0; i < ITEMS; i++) {
        WaitFor(Filled, -1);
        WaitFor(Guard, -1);
        Got[i] = Ring[Tail++ % PLACES];
        NtReleaseMutant(Guard, NULL);
        NtReleaseSemaphore(Free, 1, NULL);
        Sum += Got[i];
        Sleep(10); /* slower than the producer, who therefore has to wait */
    }
    return (NTSTATUS)Sum;
}

int main(int argc, char **argv)
{
    HANDLE Threads[2];

    (VOID) argc;
    (VOID) argv;
    Free = MakeSemaphore(PLACES, PLACES);
    Filled = MakeSemaphore(0, PLACES);
    Guard = MakeMutant();
    Threads[0] = StartThread(Consumer, 0);
    Threads[1] = StartThread(Producer, 0);
    JoinThread(Threads[1]);
    Print("the producer is done; the ring was full: %s\n", Most == PLACES ? "yes" : "no");
    Print("sum %ld, expected %d; consumed", JoinThread(Threads[0]), ITEMS * (ITEMS + 1) / 2);
    for (ULONG i = 0; i < ITEMS; i++) {
        Print(" %lu", Got[i]);
    }
    Print("\n");
    return 0;
}
