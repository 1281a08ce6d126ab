/* SPDX-License-Identifier: MIT */
/* The services on events. */
#include "exp.h"

OBJECT_TYPE ExEventType = {
    .Name = "Event",
    .Tag = POOL_TAG('E', 'v', 'e', 'n'),
    .Pool = NonPagedPool,
    .Mapping = {EVENT_QUERY_STATE, EVENT_MODIFY_STATE, SYNCHRONIZE, EVENT_ALL_ACCESS},
    .ValidAccess = EVENT_ALL_ACCESS,
};

VOID ExInitialize(VOID)
{
    ObRegisterType(&ExEventType);
    ObRegisterType(&ExMutantType);
    ObRegisterType(&ExSemaphoreType);
    ObRegisterType(&ExTimerType);
}

/* EventType: NotificationEvent stays set, SynchronizationEvent lets one waiter through. */
NTSTATUS NTAPI NtCreateEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, EVENT_TYPE EventType,
                             BOOLEAN InitialState)
{
    PKEVENT Event;
    NTSTATUS Status;

    if (EventType != NotificationEvent && EventType != SynchronizationEvent) {
        return STATUS_INVALID_PARAMETER_4;
    }
    Status = ExpCreate(EventHandle, &ExEventType, sizeof(*Event), (PVOID *)&Event);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeInitializeEvent(Event, EventType, InitialState != 0);
    return ExpInsert(EventHandle, Event, ObjectAttributes, DesiredAccess);
}

NTSTATUS NTAPI NtOpenEvent(PHANDLE EventHandle, ACCESS_MASK DesiredAccess,
                           POBJECT_ATTRIBUTES ObjectAttributes)
{
    return ExpOpen(EventHandle, &ExEventType, ObjectAttributes, DesiredAccess);
}

/* The three that change it. PreviousState may be NULL. */
static NTSTATUS ExpChangeEvent(HANDLE EventHandle, PLONG PreviousState,
                               LONG (*Change)(PKEVENT Event, LONG Increment))
{
    PKEVENT Event;
    LONG Previous;
    NTSTATUS Status =
        ObReferenceObjectByHandle(EventHandle, EVENT_MODIFY_STATE, &ExEventType, (PVOID *)&Event);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ExpProbeLong(PreviousState);
    if (NT_SUCCESS(Status)) {
        Previous = Change(Event, EVENT_INCREMENT);
        Status = ExpReturnLong(PreviousState, Previous);
    }
    ObDereferenceObject(Event);
    return Status;
}

static LONG ExpReset(PKEVENT Event, LONG Increment)
{
    (VOID) Increment;
    return KeResetEvent(Event);
}

NTSTATUS NTAPI NtSetEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return ExpChangeEvent(EventHandle, PreviousState, KeSetEvent);
}

NTSTATUS NTAPI NtPulseEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return ExpChangeEvent(EventHandle, PreviousState, KePulseEvent);
}

NTSTATUS NTAPI NtResetEvent(HANDLE EventHandle, PLONG PreviousState)
{
    return ExpChangeEvent(EventHandle, PreviousState, ExpReset);
}

NTSTATUS NTAPI NtClearEvent(HANDLE EventHandle)
{
    return ExpChangeEvent(EventHandle, NULL, ExpReset);
}

NTSTATUS NTAPI NtQueryEvent(HANDLE EventHandle, ULONG Class, PVOID Information, ULONG Length,
                            PULONG ReturnLength)
{
    EVENT_BASIC_INFORMATION Basic;
    EXP_QUERY Query = {&ExEventType, EVENT_QUERY_STATE, sizeof(Basic)};
    PKEVENT Event;
    NTSTATUS Status = ExpBeginQuery(&Query, EventHandle, Class, Length, (PVOID *)&Event);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Basic = (EVENT_BASIC_INFORMATION){(EVENT_TYPE)Event->Header.Type, Event->Header.SignalState};
    return ExpEndQuery(&Query, Event, &Basic, Information, ReturnLength);
}

NTSTATUS ExCreateNamedEvent(PCSTR Path, EVENT_TYPE Type, PKEVENT *Event)
{
    NTSTATUS Status = ObCreateObject(&ExEventType, sizeof(**Event), (PVOID *)Event);

    if (NT_SUCCESS(Status)) {
        KeInitializeEvent(*Event, Type, FALSE);
        Status = ObNameObject(*Event, Path);
    }
    return Status;
}
