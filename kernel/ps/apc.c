/* SPDX-License-Identifier: MIT */
/* NtQueueApcThread and NtTestAlert. */
#include "ke/apc.h"
#include "nt/services.h"
#include "ps.h"

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
 * Queues Routine(Context, Argument1, Argument2) for a thread, so far NtCurrentThread() only; it
 * runs in ring 3 when the thread lets APCs come. STATUS_INVALID_HANDLE; STATUS_NO_MEMORY.
 */
NTSTATUS NTAPI NtQueueApcThread(HANDLE Thread, PVOID Routine, PVOID Context, PVOID Argument1,
                                PVOID Argument2)
{
    PKAPC Apc;

    if (Thread != NtCurrentThread()) {
        return STATUS_INVALID_HANDLE;
    }
    Apc = ExAllocatePool(sizeof(*Apc));
    if (Apc == NULL) {
        return STATUS_NO_MEMORY;
    }
    KeInitializeApc(Apc, KeGetCurrentThread(), PspQueueApcKernelRoutine, PspFreeApc,
                    (PKNORMAL_ROUTINE)Routine, UserMode, Context);
    KeInsertQueueApc(Apc, Argument1, Argument2, 0);
    return STATUS_SUCCESS;
}

/* Lets the caller's user APCs come, now. STATUS_ALERTED: it had been alerted. */
NTSTATUS NTAPI NtTestAlert(VOID)
{
    return KeTestAlertThread() ? STATUS_ALERTED : STATUS_SUCCESS;
}
