/* SPDX-License-Identifier: MIT */
/* Waiting. */
#include "ki.h"
#include "rtl/list.h"

/* Object n is there for the taking (any), or all are: takes it. Below 0: the thread has to wait. */
static LONG KiTryWait(ULONG Count, PVOID Objects[], WAIT_TYPE WaitType, PKTHREAD Thread)
{
    for (ULONG i = 0; i < Count; i++) {
        BOOLEAN Signaled = KiIsSignaled(Objects[i], Thread);

        if (Signaled && WaitType == WaitAny) {
            KiSatisfyWait(Objects[i], Thread);
            return (LONG)i;
        }
        if (!Signaled && WaitType == WaitAll) {
            return -1;
        }
    }
    for (ULONG i = 0; WaitType == WaitAll && i < Count; i++) {
        KiSatisfyWait(Objects[i], Thread);
    }
    return WaitType == WaitAll && Count != 0 ? 0 : -1;
}

/* Why the thread must not wait: it has been alerted, or an APC of ring 3 wants to come. */
static NTSTATUS KiTestAlert(PKTHREAD Thread, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable)
{
    KAPC_STATE *State = &Thread->ApcState;

    if (Alertable && Thread->Alerted[(UCHAR)WaitMode]) {
        Thread->Alerted[(UCHAR)WaitMode] = FALSE;
        return STATUS_ALERTED;
    }
    if (WaitMode == UserMode && Alertable && !IsListEmpty(&State->ApcListHead[UserMode])) {
        State->UserApcPending = TRUE;
    }
    if (WaitMode == UserMode && State->UserApcPending) {
        return STATUS_USER_APC;
    }
    if (Alertable && Thread->Alerted[KernelMode]) {
        Thread->Alerted[KernelMode] = FALSE;
        return STATUS_ALERTED;
    }
    return STATUS_SUCCESS;
}

static VOID KiQueueWaitBlock(PKWAIT_BLOCK Block, PDISPATCHER_HEADER Object, PKTHREAD Thread,
                             USHORT Key, WAIT_TYPE WaitType)
{
    Block->Object = Object;
    Block->Thread = Thread;
    Block->WaitKey = Key;
    Block->WaitType = (USHORT)WaitType;
    InsertTailList(&Object->WaitListHead, &Block->WaitListEntry);
}

/* The timeout is a wait for the thread's own timer, beside the objects. */
static VOID KiQueueTimeout(PKTHREAD Thread, ULONGLONG DueTime)
{
    PKTIMER Timer = &Thread->Timer;

    if (KiInsertTimer(Timer, DueTime)) {
        KiExpireTimers();
    }
    Timer->Header.SignalState = 0;
    KiQueueWaitBlock(&Thread->WaitBlock[THREAD_WAIT_OBJECTS], &Timer->Header, Thread,
                     STATUS_TIMEOUT, WaitAny);
}

/* Waiting with no thread to wait for it would stop the machine: say so at once. */
static VOID KiCheckWait(PVOID Object, KIRQL Irql)
{
    if (KeGetCurrentPrcb()->DpcRoutineActive) {
        KeBugCheckEx(ATTEMPTED_SWITCH_FROM_DPC, (ULONG)Object, (ULONG)KeGetCurrentThread(), Irql,
                     0);
    }
    if (Irql >= DISPATCH_LEVEL) {
        KeBugCheckEx(IRQL_NOT_LESS_OR_EQUAL, (ULONG)Object, Irql, 0,
                     (ULONG)__builtin_return_address(0));
    }
}

static VOID KiQueueWait(PKTHREAD Thread, ULONG Count, PVOID Objects[], WAIT_TYPE WaitType,
                        PKWAIT_BLOCK Blocks)
{
    for (ULONG i = 0; i < Count; i++) {
        KiQueueWaitBlock(&Blocks[i], Objects[i], Thread, (USHORT)i, WaitType);
        Blocks[i].NextWaitBlock = &Blocks[i + 1 < Count ? i + 1 : 0];
    }
    Thread->WaitBlockList = Count != 0 ? Blocks : NULL;
}

NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Objects[], WAIT_TYPE WaitType,
                                  KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                  PLARGE_INTEGER Timeout, PKWAIT_BLOCK WaitBlocks)
{
    PKTHREAD Thread = KeGetCurrentThread();
    PKWAIT_BLOCK Blocks = WaitBlocks != NULL ? WaitBlocks : Thread->WaitBlock;
    ULONGLONG DueTime = Timeout != NULL ? KiDueTime(Timeout->QuadPart) : 0;
    NTSTATUS Status;

    do {
        /* WaitNext: whoever signaled something first has kept the database locked (NT's way). */
        KIRQL Irql = Thread->WaitNext ? Thread->WaitIrql : KiLockDispatcherDatabase();
        LONG Taken;

        Thread->WaitNext = FALSE;
        Thread->WaitStatus = STATUS_SUCCESS;
        Taken = KiTryWait(Count, Objects, WaitType, Thread);
        Status = Taken >= 0 ? Thread->WaitStatus | Taken : KiTestAlert(Thread, WaitMode, Alertable);
        if (Taken < 0 && Status == STATUS_SUCCESS && Timeout != NULL &&
            DueTime <= KeQueryInterruptTime()) {
            Status = STATUS_TIMEOUT;
        }
        if (Taken >= 0 || Status != STATUS_SUCCESS) {
            KiUnlockDispatcherDatabase(Irql);
            return Status;
        }
        KiCheckWait(Count != 0 ? Objects[0] : NULL, Irql);
        KiQueueWait(Thread, Count, Objects, WaitType, Blocks);
        if (Timeout != NULL) {
            KiQueueTimeout(Thread, DueTime);
        }
        Thread->Alertable = Alertable;
        Thread->WaitMode = (UCHAR)WaitMode;
        Thread->WaitTime = KeQueryTickCount();
        Thread->State = Waiting;
        if (Thread->Queue != NULL) {
            KiActivateWaiterQueue(Thread->Queue);
        }
        Status = KiSwapThread(Irql);
        /* A kernel APC has run in between: the wait begins anew, the timeout goes on. */
    } while (Status == STATUS_KERNEL_APC);
    return Status;
}

NTSTATUS KeWaitForSingleObject(PVOID Object, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                               PLARGE_INTEGER Timeout)
{
    return KeWaitForMultipleObjects(1, &Object, WaitAny, WaitMode, Alertable, Timeout, NULL);
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, LONGLONG Interval)
{
    LARGE_INTEGER Timeout = {.QuadPart = Interval};
    NTSTATUS Status =
        KeWaitForMultipleObjects(0, NULL, WaitAny, WaitMode, Alertable, &Timeout, NULL);

    return Status == STATUS_TIMEOUT ? STATUS_SUCCESS : Status;
}
