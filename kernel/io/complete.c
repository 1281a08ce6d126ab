/* SPDX-License-Identifier: MIT */
/*
 * What reading and writing have in common: the file behind the handle, and how the caller learns
 * that it is over. Every transfer is over when the call returns; one that failed tells nobody else.
 */
#include "ex/ex.h"
#include "io.h"
#include "ke/apc.h"
#include "nt/services.h"

static VOID IopRelease(IOP_TRANSFER *Transfer)
{
    if (Transfer->Event != NULL) {
        ObDereferenceObject(Transfer->Event);
    }
    if (Transfer->File != NULL) {
        ObDereferenceObject(Transfer->File);
    }
    if (Transfer->Apc != NULL) {
        ExFreePool(Transfer->Apc);
    }
}

NTSTATUS IopBeginTransfer(IOP_TRANSFER *Transfer, HANDLE FileHandle, ACCESS_MASK Access,
                          HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                          PIO_STATUS_BLOCK IoStatusBlock)
{
    NTSTATUS Status = KeProbeForWrite(IoStatusBlock, sizeof(*IoStatusBlock));

    *Transfer = (IOP_TRANSFER){.IoStatusBlock = IoStatusBlock};
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(FileHandle, Access, &IoFileObjectType,
                                           (PVOID *)&Transfer->File);
    }
    if (NT_SUCCESS(Status) && Event != NULL) {
        Status = ObReferenceObjectByHandle(Event, EVENT_MODIFY_STATE, &ExEventType,
                                           (PVOID *)&Transfer->Event);
    }
    if (NT_SUCCESS(Status) && ApcRoutine != NULL) {
        Transfer->Apc = ExCreateUserApc(KeGetCurrentThread(), ApcRoutine, ApcContext);
        Status = Transfer->Apc != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    if (!NT_SUCCESS(Status)) {
        IopRelease(Transfer);
    } else if (Transfer->Event != NULL) {
        KeResetEvent(Transfer->Event);
    }
    return Status;
}

NTSTATUS IopEndTransfer(IOP_TRANSFER *Transfer, NTSTATUS Status, ULONG Transferred)
{
    IO_STATUS_BLOCK Result = {Status, Transferred};

    if (NT_SUCCESS(Status)) {
        Status = KeCopyToCaller(Transfer->IoStatusBlock, &Result, sizeof(Result));
    }
    if (NT_SUCCESS(Status) && Transfer->Event != NULL) {
        KeSetEvent(Transfer->Event, 0);
    }
    if (NT_SUCCESS(Status) && Transfer->Apc != NULL &&
        KeInsertQueueApc(Transfer->Apc, Transfer->IoStatusBlock, NULL, 0)) {
        Transfer->Apc = NULL; /* the queue's */
    }
    IopRelease(Transfer);
    return Status;
}
