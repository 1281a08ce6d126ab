/* SPDX-License-Identifier: MIT */
/* What the services on events, mutants, semaphores and timers have in common. */
#include "exp.h"

NTSTATUS ExpCreate(PHANDLE Address, POBJECT_TYPE Type, ULONG Bytes, PVOID *Object)
{
    NTSTATUS Status = KeProbeForWrite(Address, sizeof(*Address));

    return NT_SUCCESS(Status) ? ObCreateObject(Type, Bytes, Object) : Status;
}

NTSTATUS ExpInsert(PHANDLE Address, PVOID Object, POBJECT_ATTRIBUTES Attributes, ACCESS_MASK Access)
{
    HANDLE Handle = NULL;
    NTSTATUS Status = ObInsertObject(Object, Attributes, Access, &Handle);

    return KeReturnHandle(Address, Handle, Status);
}

NTSTATUS ExpOpen(PHANDLE Address, POBJECT_TYPE Type, POBJECT_ATTRIBUTES Attributes,
                 ACCESS_MASK Access)
{
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(Address, sizeof(*Address));

    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByName(Attributes, Type, Access, &Handle);
    }
    return KeReturnHandle(Address, Handle, Status);
}

NTSTATUS ExpProbeLong(PLONG Address)
{
    return Address != NULL ? KeProbeForWrite(Address, sizeof(*Address)) : STATUS_SUCCESS;
}

NTSTATUS ExpReturnLong(PLONG Address, LONG Value)
{
    return Address != NULL ? KeCopyToCaller(Address, &Value, sizeof(Value)) : STATUS_SUCCESS;
}

NTSTATUS ExpBeginQuery(const EXP_QUERY *Query, HANDLE Handle, ULONG Class, ULONG Length,
                       PVOID *Object)
{
    if (Class != 0) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != Query->Bytes) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    return ObReferenceObjectByHandle(Handle, Query->Access, Query->Type, Object);
}

NTSTATUS ExpEndQuery(const EXP_QUERY *Query, PVOID Object, const VOID *Answer, PVOID Information,
                     PULONG ReturnLength)
{
    NTSTATUS Status = KeCopyToCaller(Information, Answer, Query->Bytes);

    ObDereferenceObject(Object);
    return NT_SUCCESS(Status) ? ExpReturnLong((PLONG)ReturnLength, (LONG)Query->Bytes) : Status;
}
