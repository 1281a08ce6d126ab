/* SPDX-License-Identifier: MIT */
/*
 * Fast mutexes: what the executive guards its own structures with. Held at APC_LEVEL, so that no
 * APC (a suspension, say) stops a thread that holds one. Not recursive.
 */
#include "fastmutex.h"

#include "ki.h"

VOID ExInitializeFastMutex(PFAST_MUTEX Mutex)
{
    Mutex->Count = 1;
    Mutex->Owner = NULL;
    Mutex->Contention = 0;
    KeInitializeEvent(&Mutex->Event, SynchronizationEvent, FALSE);
}

/* Whoever leaves hands it to the first that waits: nobody can overtake and starve it. */
VOID ExAcquireFastMutex(PFAST_MUTEX Mutex)
{
    KIRQL Irql = KfRaiseIrql(APC_LEVEL);

    if (Irql >= DISPATCH_LEVEL || Mutex->Owner == KeGetCurrentThread()) {
        KeBugCheckEx(IRQL_NOT_LESS_OR_EQUAL, (ULONG)Mutex, Irql, 0,
                     (ULONG)__builtin_return_address(0));
    }
    if (__atomic_sub_fetch(&Mutex->Count, 1, __ATOMIC_ACQUIRE) < 0) {
        Mutex->Contention++;
        KeWaitForSingleObject(&Mutex->Event, KernelMode, FALSE, NULL);
    }
    Mutex->Owner = KeGetCurrentThread();
    Mutex->OldIrql = Irql;
}

VOID ExReleaseFastMutex(PFAST_MUTEX Mutex)
{
    KIRQL Irql = (KIRQL)Mutex->OldIrql;

    Mutex->Owner = NULL;
    if (__atomic_add_fetch(&Mutex->Count, 1, __ATOMIC_RELEASE) <= 0) {
        KeSetEvent(&Mutex->Event, 0);
    }
    KfLowerIrql(Irql);
}
