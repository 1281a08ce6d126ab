/* SPDX-License-Identifier: MIT */
/* NtWaitForSingleObject, NtWaitForMultipleObjects. */
#include "nt/services.h"
#include "obp.h"

#define TAG_WAIT POOL_TAG('W', 'a', 'i', 't')

NTSTATUS ObReferenceForWait(HANDLE Handle, PVOID *Object, PVOID *Dispatcher)
{
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, Object);
    POBJECT_TYPE Type;

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Type = ObGetObjectType(*Object);
    if (Type->WaitOffset == OB_NO_WAIT) {
        ObDereferenceObject(*Object);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    *Dispatcher = (PUCHAR)*Object + Type->WaitOffset;
    return STATUS_SUCCESS;
}

NTSTATUS ObCaptureTimeout(PLARGE_INTEGER Timeout, PLARGE_INTEGER Local, PLARGE_INTEGER *Used)
{
    *Used = Timeout != NULL ? Local : NULL;
    return Timeout != NULL ? KeCopyFromCaller(Local, Timeout, sizeof(*Local)) : STATUS_SUCCESS;
}

/* Timeout NULL: for ever; negative: 100 ns from now; else a system time. KeWaitFor...'s statuses.
 */
NTSTATUS NTAPI NtWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    LARGE_INTEGER Local, *Used;
    PVOID Object, Dispatcher;
    NTSTATUS Status = ObCaptureTimeout(Timeout, &Local, &Used);

    if (NT_SUCCESS(Status)) {
        Status = ObReferenceForWait(Handle, &Object, &Dispatcher);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = KeWaitForSingleObject(Dispatcher, KeGetPreviousMode(), Alertable, Used);
    ObDereferenceObject(Object);
    return Status;
}

typedef struct _OBP_WAIT {
    HANDLE Handles[MAXIMUM_WAIT_OBJECTS];
    PVOID Objects[MAXIMUM_WAIT_OBJECTS], Dispatchers[MAXIMUM_WAIT_OBJECTS];
    KWAIT_BLOCK Blocks[MAXIMUM_WAIT_OBJECTS];
} OBP_WAIT;

/* An object that is waited for twice can never be had twice at once. */
static BOOLEAN ObpHasDuplicate(PVOID Objects[], ULONG Count)
{
    for (ULONG i = 0; i < Count; i++) {
        for (ULONG j = 0; j < i; j++) {
            if (Objects[i] == Objects[j]) {
                return TRUE;
            }
        }
    }
    return FALSE;
}

/*
 * WaitType: WaitAll 0, WaitAny 1. STATUS_INVALID_PARAMETER_1: no handle, or more than 64;
 * STATUS_INVALID_PARAMETER_MIX: the same object twice in a wait for all.
 */
NTSTATUS NTAPI NtWaitForMultipleObjects(ULONG Count, PHANDLE Handles, WAIT_TYPE WaitType,
                                        BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    LARGE_INTEGER Local, *Used;
    OBP_WAIT *Wait;
    ULONG Referenced = 0;
    NTSTATUS Status;

    if (Count == 0 || Count > MAXIMUM_WAIT_OBJECTS) {
        return STATUS_INVALID_PARAMETER_1;
    }
    if (WaitType != WaitAll && WaitType != WaitAny) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Wait = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Wait), TAG_WAIT);
    if (Wait == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Status = ObCaptureTimeout(Timeout, &Local, &Used);
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(Wait->Handles, Handles, Count * sizeof(HANDLE));
    }
    while (NT_SUCCESS(Status) && Referenced < Count) {
        Status = ObReferenceForWait(Wait->Handles[Referenced], &Wait->Objects[Referenced],
                                    &Wait->Dispatchers[Referenced]);
        Referenced += NT_SUCCESS(Status);
    }
    if (NT_SUCCESS(Status) && WaitType == WaitAll && ObpHasDuplicate(Wait->Dispatchers, Count)) {
        Status = STATUS_INVALID_PARAMETER_MIX;
    }
    if (NT_SUCCESS(Status)) {
        Status = KeWaitForMultipleObjects(Count, Wait->Dispatchers, WaitType, KeGetPreviousMode(),
                                          Alertable, Used, Wait->Blocks);
    }
    while (Referenced-- != 0) {
        ObDereferenceObject(Wait->Objects[Referenced]);
    }
    ExFreePool(Wait);
    return Status;
}
