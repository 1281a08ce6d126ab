/* SPDX-License-Identifier: MIT */
/* Semaphores: so many may pass. */
#include "ki.h"

VOID KeInitializeSemaphore(PKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
    KiInitializeHeader(&Semaphore->Header, SemaphoreObject, sizeof(*Semaphore), Count);
    Semaphore->Limit = Limit;
}

NTSTATUS KeReleaseSemaphore(PKSEMAPHORE Semaphore, LONG Increment, LONG Adjustment, PLONG Previous)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    LONG Count = Semaphore->Header.SignalState;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Adjustment > Semaphore->Limit - Count) {
        Status = STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    } else {
        Semaphore->Header.SignalState = Count + Adjustment;
        if (Count == 0) {
            KiWaitTest(Semaphore, Increment);
        }
    }
    KiUnlockDispatcherDatabase(Irql);
    if (Previous != NULL) {
        *Previous = Count;
    }
    return Status;
}
