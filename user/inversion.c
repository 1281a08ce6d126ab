/* SPDX-License-Identifier: MIT */
/*
 * Priority inversion. A low thread holds a mutant that a high one wants; a thread between the two
 * has work to do, and so the high one waits for work that is not even its own. NT's mutants do not
 * lend priorities. The cure here is the ceiling: who takes the mutant runs at the priority of the
 * highest who may want it, for as long as he has it.
 */
#include "mica.h"

#define LOW 5
#define MIDDLE 8
#define HIGH 12
#define WORK 60 /* ms of the processor */

static HANDLE Mutant, Taken;
static BOOLEAN Ceiling;

static VOID SetOwnPriority(LONG Priority)
{
    NtSetInformationThread(NtCurrentThread(), ThreadPriority, &Priority, sizeof(Priority));
}

/* Uses the processor for so long, by its own clock: what others use does not count. */
static VOID Work(LONG Milliseconds)
{
    KERNEL_USER_TIMES Times;
    LONGLONG Start, Now;

    NtQueryInformationThread(NtCurrentThread(), ThreadTimes, &Times, sizeof(Times), NULL);
    Start = Times.UserTime.QuadPart + Times.KernelTime.QuadPart;
    do {
        NtQueryInformationThread(NtCurrentThread(), ThreadTimes, &Times, sizeof(Times), NULL);
        Now = Times.UserTime.QuadPart + Times.KernelTime.QuadPart;
    } while (Now - Start < Milliseconds * 10000LL);
}

static NTSTATUS NTAPI Low(PVOID Parameter)
{
    (VOID) Parameter;
    SetOwnPriority(LOW);
    WaitFor(Mutant, -1);
    if (Ceiling) {
        SetOwnPriority(HIGH);
    }
    NtSetEvent(Taken, NULL);
    Work(WORK);
    Print("  low releases the mutant\n");
    NtReleaseMutant(Mutant, NULL);
    SetOwnPriority(LOW);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Middle(PVOID Parameter)
{
    (VOID) Parameter;
    Work(WORK);
    Print("  middle has done its work\n");
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI High(PVOID Parameter)
{
    (VOID) Parameter;
    SetOwnPriority(HIGH);
    WaitFor(Mutant, -1);
    Print("  high has the mutant\n");
    NtReleaseMutant(Mutant, NULL);
    return STATUS_SUCCESS;
}

static VOID Show(BOOLEAN WithCeiling)
{
    HANDLE Threads[3];

    Ceiling = WithCeiling;
    Mutant = MakeMutant();
    Taken = MakeEvent(SynchronizationEvent);
    Print(WithCeiling ? "with the ceiling:\n" : "without:\n");
    Threads[0] = StartThread(Low, 0);
    WaitFor(Taken, -1);
    Threads[1] = StartThread(Middle, 0);
    Threads[2] = StartThread(High, 0);
    for (ULONG i = 0; i < 3; i++) {
        JoinThread(Threads[i]);
    }
    NtClose(Mutant);
    NtClose(Taken);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    SetOwnPriority(HIGH + 1); /* so that the three begin when this thread waits for them */
    Show(FALSE);
    Show(TRUE);
    return 0;
}
