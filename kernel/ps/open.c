/* SPDX-License-Identifier: MIT */
/* NtOpenProcess and NtOpenThread: by id. Neither has a name. */
#include "psp.h"

static NTSTATUS PspRefuseKernels(PEPROCESS Process, BOOLEAN Change, PVOID Object)
{
    if (Process->Pcb.NoUserSpace && Change) {
        ObDereferenceObject(Object);
        return STATUS_ACCESS_DENIED;
    }
    return STATUS_SUCCESS;
}

NTSTATUS PsReferenceProcess(HANDLE Handle, ACCESS_MASK Access, PEPROCESS *Process)
{
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, Access, &PsProcessType, (PVOID *)Process);

    return NT_SUCCESS(Status)
               ? PspRefuseKernels(*Process, Access != PROCESS_QUERY_INFORMATION, *Process)
               : Status;
}

NTSTATUS PsReferenceThread(HANDLE Handle, ACCESS_MASK Access, PETHREAD *Thread)
{
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, Access, &PsThreadType, (PVOID *)Thread);

    return NT_SUCCESS(Status) ? PspRefuseKernels((*Thread)->ThreadsProcess,
                                                 Access != THREAD_QUERY_INFORMATION, *Thread)
                              : Status;
}

/* A thread that has its id, but not yet all the rest, is nobody's. */
static PETHREAD PspFindThread(HANDLE Id)
{
    PETHREAD Thread = ObReferenceById(PspCidTable, Id, &PsThreadType);

    if (Thread != NULL && !Thread->IsWhole) {
        ObDereferenceObject(Thread);
        Thread = NULL;
    }
    return Thread;
}

/* What both have in common: who is meant, and with which handle attributes. */
static NTSTATUS PspCaptureId(PHANDLE Handle, POBJECT_ATTRIBUTES ObjectAttributes,
                             PCLIENT_ID ClientId, PCLIENT_ID Cid, PULONG Attributes)
{
    OBJECT_ATTRIBUTES Local;
    NTSTATUS Status = KeProbeForWrite(Handle, sizeof(*Handle));

    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Local, ObjectAttributes, sizeof(Local));
    }
    if (NT_SUCCESS(Status) && (ClientId == NULL || Local.ObjectName != NULL)) {
        Status = STATUS_INVALID_PARAMETER_MIX;
    }
    *Attributes = Local.Attributes;
    return NT_SUCCESS(Status) ? KeCopyFromCaller(Cid, ClientId, sizeof(*Cid)) : Status;
}

static NTSTATUS PspOpenObject(PVOID Object, ULONG Attributes, ACCESS_MASK Access, PHANDLE Address)
{
    HANDLE Handle = NULL;
    NTSTATUS Status = ObOpenObjectByPointer(Object, Attributes, Access, &Handle);

    ObDereferenceObject(Object);
    return KeReturnHandle(Address, Handle, Status);
}

/* STATUS_INVALID_CID: nobody's id. ClientId's thread, if not 0, must be one of that process. */
NTSTATUS NTAPI NtOpenProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId)
{
    CLIENT_ID Cid;
    PEPROCESS Process;
    PETHREAD Thread;
    ULONG Attributes;
    NTSTATUS Status = PspCaptureId(ProcessHandle, ObjectAttributes, ClientId, &Cid, &Attributes);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Cid.UniqueThread != NULL) {
        Thread = PspFindThread(Cid.UniqueThread);
        if (Thread == NULL || Thread->Cid.UniqueProcess != Cid.UniqueProcess) {
            if (Thread != NULL) {
                ObDereferenceObject(Thread);
            }
            return STATUS_INVALID_CID;
        }
        ObDereferenceObject(Thread);
    }
    Process = ObReferenceById(PspCidTable, Cid.UniqueProcess, &PsProcessType);
    return Process != NULL ? PspOpenObject(Process, Attributes, DesiredAccess, ProcessHandle)
                           : STATUS_INVALID_CID;
}

NTSTATUS NTAPI NtOpenThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, PCLIENT_ID ClientId)
{
    CLIENT_ID Cid;
    PETHREAD Thread;
    ULONG Attributes;
    NTSTATUS Status = PspCaptureId(ThreadHandle, ObjectAttributes, ClientId, &Cid, &Attributes);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Thread = PspFindThread(Cid.UniqueThread);
    if (Thread != NULL && Cid.UniqueProcess != NULL &&
        Thread->Cid.UniqueProcess != Cid.UniqueProcess) {
        ObDereferenceObject(Thread);
        Thread = NULL;
    }
    return Thread != NULL ? PspOpenObject(Thread, Attributes, DesiredAccess, ThreadHandle)
                          : STATUS_INVALID_CID;
}
