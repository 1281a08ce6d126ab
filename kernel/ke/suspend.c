/* SPDX-License-Identifier: MIT */
/*
 * Suspension: a normal kernel APC that waits for the thread's own semaphore, so a thread stops
 * where it holds nothing of the kernel's, on its way to ring 3 at the latest.
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

NTSTATUS KeSuspendThread(PKTHREAD Thread, PULONG Previous)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    NTSTATUS Status = STATUS_SUCCESS;

    *Previous = Thread->SuspendCount;
    if (Thread->SuspendCount == MAXIMUM_SUSPEND_COUNT) {
        Status = STATUS_SUSPEND_COUNT_EXCEEDED;
    } else if (Thread->ApcQueueable && Thread->SuspendCount++ == 0 &&
               !KeInsertQueueApc(&Thread->SuspendApc, NULL, NULL, 0)) {
        Thread->SuspendSemaphore.Header.SignalState--; /* it has not got as far as to wait */
    }
    KiUnlockDispatcherDatabase(Irql);
    return Status;
}

ULONG KeResumeThread(PKTHREAD Thread)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    ULONG Previous = Thread->SuspendCount;

    if (Previous != 0 && --Thread->SuspendCount == 0) {
        KeReleaseSemaphore(&Thread->SuspendSemaphore, 0, 1, NULL);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Previous;
}

VOID KeForceResumeThread(PKTHREAD Thread)
{
    KIRQL Irql = KiLockDispatcherDatabase();

    if (Thread->SuspendCount != 0) {
        Thread->SuspendCount = 0;
        KeReleaseSemaphore(&Thread->SuspendSemaphore, 0, 1, NULL);
    }
    KiUnlockDispatcherDatabase(Irql);
}
