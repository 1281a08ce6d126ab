/* SPDX-License-Identifier: MIT */
/*
 * What Ke's files share. There is one processor, so the dispatcher database is locked by raising
 * IRQL to DISPATCH_LEVEL: no other thread and no DPC runs then. Everything below is called so.
 */
#pragma once

#include "ke.h"

static inline KIRQL KiLockDispatcherDatabase(VOID)
{
    return KfRaiseIrql(DISPATCH_LEVEL);
}

/* journal.c: notes what happens to Thread, while a journal is kept. DISPATCH_LEVEL or above. */
extern ULONG KiJournalRoom; /* records; 0: none is kept */
VOID KiWriteNote(MICA_JOURNAL_KIND Kind, PKTHREAD Thread, LONG Argument);

static inline VOID KiNote(MICA_JOURNAL_KIND Kind, PKTHREAD Thread, LONG Argument)
{
    if (KiJournalRoom != 0) {
        KiWriteNote(Kind, Thread, Argument);
    }
}

/* scheduler.c */

/* Lowers IRQL to OldIrql; a thread that has become more urgent than this one runs first. */
VOID KiUnlockDispatcherDatabase(KIRQL OldIrql);
/* Thread can run. First: before its equals, for its turn was cut short. */
VOID KiReadyThread(PKTHREAD Thread, BOOLEAN First);
/*
 * The running thread has left the running state. Returns when it has been made ready and chosen
 * again, at OldIrql, with what ended its wait.
 */
NTSTATUS KiSwapThread(KIRQL OldIrql);
VOID KiSwapStacks(PULONG SaveEsp, ULONG NewEsp); /* i386/swap.asm */
VOID KiDispatchInterrupt(VOID);                  /* the software interrupt of DISPATCH_LEVEL */

/* priority.c */
VOID KiSetPriorityThread(PKTHREAD Thread, LONG Priority);
VOID KiDecayPriority(PKTHREAD Thread); /* its turn is over: a boost wears off by one */
VOID KiBoostPriority(PKTHREAD Thread, LONG Increment);
VOID KiChargeQuantum(PKTHREAD Thread); /* from the clock interrupt */

/* unwait.c */
BOOLEAN KiIsSignaled(PDISPATCHER_HEADER Object, PKTHREAD Thread); /* for that thread */
/* The side effect of getting it: an event resets, a semaphore counts down. May abandon. */
VOID KiSatisfyWait(PDISPATCHER_HEADER Object, PKTHREAD Thread);
/* Object has been signaled: lets go whom it satisfies, first come first served. */
VOID KiWaitTest(PVOID Object, LONG Increment);
/* Ends Thread's wait with Status. */
VOID KiUnwaitThread(PKTHREAD Thread, NTSTATUS Status, LONG Increment);

/* timer.c */
VOID KiInitializeTimers(VOID);
ULONGLONG KiDueTime(LONGLONG Time); /* a Timeout as an interrupt time */
/* TRUE: the clock has come to its tick meanwhile, found nothing there, and will not look again. */
BOOLEAN KiInsertTimer(PKTIMER Timer, ULONGLONG DueTime);
VOID KiExpireTimers(VOID); /* looks at once */
VOID KiRemoveTimer(PKTIMER Timer);
VOID KiCheckTimers(ULONGLONG InterruptTime); /* from the clock interrupt */

/* dpc.c: runs what is queued. DISPATCH_LEVEL, interrupts on. */
VOID KiRetireDpcList(VOID);

/* queue.c: a thread that worked for Queue waits now, so another may. */
VOID KiActivateWaiterQueue(PKQUEUE Queue);

/* An object that has waiters or not, its list empty. */
VOID KiInitializeHeader(PDISPATCHER_HEADER Header, UCHAR Type, ULONG Bytes, LONG SignalState);
