/* SPDX-License-Identifier: MIT */
/* Queues of APCs, and the delivery of the kernel's. User APCs go out by trap/apc.c. nt-facts 6. */
#include "events.h"
#include "i386/cpu.h"
#include "ki.h"
#include "rtl/list.h"

VOID KeInitializeApc(PKAPC Apc, PKTHREAD Thread, PKKERNEL_ROUTINE KernelRoutine,
                     PKRUNDOWN_ROUTINE RundownRoutine, PKNORMAL_ROUTINE NormalRoutine, CHAR Mode,
                     PVOID NormalContext)
{
    *Apc = (KAPC){
        .Type = ApcObject,
        .Size = sizeof(*Apc),
        .Thread = Thread,
        .KernelRoutine = KernelRoutine,
        .RundownRoutine = RundownRoutine,
        .NormalRoutine = NormalRoutine,
        .NormalContext = NormalContext,
        .ApcMode = Mode,
    };
}

/* Special ones before normal ones; the rest as it comes. */
static VOID KiQueueApc(PKAPC Apc)
{
    PLIST_ENTRY Head = &Apc->Thread->ApcState.ApcListHead[(UCHAR)Apc->ApcMode];
    PLIST_ENTRY Before = Head;

    if (Apc->ApcMode == KernelMode && Apc->NormalRoutine == NULL) {
        Before = Head->Flink;
        while (Before != Head &&
               CONTAINING_RECORD(Before, KAPC, ApcListEntry)->NormalRoutine == NULL) {
            Before = Before->Flink;
        }
    }
    InsertTailList(Before, &Apc->ApcListEntry);
    Apc->Inserted = TRUE;
}

static BOOLEAN KiLetsKernelApcIn(PKAPC Apc)
{
    PKTHREAD Thread = Apc->Thread;

    return Thread->WaitIrql == PASSIVE_LEVEL &&
           (Apc->NormalRoutine == NULL ||
            (Thread->KernelApcDisable == 0 && !Thread->ApcState.KernelApcInProgress));
}

static VOID KiSignalApc(PKAPC Apc, LONG Increment)
{
    PKTHREAD Thread = Apc->Thread;

    if (Apc->ApcMode == KernelMode) {
        Thread->ApcState.KernelApcPending = TRUE;
        if (Thread == KeGetCurrentThread()) {
            HalRequestSoftwareInterrupt(APC_LEVEL);
        } else if (Thread->State == Waiting && KiLetsKernelApcIn(Apc)) {
            KiUnwaitThread(Thread, STATUS_KERNEL_APC, Increment);
        }
    } else if (Thread->State == Waiting && Thread->WaitMode == UserMode &&
               (Thread->Alertable || Thread->ApcState.UserApcPending)) {
        Thread->ApcState.UserApcPending = TRUE;
        KiUnwaitThread(Thread, STATUS_USER_APC, Increment);
    }
}

BOOLEAN KeInsertQueueApc(PKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2, LONG Increment)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    BOOLEAN Inserted = !Apc->Inserted && Apc->Thread->ApcQueueable;

    if (Inserted) {
        Apc->SystemArgument1 = SystemArgument1;
        Apc->SystemArgument2 = SystemArgument2;
        KiQueueApc(Apc);
        KiSignalApc(Apc, Increment);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Inserted;
}

BOOLEAN KeRemoveQueueApc(PKAPC Apc)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    BOOLEAN Queued = Apc->Inserted;

    if (Queued) {
        RemoveEntryList(&Apc->ApcListEntry);
        Apc->Inserted = FALSE;
    }
    KiUnlockDispatcherDatabase(Irql);
    return Queued;
}

BOOLEAN KeForceUserApc(PKAPC Apc)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    KAPC_STATE *State = &Apc->Thread->ApcState;
    BOOLEAN Inserted = !Apc->Inserted && Apc->Thread->ApcQueueable;

    if (Inserted) {
        InsertHeadList(&State->ApcListHead[UserMode], &Apc->ApcListEntry);
        Apc->Inserted = TRUE;
        State->UserApcPending = TRUE;
        KiSignalApc(Apc, 0);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Inserted;
}

BOOLEAN KeTestAlertThread(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KIRQL Irql = KiLockDispatcherDatabase();
    BOOLEAN Alerted = Thread->Alerted[UserMode];

    if (Alerted) {
        Thread->Alerted[UserMode] = FALSE;
    } else if (!IsListEmpty(&Thread->ApcState.ApcListHead[UserMode])) {
        Thread->ApcState.UserApcPending = TRUE;
    }
    KiUnlockDispatcherDatabase(Irql);
    return Alerted;
}

BOOLEAN KeAlertThread(PKTHREAD Thread, CHAR Mode)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    BOOLEAN Before = Thread->Alerted[(UCHAR)Mode];

    if (!Before) {
        if (Thread->State == Waiting && Thread->Alertable && Mode <= (CHAR)Thread->WaitMode) {
            KiUnwaitThread(Thread, STATUS_ALERTED, 0);
        } else {
            Thread->Alerted[(UCHAR)Mode] = TRUE;
        }
    }
    KiUnlockDispatcherDatabase(Irql);
    return Before;
}

VOID KeEnterCriticalRegion(VOID)
{
    KeGetCurrentThread()->KernelApcDisable--;
}

VOID KeLeaveCriticalRegion(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();

    if (++Thread->KernelApcDisable == 0 &&
        !IsListEmpty(&Thread->ApcState.ApcListHead[KernelMode])) {
        Thread->ApcState.KernelApcPending = TRUE;
        HalRequestSoftwareInterrupt(APC_LEVEL);
    }
}

static PKAPC KiTakeApc(PLIST_ENTRY Head)
{
    PKAPC Apc = CONTAINING_RECORD(RemoveHeadList(Head), KAPC, ApcListEntry);

    Apc->Inserted = FALSE;
    return Apc;
}

/* The first of Mode's, off its queue; NULL: there is none. */
static PKAPC KiTakeAnyApc(PKTHREAD Thread, KPROCESSOR_MODE Mode)
{
    PLIST_ENTRY Head = &Thread->ApcState.ApcListHead[(UCHAR)Mode];
    KIRQL Irql = KiLockDispatcherDatabase();
    PKAPC Apc = IsListEmpty(Head) ? NULL : KiTakeApc(Head);

    KiUnlockDispatcherDatabase(Irql);
    return Apc;
}

/* The next kernel APC that may come now, off its queue; NULL: none. */
static PKAPC KiTakeKernelApc(PKTHREAD Thread, PKAPC Copy)
{
    PLIST_ENTRY Head = &Thread->ApcState.ApcListHead[KernelMode];
    KIRQL Irql = KiLockDispatcherDatabase();
    PKAPC Apc = NULL;

    Thread->ApcState.KernelApcPending = FALSE;
    if (!IsListEmpty(Head)) {
        Apc = CONTAINING_RECORD(Head->Flink, KAPC, ApcListEntry);
        if (Apc->NormalRoutine == NULL ||
            (Thread->KernelApcDisable == 0 && !Thread->ApcState.KernelApcInProgress)) {
            KiTakeApc(Head);
            *Copy = *Apc;
        } else {
            Apc = NULL;
        }
    }
    KiUnlockDispatcherDatabase(Irql);
    return Apc;
}

VOID KiDeliverApc(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KAPC Copy;
    PKAPC Apc;

    KiEnableInterrupts();
    while ((Apc = KiTakeKernelApc(Thread, &Copy)) != NULL) {
        KeLogEvent(EventKernelApc, 0, (ULONG)Copy.KernelRoutine, (ULONG)Copy.NormalRoutine,
                   (ULONG)Copy.NormalContext, 0);
        Apc->KernelRoutine(Apc, &Copy.NormalRoutine, &Copy.NormalContext, &Copy.SystemArgument1,
                           &Copy.SystemArgument2);
        if (Copy.NormalRoutine != NULL) {
            Thread->ApcState.KernelApcInProgress = TRUE;
            KfLowerIrql(PASSIVE_LEVEL);
            Copy.NormalRoutine(Copy.NormalContext, Copy.SystemArgument1, Copy.SystemArgument2);
            KfRaiseIrql(APC_LEVEL);
            Thread->ApcState.KernelApcInProgress = FALSE;
        }
    }
    KiDisableInterrupts();
}

PKAPC KiTakeUserApc(PKAPC Copy)
{
    KAPC_STATE *State = &KeGetCurrentThread()->ApcState;
    KIRQL Irql = KiLockDispatcherDatabase();
    PKAPC Apc = NULL;

    if (State->UserApcPending && !IsListEmpty(&State->ApcListHead[UserMode])) {
        Apc = KiTakeApc(&State->ApcListHead[UserMode]);
        *Copy = *Apc; /* off its queue, its owner may make another one of it */
    }
    State->UserApcPending = FALSE; /* one at a time: NtContinue asks for the next (nt-facts 6.1) */
    KiUnlockDispatcherDatabase(Irql);
    return Apc;
}

VOID KeRundownApcs(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KIRQL Irql = KiLockDispatcherDatabase();
    PKAPC Apc;

    Thread->ApcQueueable = FALSE;
    KiUnlockDispatcherDatabase(Irql);
    while ((Apc = KiTakeAnyApc(Thread, UserMode)) != NULL) {
        Apc->RundownRoutine(Apc); /* another thread may take one away meanwhile */
    }
}
