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

    if (!NT_SUCCESS(Status)) {
        KfLowerIrql(Irql);
        return Status;
    }
    Thread->WaitNext = TRUE;
    Thread->WaitIrql = Irql;
    return KeWaitForSingleObject(Dispatcher, KeGetPreviousMode(), Alertable, Timeout);
}

/* Sets an event, releases a semaphore or a mutant; STATUS_OBJECT_TYPE_MISMATCH for all else. */
NTSTATUS NTAPI NtSignalAndWaitForSingleObject(HANDLE SignalHandle, HANDLE WaitHandle,
                                              BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    LARGE_INTEGER Local, *Used;
    PVOID Signaled, Waited, Dispatcher;
    POBJECT_TYPE Type;
    NTSTATUS Status = ObCaptureTimeout(Timeout, &Local, &Used);

    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(SignalHandle, 0, NULL, &Signaled);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Type = ObGetObjectType(Signaled);
    if (Type != &ExEventType && Type != &ExSemaphoreType && Type != &ExMutantType) {
        Status = STATUS_OBJECT_TYPE_MISMATCH;
    } else {
        Status = ObReferenceForWait(WaitHandle, &Waited, &Dispatcher);
    }
    if (NT_SUCCESS(Status)) {
        Status = ExpSignalAndWait(Signaled, Dispatcher, Alertable, Used);
        ObDereferenceObject(Waited);
    }
    ObDereferenceObject(Signaled);
    return Status;
}
