/* SPDX-License-Identifier: MIT */
/*
 * Who runs: the first ready thread of the highest priority, or the idle thread. One processor.
 * KPRCB.NextThread is a thread that has been chosen already and runs as soon as IRQL allows.
 */
#include "events.h"
#include "i386/cpu.h"
#include "ki.h"
#include "port.h"
#include "ready.h"

/* Idle runs when nobody wants to: below every priority. */
static LONG KiRunningPriority(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();

    return Prcb->CurrentThread == Prcb->IdleThread ? -1 : Prcb->CurrentThread->Priority;
}

VOID KiReadyThread(PKTHREAD Thread, BOOLEAN First)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Next = Prcb->NextThread;

    if (Thread->Priority > (Next != NULL ? Next->Priority : KiRunningPriority())) {
        Thread->State = Standby;
        Prcb->NextThread = Thread;
        if (Next == NULL) {
            return;
        }
        Thread = Next; /* has to wait after all, for the next turn */
        First = TRUE;
    }
    Thread->State = Ready;
    KiInsertReady(Thread, First);
}

static PKTHREAD KiSelectNextThread(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Thread = Prcb->NextThread;

    Prcb->NextThread = NULL;
    if (Thread == NULL) {
        Thread = KiTakeReady(0);
    }
    return Thread != NULL ? Thread : Prcb->IdleThread;
}

/* Idle and the kernel's own threads need no user half: a load of CR3 empties the TLB. */
static VOID KiSwapProcess(PKPROCESS Process)
{
    ULONG Directory = Process->DirectoryTableBase[0];

    if (!Process->NoUserSpace && KiReadCr3() != Directory) {
        KiWriteCr3(Directory);
    }
}

/*
 * What is true when KiSwapStacks returns: this is the same thread on the same stack, but an
 * unknown time later, and another thread has called it. A new thread does not come back here at
 * all: its first switch ends in KiThreadStartup, so nothing may stand behind the call that a new
 * thread would miss.
 */
static VOID KiSwapContext(PKTHREAD New)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Old = Prcb->CurrentThread;
    ULONG Flags;

    New->State = Running;
    KiNote(JournalSwitch, New, 0);
    if (New == Old) {
        return;
    }
    KeLogEvent(EventSwitch, 0, (ULONG)New, (UCHAR)New->Priority, Old->State, Old->WaitReason);
    Flags = HalpDisableInterrupts();
    Prcb->CurrentThread = New;
    Prcb->KeContextSwitches++;
    New->ContextSwitches++;
    KiSwapProcess(New->ApcState.Process);
    KiSwapNpx(New);
    KiSetCurrentStack(New->StackBase, New->StackLimit, KiEsp0(New->InitialStack), (ULONG)New->Teb);
    if (New->ApcState.KernelApcPending) {
        HalRequestSoftwareInterrupt(APC_LEVEL); /* comes when New lowers IRQL */
    }
    KiSwapStacks(&Old->KernelStack, New->KernelStack);
    HalpRestoreInterrupts(Flags);
}

NTSTATUS KiSwapThread(KIRQL OldIrql)
{
    PKTHREAD Thread = KeGetCurrentThread();
    NTSTATUS Status;

    Thread->WaitIrql = OldIrql;
    KiNote(JournalWait, Thread, 0);
    KiSwapContext(KiSelectNextThread());
    Status = Thread->WaitStatus;
    KfLowerIrql(OldIrql);
    return Status;
}

/* The running thread goes back into its queue; the thread chosen runs. */
static VOID KiPreempt(BOOLEAN First)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Thread = Prcb->CurrentThread;
    PKTHREAD New = KiSelectNextThread();

    if (Thread != Prcb->IdleThread) {
        Thread->State = Ready;
        KiInsertReady(Thread, First);
    }
    KiSwapContext(New);
}

VOID KiUnlockDispatcherDatabase(KIRQL OldIrql)
{
    PKPRCB Prcb = KeGetCurrentPrcb();

    if (Prcb->NextThread != NULL) {
        if (OldIrql < DISPATCH_LEVEL) {
            Prcb->CurrentThread->WaitIrql = OldIrql;
            KiPreempt(TRUE);
        } else if (!Prcb->DpcRoutineActive) {
            HalRequestSoftwareInterrupt(DISPATCH_LEVEL);
        }
    }
    if (OldIrql < DISPATCH_LEVEL) {
        KiNote(JournalLeave, Prcb->CurrentThread, 0);
    }
    KfLowerIrql(OldIrql);
}

/* TRUE: the turn of the running thread is over, and another of its priority or above is next. */
static BOOLEAN KiQuantumEnd(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Thread = Prcb->CurrentThread, Next = Prcb->NextThread;

    if (Thread == Prcb->IdleThread || Thread->Quantum > 0) {
        return FALSE;
    }
    Thread->Quantum = (CHAR)Thread->ApcState.Process->ThreadQuantum;
    KiDecayPriority(Thread);
    if (Next != NULL && Next->Priority < Thread->Priority) {
        /* A priority that was set below the base comes back to it, and then this one is no more
           urgent. */
        Prcb->NextThread = NULL;
        Next->State = Ready;
        KiInsertReady(Next, TRUE);
    }
    if (Prcb->NextThread == NULL && KiIsReady((ULONG)Thread->Priority)) {
        Prcb->NextThread = KiTakeReady((ULONG)Thread->Priority);
        Prcb->NextThread->State = Standby;
    }
    return Prcb->NextThread != NULL;
}

VOID KiDispatchInterrupt(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    BOOLEAN First = TRUE, TurnIsOver;

    KiEnableInterrupts();
    KiRetireDpcList();
    KiDisableInterrupts();
    TurnIsOver = Prcb->QuantumEnd != 0;
    Prcb->QuantumEnd = 0;
    KiNote(JournalInterrupt, Prcb->CurrentThread, TurnIsOver);
    KiEnableInterrupts();
    if (TurnIsOver) {
        First = !KiQuantumEnd();
    }
    if (Prcb->NextThread != NULL) {
        Prcb->CurrentThread->WaitIrql = PASSIVE_LEVEL;
        KiPreempt(First);
    }
    KiDisableInterrupts();
}

VOID KeReadyThread(PKTHREAD Thread)
{
    KIRQL Irql = KiLockDispatcherDatabase();

    KiNote(JournalNew, Thread, 0);
    KiReadyThread(Thread, FALSE);
    KiUnlockDispatcherDatabase(Irql);
}

NTSTATUS KeYieldExecution(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KIRQL Irql = KiLockDispatcherDatabase();
    NTSTATUS Status = STATUS_NO_YIELD_PERFORMED;

    KiNote(JournalYield, Thread, 0);
    if (KiIsReady((ULONG)Thread->Priority)) {
        Thread->WaitIrql = Irql;
        KiPreempt(FALSE);
        Status = STATUS_SUCCESS;
    }
    KiUnlockDispatcherDatabase(Irql);
    return Status;
}

/* At DISPATCH_LEVEL for good: what that level's interrupt would do is done here. */
DECLSPEC_NORETURN VOID KeIdleLoop(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();

    KfRaiseIrql(DISPATCH_LEVEL);
    for (;;) {
        KiDisableInterrupts();
        if (Prcb->DpcQueueDepth != 0) {
            KiRetireDpcList();
        } else if (Prcb->NextThread != NULL || KiIsReady(0)) {
            KiEnableInterrupts();
            KiSwapContext(KiSelectNextThread());
        } else {
            KiHalt();
        }
    }
}
