/* SPDX-License-Identifier: MIT */
/* NtSignalAndWaitForSingleObject: both at once, so that nobody comes in between. */
#include "exp.h"

/* The database stays locked behind it: IRQL is DISPATCH_LEVEL. */
static NTSTATUS ExpSignal(PVOID Object)
{
    POBJECT_TYPE Type = ObGetObjectType(Object);

    if (Type == &ExEventType) {
        KeSetEvent(Object, EVENT_INCREMENT);
        return STATUS_SUCCESS;
    }
    return Type == &ExSemaphoreType ? KeReleaseSemaphore(Object, SEMAPHORE_INCREMENT, 1, NULL)
                                    : KeReleaseMutant(Object, MUTANT_INCREMENT, FALSE, NULL);
}

static NTSTATUS ExpSignalAndWait(PVOID Signaled, PVOID Dispatcher, BOOLEAN Alertable,
                                 PLARGE_INTEGER Timeout)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    NTSTATUS Status = ExpSignal(Signaled);

    if (Status != STATUS_SUCCESS) {
        KfLowerIrql(Irql);
        return Status;
    }
    Thread->WaitNext = TRUE;
    Thread->WaitIrql = Irql;
    return KeWaitForSingleObject(Dispatcher, KeGetPreviousMode(), Alertable, Timeout);
}

/* What may be signaled so, by the handle's rights. A mutant is its owner's, whatever the handle. */
static NTSTATUS ExpReferenceSignaled(HANDLE Handle, PVOID *Object)
{
    POBJECT_TYPE Type;
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, 0, NULL, Object);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Type = ObGetObjectType(*Object);
    ObDereferenceObject(*Object);
    if (Type == &ExEventType) {
        return ObReferenceObjectByHandle(Handle, EVENT_MODIFY_STATE, Type, Object);
    }
    if (Type == &ExSemaphoreType) {
        return ObReferenceObjectByHandle(Handle, SEMAPHORE_MODIFY_STATE, Type, Object);
    }
    return ObReferenceObjectByHandle(Handle, 0, &ExMutantType, Object);
}

/* Sets an event, releases a semaphore or a mutant; STATUS_OBJECT_TYPE_MISMATCH for all else. */
NTSTATUS NTAPI NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                              BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    LARGE_INTEGER Local, *Used;
    PVOID Signaled, Waited, Dispatcher;
    NTSTATUS Status = ObCaptureTimeout(Timeout, &Local, &Used);

    if (NT_SUCCESS(Status)) {
        Status = ExpReferenceSignaled(SignalHandle, &Signaled);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ObReferenceForWait(WaitHandle, &Waited, &Dispatcher);
    if (NT_SUCCESS(Status)) {
        Status = ExpSignalAndWait(Signaled, Dispatcher, Alertable, Used);
        ObDereferenceObject(Waited);
    }
    ObDereferenceObject(Signaled);
    return Status;
}
