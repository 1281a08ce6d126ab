/* SPDX-License-Identifier: MIT */
/*
 * Threads that do what a seed says, while the kernel keeps the scheduler's journal, which is then
 * printed: a record a line. tests/scheduler.py holds it against a model. Arguments: first seed,
 * number of seeds.
 */
#include "mica.h"
#include "nt/journal.h"

#define WORKERS 6
#define STEPS 25
#define RECORDS 8000
#define MS (-10000LL)

static HANDLE Threads[WORKERS], Events[2], Semaphore, Mutant;
static ULONG Randoms[WORKERS];

static ULONG Next(ULONG Worker, ULONG Below)
{
    Randoms[Worker] = Randoms[Worker] * 1664525 + 1013904223;
    return (Randoms[Worker] >> 10) % Below;
}

static VOID Spin(ULONG Rounds)
{
    for (volatile ULONG i = 0; i < Rounds; i++) {
    }
}

static VOID Wait(HANDLE Object, ULONG Milliseconds)
{
    LARGE_INTEGER Timeout = {.QuadPart = Milliseconds * MS};

    NtWaitForSingleObject(Object, FALSE, &Timeout);
}

static VOID SetPriority(ULONG Worker)
{
    HANDLE Thread = Threads[Next(Worker, WORKERS)];
    LONG Priority = (LONG)(4 + Next(Worker, 16));
    LONG Base = (LONG)Next(Worker, 5) - 2;

    if (Next(Worker, 2) == 0) {
        NtSetInformationThread(Thread, ThreadPriority, &Priority, sizeof(Priority));
    } else {
        NtSetInformationThread(Thread, ThreadBasePriority, &Base, sizeof(Base));
    }
}

static VOID Step(ULONG Worker)
{
    HANDLE Other = Threads[Next(Worker, WORKERS)];

    switch (Next(Worker, 9)) {
    case 0:
    case 1:
        Spin(Next(Worker, 60000)); /* a few ticks */
        break;
    case 2:
        NtYieldExecution();
        break;
    case 3:
        Wait(Events[Next(Worker, 2)], Next(Worker, 40));
        break;
    case 4:
        NtSetEvent(Events[Next(Worker, 2)], NULL);
        break;
    case 5:
        Wait(Semaphore, Next(Worker, 30));
        NtReleaseSemaphore(Semaphore, 1, NULL);
        break;
    case 6:
        Wait(Mutant, Next(Worker, 30));
        Spin(Next(Worker, 20000));
        NtReleaseMutant(Mutant, NULL);
        break;
    case 7:
        SetPriority(Worker);
        break;
    default:
        if (Other != Threads[Worker] && NT_SUCCESS(NtSuspendThread(Other, NULL))) {
            Spin(Next(Worker, 20000));
            NtResumeThread(Other, NULL);
        }
        break;
    }
}

static NTSTATUS NTAPI Work(PVOID Parameter)
{
    for (ULONG i = 0; i < STEPS; i++) {
        Step((ULONG)Parameter);
    }
    return STATUS_SUCCESS;
}

static VOID Run(ULONG Seed)
{
    static MICA_JOURNAL_RECORD Journal[RECORDS];
    ULONG Count = 0;

    Events[0] = MakeEvent(SynchronizationEvent);
    Events[1] = MakeEvent(NotificationEvent);
    Semaphore = MakeSemaphore(1, 10);
    Mutant = MakeMutant();
    for (ULONG i = 0; i < WORKERS; i++) {
        Randoms[i] = Seed * 7919 + i * 104729;
        Require(RtlCreateUserThread(NtCurrentProcess(), NULL, TRUE, 0, 0, 0, Work, (PVOID)i,
                                    &Threads[i], NULL),
                "thread");
    }
    Sleep(30); /* all of them wait to be resumed */
    Require(NtMicaJournal(RECORDS, NULL, 0, NULL), "journal");
    for (ULONG i = 0; i < WORKERS; i++) {
        NtResumeThread(Threads[i], NULL);
    }
    for (ULONG i = 0; i < WORKERS; i++) {
        WaitFor(Threads[i], -1);
    }
    Require(NtMicaJournal(0, Journal, RECORDS, &Count), "journal");
    Print("seed %lu %lu\n", Seed, Count);
    for (ULONG i = 0; i < Count && i < RECORDS; i++) {
        PMICA_JOURNAL_RECORD Record = &Journal[i];

        Print("%lX %X %d %d %d %d\n", (ULONG)Record->Thread & 0xFFFFF, Record->Kind,
              Record->Argument, Record->Priority, Record->BasePriority, Record->Quantum);
    }
    for (ULONG i = 0; i < WORKERS; i++) {
        NtClose(Threads[i]);
    }
    NtClose(Events[0]);
    NtClose(Events[1]);
    NtClose(Semaphore);
    NtClose(Mutant);
}

int main(int argc, char **argv)
{
    ULONG First = argc > 1 ? Number(argv[1]) : 1, Count = argc > 2 ? Number(argv[2]) : 1;

    for (ULONG Seed = First; Seed < First + Count; Seed++) {
        Run(Seed);
    }
    return 0;
}
