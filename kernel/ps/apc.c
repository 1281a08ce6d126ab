/* SPDX-License-Identifier: MIT */
/* NtQueueApcThread and NtTestAlert. */
#include "ex/ex.h"
#include "ke/apc.h"
#include "psp.h"

/*
 * Queues Routine(Context, Argument1, Argument2) for a thread; it runs in ring 3 when the thread
 * lets APCs come. STATUS_UNSUCCESSFUL: the thread has ended; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI NtQueueApcThread(HANDLE ThreadHandle, PVOID Routine, PVOID Context, PVOID Argument1,
                                PVOID Argument2)
{
    PETHREAD Thread;
    PKAPC Apc;
    NTSTATUS Status = PsReferenceThread(ThreadHandle, THREAD_SET_CONTEXT, &Thread);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Apc = ExCreateUserApc(&Thread->Tcb, Routine, Context);
    if (Apc == NULL) {
        ObDereferenceObject(Thread);
        return STATUS_NO_MEMORY;
    }
    if (!KeInsertQueueApc(Apc, Argument1, Argument2, 0)) {
        ExFreePool(Apc);
        Status = STATUS_UNSUCCESSFUL;
    }
    ObDereferenceObject(Thread);
    return Status;
}

/* Lets the caller's user APCs come, now. STATUS_ALERTED: it had been alerted. */
NTSTATUS NTAPI NtTestAlert(VOID)
{
    return KeTestAlertThread() ? STATUS_ALERTED : STATUS_SUCCESS;
}
