/* SPDX-License-Identifier: MIT */
/* From a handle to an object: the check that every service makes first. */
#include "nt/memory.h"
#include "nt/services.h"
#include "obp.h"

POBJECT_TYPE ObpProcessType, ObpThreadType;

static NTSTATUS ObpReferenceOwn(PVOID Own, POBJECT_TYPE OwnType, POBJECT_TYPE Type, PVOID *Object)
{
    if (Type != NULL && Type != OwnType) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    ObReferenceObject(Own);
    *Object = Own;
    return STATUS_SUCCESS;
}

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type,
                                   PVOID *Object)
{
    OB_HANDLE Found;
    NTSTATUS Status;

    if (Handle == NtCurrentProcess()) {
        return ObpReferenceOwn(KeGetCurrentProcess(), ObpProcessType, Type, Object);
    }
    if (Handle == NtCurrentThread()) {
        return ObpReferenceOwn(KeGetCurrentThread(), ObpThreadType, Type, Object);
    }
    Status = ObReferenceHandle(ObCurrentTable(), Handle, &Found);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Type != NULL && ObGetObjectType(Found.Object) != Type) {
        Status = STATUS_OBJECT_TYPE_MISMATCH;
    } else if (Access & ~Found.Access && KeGetPreviousMode() == UserMode) {
        Status = STATUS_ACCESS_DENIED;
    }
    if (NT_SUCCESS(Status)) {
        *Object = Found.Object;
    } else {
        ObDereferenceObject(Found.Object);
    }
    return Status;
}

/*
 * STATUS_INVALID_HANDLE for what is not, or no longer, a handle; raised, where somebody wants to
 * see the mistake at its place (the global flag 400000, a debugger). STATUS_HANDLE_NOT_CLOSABLE.
 */
NTSTATUS NTAPI NtClose(HANDLE Handle)
{
    PHANDLE_TABLE Table = ObCurrentTable();
    NTSTATUS Status = ObCloseHandle(Table, Handle);
    BOOLEAN Raise = NtGlobalFlag & FLG_ENABLE_CLOSE_EXCEPTIONS || *ObRaiseOnInvalidClose(Table);

    return !NT_SUCCESS(Status) && Raise && KeGetPreviousMode() == UserMode
               ? KeRaiseUserException(Status)
               : Status;
}
