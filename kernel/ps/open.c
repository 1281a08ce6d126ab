/* SPDX-License-Identifier: MIT */
/* NtOpenProcess and NtOpenThread: by id. Neither has a name. */
#include "psp.h"

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
        Thread = ObReferenceById(PspCidTable, Cid.UniqueThread, &PsThreadType);
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
    Thread = ObReferenceById(PspCidTable, Cid.UniqueThread, &PsThreadType);
    if (Thread != NULL && Cid.UniqueProcess != NULL &&
        Thread->Cid.UniqueProcess != Cid.UniqueProcess) {
        ObDereferenceObject(Thread);
        Thread = NULL;
    }
    return Thread != NULL ? PspOpenObject(Thread, Attributes, DesiredAccess, ThreadHandle)
                          : STATUS_INVALID_CID;
}
