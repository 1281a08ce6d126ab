/* SPDX-License-Identifier: MIT */
/*
 * The services on timers. One may have an APC, which is queued to the thread that set it each time
 * the timer expires, and goes when the timer is cancelled or that thread ends.
 */
#include "exp.h"
#include "rtl/list.h"

typedef struct _ETIMER {
    KTIMER Timer;
    KDPC Dpc;
    KAPC Apc;
    FAST_MUTEX Mutex;       /* one sets or cancels it at a time */
    PKTHREAD Thread;        /* whose APC it is; NULL: it has none. Referenced */
    LIST_ENTRY ThreadLinks; /* in its list, which DISPATCH_LEVEL guards */
} ETIMER, *PETIMER;

static VOID ExpDeleteTimer(PVOID Object);

OBJECT_TYPE ExTimerType = {
    .Name = "Timer",
    .Tag = POOL_TAG('T', 'i', 'm', 'e'),
    .Pool = NonPagedPool,
    .Mapping = {TIMER_QUERY_STATE, TIMER_MODIFY_STATE, SYNCHRONIZE, TIMER_ALL_ACCESS},
    .ValidAccess = TIMER_ALL_ACCESS,
    .Delete = ExpDeleteTimer,
};

/* The APC lies in the timer: an APC in a queue holds a reference to it. */
static VOID ExpTimerApcDone(PKAPC Apc)
{
    ObDereferenceObject(CONTAINING_RECORD(Apc, ETIMER, Apc));
}

static VOID ExpTimerApc(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                        PVOID *SystemArgument1, PVOID *SystemArgument2)
{
    (VOID) NormalRoutine;
    (VOID) NormalContext;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    ExpTimerApcDone(Apc);
}

/* The routine is told when its time came: low and high half. */
static VOID ExpTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    PETIMER Timer = Context;
    ULONGLONG Now = KeQuerySystemTime();

    (VOID) Dpc;
    (VOID) Argument1;
    (VOID) Argument2;
    if (Timer->Thread == NULL || !ObReferenceObjectSafe(Timer)) {
        return; /* nobody's APC, or it is being deleted */
    }
    if (!KeInsertQueueApc(&Timer->Apc, (PVOID)(ULONG)Now, (PVOID)(ULONG)(Now >> 32),
                          TIMER_INCREMENT)) {
        ObDereferenceObject(Timer); /* the last one has not been delivered yet */
    }
}

/* Stops it and takes its APC away. The mutex is held, or nobody else has the timer. */
static VOID ExpStopTimer(PETIMER Timer)
{
    PKTHREAD Thread = Timer->Thread;

    KeCancelTimer(&Timer->Timer);
    KeRemoveQueueDpc(&Timer->Dpc);
    Timer->Thread = NULL;
    if (Thread != NULL) {
        KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

        RemoveEntryList(&Timer->ThreadLinks);
        KfLowerIrql(Irql);
        if (KeRemoveQueueApc(&Timer->Apc)) {
            ExpTimerApcDone(&Timer->Apc);
        }
        ObDereferenceObject(Thread);
    }
}

/* The APC will be the running thread's. The mutex is held. */
static VOID ExpGiveApc(PETIMER Timer, PVOID Routine, PVOID Context)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KIRQL Irql;

    KeInitializeApc(&Timer->Apc, Thread, ExpTimerApc, ExpTimerApcDone, (PKNORMAL_ROUTINE)Routine,
                    UserMode, Context);
    ObReferenceObject(Thread);
    Irql = KfRaiseIrql(DISPATCH_LEVEL);
    Timer->Thread = Thread;
    InsertTailList(&Thread->TimerListHead, &Timer->ThreadLinks);
    KfLowerIrql(Irql);
}

/* The first timer of the running thread's that is not being deleted, referenced; NULL: none. */
static PETIMER ExpFirstTimer(VOID)
{
    PLIST_ENTRY Head = &KeGetCurrentThread()->TimerListHead;
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    PETIMER Found = NULL;

    for (PLIST_ENTRY Link = Head->Flink; Found == NULL && Link != Head; Link = Link->Flink) {
        PETIMER Timer = CONTAINING_RECORD(Link, ETIMER, ThreadLinks);

        Found = ObReferenceObjectSafe(Timer) ? Timer : NULL;
    }
    KfLowerIrql(Irql);
    return Found;
}

VOID ExTimerRundown(VOID)
{
    PETIMER Timer;

    while ((Timer = ExpFirstTimer()) != NULL) {
        ExAcquireFastMutex(&Timer->Mutex);
        if (Timer->Thread == KeGetCurrentThread()) {
            ExpStopTimer(Timer);
        }
        ExReleaseFastMutex(&Timer->Mutex);
        ObDereferenceObject(Timer);
    }
}

static VOID ExpDeleteTimer(PVOID Object)
{
    ExpStopTimer(Object);
}

NTSTATUS NTAPI NtCreateTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, TIMER_TYPE TimerType)
{
    PETIMER Timer;
    NTSTATUS Status;

    if (TimerType != NotificationTimer && TimerType != SynchronizationTimer) {
        return STATUS_INVALID_PARAMETER_4;
    }
    Status = ExpCreate(TimerHandle, &ExTimerType, sizeof(*Timer), (PVOID *)&Timer);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeInitializeTimer(&Timer->Timer, TimerType);
    KeInitializeDpc(&Timer->Dpc, ExpTimerDpc, Timer);
    ExInitializeFastMutex(&Timer->Mutex);
    return ExpInsert(TimerHandle, Timer, ObjectAttributes, DesiredAccess);
}

NTSTATUS NTAPI NtOpenTimer(PHANDLE TimerHandle, ACCESS_MASK DesiredAccess,
                           POBJECT_ATTRIBUTES ObjectAttributes)
{
    return ExpOpen(TimerHandle, &ExTimerType, ObjectAttributes, DesiredAccess);
}

/*
 * DueTime: negative from now, else a system time. Period in ms, 0: once. TimerApcRoutine may be
 * NULL. PreviousState, which may be NULL: was it signaled? STATUS_INVALID_PARAMETER_6: Period < 0.
 */
NTSTATUS NTAPI NtSetTimer(HANDLE TimerHandle, PLARGE_INTEGER DueTime, PVOID TimerApcRoutine,
                          PVOID TimerContext, BOOLEAN Resume, LONG Period, PBOOLEAN PreviousState)
{
    LARGE_INTEGER Due;
    BOOLEAN Previous;
    PETIMER Timer;
    NTSTATUS Status = KeCopyFromCaller(&Due, DueTime, sizeof(Due));

    (VOID) Resume; /* of a machine that sleeps */
    if (NT_SUCCESS(Status) && PreviousState != NULL) {
        Status = KeProbeForWrite(PreviousState, sizeof(Previous));
    }
    if (NT_SUCCESS(Status) && Period < 0) {
        Status = STATUS_INVALID_PARAMETER_6;
    }
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(TimerHandle, TIMER_MODIFY_STATE, &ExTimerType,
                                           (PVOID *)&Timer);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ExAcquireFastMutex(&Timer->Mutex);
    Previous = Timer->Timer.Header.SignalState != 0;
    ExpStopTimer(Timer);
    if (TimerApcRoutine != NULL) {
        ExpGiveApc(Timer, TimerApcRoutine, TimerContext);
    }
    KeSetTimerEx(&Timer->Timer, Due.QuadPart, Period, TimerApcRoutine != NULL ? &Timer->Dpc : NULL);
    ExReleaseFastMutex(&Timer->Mutex);
    ObDereferenceObject(Timer);
    return PreviousState != NULL ? KeCopyToCaller(PreviousState, &Previous, sizeof(Previous))
                                 : STATUS_SUCCESS;
}

/* CurrentState, which may be NULL: is it signaled? It stays so. */
NTSTATUS NTAPI NtCancelTimer(HANDLE TimerHandle, PBOOLEAN CurrentState)
{
    BOOLEAN State;
    PETIMER Timer;
    NTSTATUS Status =
        CurrentState != NULL ? KeProbeForWrite(CurrentState, sizeof(State)) : STATUS_SUCCESS;

    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(TimerHandle, TIMER_MODIFY_STATE, &ExTimerType,
                                           (PVOID *)&Timer);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ExAcquireFastMutex(&Timer->Mutex);
    ExpStopTimer(Timer);
    ExReleaseFastMutex(&Timer->Mutex);
    State = Timer->Timer.Header.SignalState != 0;
    ObDereferenceObject(Timer);
    return CurrentState != NULL ? KeCopyToCaller(CurrentState, &State, sizeof(State))
                                : STATUS_SUCCESS;
}

NTSTATUS NTAPI NtQueryTimer(HANDLE TimerHandle, ULONG Class, PVOID Information, ULONG Length,
                            PULONG ReturnLength)
{
    TIMER_BASIC_INFORMATION Basic;
    EXP_QUERY Query = {&ExTimerType, TIMER_QUERY_STATE, sizeof(Basic)};
    ULONGLONG Now = KeQueryInterruptTime();
    PETIMER Timer;
    NTSTATUS Status = ExpBeginQuery(&Query, TimerHandle, Class, Length, (PVOID *)&Timer);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    memset(&Basic, 0, sizeof(Basic)); /* what lies between the fields goes out too */
    Basic.RemainingTime.QuadPart = (LONGLONG)(Timer->Timer.DueTime - Now);
    Basic.TimerState = Timer->Timer.Header.SignalState != 0;
    return ExpEndQuery(&Query, Timer, &Basic, Information, ReturnLength);
}
