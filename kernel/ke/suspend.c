/* SPDX-License-Identifier: MIT */
/*
 * Suspension, by programs and (freezing) while a debugger looks: a normal kernel APC that waits for
 * the thread's own semaphore, so a thread stops where it holds nothing of the kernel's, on its way
 * to ring 3 at the latest.
 */
#include "ki.h"

static VOID KiSuspendNop(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                         PVOID *SystemArgument1, PVOID *SystemArgument2)
{
    (VOID) Apc;
    (VOID) NormalRoutine;
    (VOID) NormalContext;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
}

static VOID NTAPI KiSuspendThread(PVOID NormalContext, PVOID SystemArgument1, PVOID SystemArgument2)
{
    (VOID) NormalContext;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    KeWaitForSingleObject(&KeGetCurrentThread()->SuspendSemaphore, KernelMode, FALSE, NULL);
}

VOID KiInitializeSuspension(PKTHREAD Thread)
{
    KeInitializeApc(&Thread->SuspendApc, Thread, KiSuspendNop, NULL, KiSuspendThread, KernelMode,
                    NULL);
    KeInitializeSemaphore(&Thread->SuspendSemaphore, 0, 2);
}

/* Before either count goes up from both being 0. The database is locked. */
static VOID KiBeginHold(PKTHREAD Thread)
{
    if (Thread->SuspendCount + Thread->FreezeCount == 0 &&
        !KeInsertQueueApc(&Thread->SuspendApc, NULL, NULL, 0)) {
        Thread->SuspendSemaphore.Header.SignalState--; /* it has not got as far as to wait */
    }
}

/* After one of them has come to 0. */
static VOID KiEndHold(PKTHREAD Thread)
{
    if (Thread->SuspendCount + Thread->FreezeCount == 0) {
        KeReleaseSemaphore(&Thread->SuspendSemaphore, 0, 1, NULL);
    }
}

NTSTATUS KeSuspendThread(PKTHREAD Thread, PULONG Previous)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    NTSTATUS Status = STATUS_SUCCESS;

    *Previous = Thread->SuspendCount;
    if (Thread->SuspendCount == MAXIMUM_SUSPEND_COUNT) {
        Status = STATUS_SUSPEND_COUNT_EXCEEDED;
    } else if (Thread->ApcQueueable) {
        KiBeginHold(Thread);
        Thread->SuspendCount++;
    }
    KiUnlockDispatcherDatabase(Irql);
    return Status;
}

ULONG KeResumeThread(PKTHREAD Thread)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    ULONG Previous = Thread->SuspendCount;

    if (Previous != 0) {
        Thread->SuspendCount--;
        KiEndHold(Thread);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Previous;
}

VOID KeForceResumeThread(PKTHREAD Thread)
{
    KIRQL Irql = KiLockDispatcherDatabase();

    if (Thread->SuspendCount + Thread->FreezeCount != 0) {
        Thread->SuspendCount = Thread->FreezeCount = 0;
        KiEndHold(Thread);
    }
    KiUnlockDispatcherDatabase(Irql);
}

static VOID KiFreeze(PKTHREAD Thread)
{
    if (Thread->ApcQueueable && Thread->FreezeCount < MAXIMUM_SUSPEND_COUNT) {
        KiBeginHold(Thread);
        Thread->FreezeCount++;
    }
}

static VOID KiThaw(PKTHREAD Thread)
{
    if (Thread->FreezeCount != 0) {
        Thread->FreezeCount--;
        KiEndHold(Thread);
    }
}

/* Of the running thread's process, all others. */
static VOID KiForOtherThreads(VOID (*Routine)(PKTHREAD Thread))
{
    PKTHREAD Own = KeGetCurrentThread();
    KIRQL Irql = KiLockDispatcherDatabase();
    PLIST_ENTRY Head = &Own->ApcState.Process->ThreadListHead;

    for (PLIST_ENTRY Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        PKTHREAD Thread = CONTAINING_RECORD(Entry, KTHREAD, ThreadListEntry);

        if (Thread != Own) {
            Routine(Thread);
        }
    }
    KiUnlockDispatcherDatabase(Irql);
}

VOID KeFreezeAllThreads(VOID)
{
    KiForOtherThreads(KiFreeze);
}

VOID KeThawAllThreads(VOID)
{
    KiForOtherThreads(KiThaw);
}
