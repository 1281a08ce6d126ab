/* SPDX-License-Identifier: MIT */
/* NtQueueApcThread and NtTestAlert. */
#include "ke/apc.h"
#include "psp.h"

static VOID PspFreeApc(PKAPC Apc)
{
    ExFreePool(Apc);
}

static VOID PspQueueApcKernelRoutine(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine,
                                     PVOID *NormalContext, PVOID *SystemArgument1,
                                     PVOID *SystemArgument2)
{
    (VOID) NormalRoutine;
    (VOID) NormalContext;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    ExFreePool(Apc);
}

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
    Apc = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Apc), POOL_TAG('P', 's', 'A', 'p'));
    if (Apc == NULL) {
        ObDereferenceObject(Thread);
        return STATUS_NO_MEMORY;
    }
    KeInitializeApc(Apc, &Thread->Tcb, PspQueueApcKernelRoutine, PspFreeApc,
                    (PKNORMAL_ROUTINE)Routine, UserMode, Context);
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
