/* SPDX-License-Identifier: MIT */
/*
 * Five philosophers, five forks. Each takes the fork to his left, then the one to his right, so all
 * can come to hold one and wait for ever: a deadlock. Two ways out: the last one takes them the
 * other way round; or whoever wants to eat waits for both at once (WaitAll).
 */
#include "mica.h"

#define SEATS 5
#define MEALS 3

typedef enum { LeftFirst, OneTheOtherWay, BothAtOnce } MANNERS;

static HANDLE Forks[SEATS], Seated;
static MANNERS Manners;
static volatile LONG Meals[SEATS];
static volatile LONG WaitingWithFork;

static VOID Eat(ULONG Seat)
{
    Meals[Seat]++;
    Sleep(10);
}

/* FALSE: he gave up, after a second with one fork in his hand. */
static BOOLEAN TakeForks(HANDLE First, HANDLE Second)
{
    WaitFor(First, -1);
    Sleep(20); /* time enough for the others to take theirs */
    if (WaitFor(Second, 1000) == STATUS_TIMEOUT) {
        __sync_add_and_fetch(&WaitingWithFork, 1);
        NtReleaseMutant(First, NULL);
        return FALSE;
    }
    return TRUE;
}

static NTSTATUS NTAPI Philosopher(PVOID Parameter)
{
    ULONG Seat = (ULONG)Parameter;
    HANDLE Left = Forks[Seat], Right = Forks[(Seat + 1) % SEATS];
    HANDLE Both[2] = {Left, Right};
    BOOLEAN Swap = Manners == OneTheOtherWay && Seat == SEATS - 1;

    WaitFor(Seated, -1);
    for (ULONG i = 0; i < MEALS; i++) {
        if (Manners == BothAtOnce) {
            NtWaitForMultipleObjects(2, Both, WaitAll, FALSE, NULL);
        } else if (!TakeForks(Swap ? Right : Left, Swap ? Left : Right)) {
            return STATUS_POSSIBLE_DEADLOCK;
        }
        Eat(Seat);
        NtReleaseMutant(Left, NULL);
        NtReleaseMutant(Right, NULL);
    }
    return STATUS_SUCCESS;
}

static VOID Dinner(MANNERS How, PCSTR Title)
{
    HANDLE Threads[SEATS];
    LONG Total = 0;

    Manners = How;
    WaitingWithFork = 0;
    Seated = MakeEvent(NotificationEvent);
    for (ULONG i = 0; i < SEATS; i++) {
        Forks[i] = MakeMutant();
        Meals[i] = 0;
    }
    for (ULONG i = 0; i < SEATS; i++) {
        Threads[i] = StartThread(Philosopher, i);
    }
    NtSetEvent(Seated, NULL);
    for (ULONG i = 0; i < SEATS; i++) {
        JoinThread(Threads[i]);
    }
    for (ULONG i = 0; i < SEATS; i++) {
        Total += Meals[i];
        NtClose(Forks[i]);
    }
    NtClose(Seated);
    Print("%-32s %2ld of %d meals", Title, Total, SEATS * MEALS);
    Print(WaitingWithFork != 0 ? ", and they starve: %ld wait with a fork in hand\n" : "\n",
          WaitingWithFork);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Dinner(LeftFirst, "all take the left fork first:");
    Dinner(OneTheOtherWay, "one of them the right one:");
    Dinner(BothAtOnce, "all wait for both at once:");
    return 0;
}
