/* SPDX-License-Identifier: MIT */
/* The services on semaphores. */
#include "exp.h"

OBJECT_TYPE ExSemaphoreType = {
    .Name = "Semaphore",
    .Tag = POOL_TAG('S', 'e', 'm', 'a'),
    .Pool = NonPagedPool,
    .Mapping = {SEMAPHORE_QUERY_STATE, SEMAPHORE_MODIFY_STATE, SYNCHRONIZE, SEMAPHORE_ALL_ACCESS},
    .ValidAccess = SEMAPHORE_ALL_ACCESS,
};

/* STATUS_INVALID_PARAMETER unless 0 <= InitialCount <= MaximumCount and that is above 0. */
NTSTATUS NTAPI NtCreateSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                                 POBJECT_ATTRIBUTES ObjectAttributes, LONG InitialCount,
                                 LONG MaximumCount)
{
    PKSEMAPHORE Semaphore;
    NTSTATUS Status;

    if (MaximumCount <= 0 || InitialCount < 0 || InitialCount > MaximumCount) {
        return STATUS_INVALID_PARAMETER;
    }
    Status = ExpCreate(SemaphoreHandle, &ExSemaphoreType, sizeof(*Semaphore), (PVOID *)&Semaphore);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeInitializeSemaphore(Semaphore, InitialCount, MaximumCount);
    return ExpInsert(SemaphoreHandle, Semaphore, ObjectAttributes, DesiredAccess);
}

NTSTATUS NTAPI NtOpenSemaphore(PHANDLE SemaphoreHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes)
{
    return ExpOpen(SemaphoreHandle, &ExSemaphoreType, ObjectAttributes, DesiredAccess);
}

/* PreviousCount may be NULL. STATUS_SEMAPHORE_LIMIT_EXCEEDED: nothing changed. */
NTSTATUS NTAPI NtReleaseSemaphore(HANDLE SemaphoreHandle, LONG ReleaseCount, PLONG PreviousCount)
{
    PKSEMAPHORE Semaphore;
    LONG Previous;
    NTSTATUS Status;

    if (ReleaseCount <= 0) {
        return STATUS_INVALID_PARAMETER;
    }
    Status = ObReferenceObjectByHandle(SemaphoreHandle, SEMAPHORE_MODIFY_STATE, &ExSemaphoreType,
                                       (PVOID *)&Semaphore);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ExpProbeLong(PreviousCount);
    if (NT_SUCCESS(Status)) {
        Status = KeReleaseSemaphore(Semaphore, SEMAPHORE_INCREMENT, ReleaseCount, &Previous);
    }
    if (NT_SUCCESS(Status)) {
        Status = ExpReturnLong(PreviousCount, Previous);
    }
    ObDereferenceObject(Semaphore);
    return Status;
}

NTSTATUS NTAPI NtQuerySemaphore(HANDLE SemaphoreHandle, ULONG Class, PVOID Information,
                                ULONG Length, PULONG ReturnLength)
{
    SEMAPHORE_BASIC_INFORMATION Basic;
    EXP_QUERY Query = {&ExSemaphoreType, SEMAPHORE_QUERY_STATE, sizeof(Basic)};
    PKSEMAPHORE Semaphore;
    NTSTATUS Status = ExpBeginQuery(&Query, SemaphoreHandle, Class, Length, (PVOID *)&Semaphore);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Basic = (SEMAPHORE_BASIC_INFORMATION){Semaphore->Header.SignalState, Semaphore->Limit};
    return ExpEndQuery(&Query, Semaphore, &Basic, Information, ReturnLength);
}
