/* SPDX-License-Identifier: MIT */
/*
 * Priorities. A thread has a base, and while it is below 16 a boost on top that it gains by being
 * woken and loses, one at a turn's end. Above 15 nothing changes by itself.
 */
#include "ki.h"
#include "port.h"
#include "ready.h"
#include "rtl/list.h"

#define CLOCK_QUANTUM_DECREMENT 3
#define WAIT_QUANTUM_DECREMENT 1
#define TIME_CRITICAL_PRIORITY 14 /* from here on a wait gives a whole turn anew */

VOID KiDecayPriority(PKTHREAD Thread)
{
    if (Thread->Priority < LOW_REALTIME_PRIORITY) {
        LONG Priority = Thread->Priority - Thread->PriorityDecrement - 1;

        Thread->Priority =
            (CHAR)(Priority > Thread->BasePriority ? Priority : Thread->BasePriority);
        Thread->PriorityDecrement = 0;
    }
}

VOID KiBoostPriority(PKTHREAD Thread, LONG Increment)
{
    LONG Boosted = Thread->BasePriority + Increment;

    KiNote(JournalWake, Thread, Increment);
    if (Thread->Priority >= LOW_REALTIME_PRIORITY) {
        Thread->Quantum = (CHAR)Thread->ApcState.Process->ThreadQuantum;
        return;
    }
    if (Thread->PriorityDecrement == 0 && !Thread->DisableBoost && Boosted > Thread->Priority) {
        Thread->Priority =
            (CHAR)(Boosted < LOW_REALTIME_PRIORITY ? Boosted : LOW_REALTIME_PRIORITY - 1);
    }
    if (Thread->BasePriority >= TIME_CRITICAL_PRIORITY) {
        Thread->Quantum = (CHAR)Thread->ApcState.Process->ThreadQuantum;
    } else {
        Thread->Quantum -= WAIT_QUANTUM_DECREMENT;
        if (Thread->Quantum <= 0) {
            Thread->Quantum = (CHAR)Thread->ApcState.Process->ThreadQuantum;
            KiDecayPriority(Thread);
        }
    }
}

/* A running thread that sinks makes way; a ready one that rises may be next. */
VOID KiSetPriorityThread(PKTHREAD Thread, LONG Priority)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    LONG Old = Thread->Priority;

    if (Priority == Old) {
        return;
    }
    switch (Thread->State) {
    case Ready:
        KiRemoveReady(Thread);
        Thread->Priority = (CHAR)Priority;
        KiReadyThread(Thread, FALSE);
        break;
    case Standby:
        Prcb->NextThread = NULL;
        Thread->Priority = (CHAR)Priority;
        Thread->State = Ready;
        KiInsertReady(Thread, TRUE);
        break;
    default:
        Thread->Priority = (CHAR)Priority;
        break;
    }
    /* Whoever is highest now, if that is more than the running thread is. */
    if (Prcb->NextThread == NULL && Prcb->CurrentThread != Prcb->IdleThread &&
        KiIsReady((ULONG)Prcb->CurrentThread->Priority + 1)) {
        Prcb->NextThread = KiTakeReady(0);
        Prcb->NextThread->State = Standby;
    }
}

LONG KeSetPriorityThread(PKTHREAD Thread, LONG Priority)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    ULONG Flags = HalpDisableInterrupts(); /* for the clock, and the journal, it is one step */
    LONG Old = Thread->Priority;

    KiNote(JournalPriority, Thread, Priority);
    Thread->Quantum = (CHAR)Thread->ApcState.Process->ThreadQuantum;
    Thread->PriorityDecrement = 0;
    KiSetPriorityThread(Thread, Priority);
    HalpRestoreInterrupts(Flags);
    KiUnlockDispatcherDatabase(Irql);
    return Old;
}

/* The process's base and the thread's own difference; saturated at the edges of the class. */
static LONG KiBasePriority(PKPROCESS Process, LONG Increment)
{
    LONG Lowest = Process->BasePriority >= LOW_REALTIME_PRIORITY ? LOW_REALTIME_PRIORITY : 1;
    LONG Highest = Lowest == 1 ? LOW_REALTIME_PRIORITY - 1 : (LONG)MAXIMUM_PRIORITY - 1;
    LONG Base = Process->BasePriority + Increment;

    if (Increment >= LOW_REALTIME_PRIORITY / 2 || Base > Highest) {
        return Highest;
    }
    return Increment <= -LOW_REALTIME_PRIORITY / 2 || Base < Lowest ? Lowest : Base;
}

static VOID KiSetBasePriority(PKTHREAD Thread, LONG Increment)
{
    LONG Base = KiBasePriority(Thread->ApcState.Process, Increment);
    ULONG Flags = HalpDisableInterrupts();

    KiNote(JournalBasePriority, Thread, Increment);
    Thread->Saturation = Increment >= LOW_REALTIME_PRIORITY / 2    ? 1
                         : Increment <= -LOW_REALTIME_PRIORITY / 2 ? -1
                                                                   : 0;
    Thread->BasePriority = (CHAR)Base;
    Thread->PriorityDecrement = 0;
    Thread->Quantum = (CHAR)Thread->ApcState.Process->ThreadQuantum;
    KiSetPriorityThread(Thread, Base);
    HalpRestoreInterrupts(Flags);
}

LONG KeQueryBasePriorityThread(PKTHREAD Thread)
{
    return Thread->Saturation != 0 ? Thread->Saturation * LOW_REALTIME_PRIORITY
                                   : Thread->BasePriority - Thread->ApcState.Process->BasePriority;
}

VOID KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment)
{
    KIRQL Irql = KiLockDispatcherDatabase();

    KiSetBasePriority(Thread, Increment);
    KiUnlockDispatcherDatabase(Irql);
}

VOID KeSetPriorityProcess(PKPROCESS Process, LONG BasePriority)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    PLIST_ENTRY Head = &Process->ThreadListHead;
    LONG Difference = BasePriority - Process->BasePriority;

    for (PLIST_ENTRY Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        PKTHREAD Thread = CONTAINING_RECORD(Entry, KTHREAD, ThreadListEntry);
        LONG Increment = KeQueryBasePriorityThread(Thread);

        Process->BasePriority = (CHAR)BasePriority;
        KiSetBasePriority(Thread, Increment);
        Process->BasePriority =
            (CHAR)(BasePriority - Difference); /* for the next one's increment */
    }
    Process->BasePriority = (CHAR)BasePriority;
    KiUnlockDispatcherDatabase(Irql);
}

/* From the clock interrupt: a tick of the running thread's turn is over. */
VOID KiChargeQuantum(PKTHREAD Thread)
{
    PKPRCB Prcb = KeGetCurrentPrcb();

    if (Thread == Prcb->IdleThread) {
        return;
    }
    KiNote(JournalTick, Thread, 0);
    Thread->Quantum -= CLOCK_QUANTUM_DECREMENT;
    if (Thread->Quantum <= 0) {
        Prcb->QuantumEnd = 1;
        HalRequestSoftwareInterrupt(DISPATCH_LEVEL);
    }
}
