/* SPDX-License-Identifier: MIT */
/* Suspending, resuming and alerting threads. */
#include "psp.h"

static NTSTATUS PspReturnCount(PULONG Address, ULONG Count)
{
    return Address != NULL ? KeCopyToCaller(Address, &Count, sizeof(Count)) : STATUS_SUCCESS;
}

/*
 * The thread stops on its way to ring 3, at the latest. PreviousSuspendCount may be NULL.
 * STATUS_SUSPEND_COUNT_EXCEEDED (above 127); STATUS_THREAD_IS_TERMINATING.
 */
NTSTATUS NTAPI NtSuspendThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount)
{
    PETHREAD Thread;
    ULONG Previous;
    NTSTATUS Status = PsReferenceThread(ThreadHandle, THREAD_SUSPEND_RESUME, &Thread);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = Thread->HasTerminated ? STATUS_THREAD_IS_TERMINATING
                                   : KeSuspendThread(&Thread->Tcb, &Previous);
    if (Thread->HasTerminated) {
        KeForceResumeThread(&Thread->Tcb); /* told to end meanwhile: nothing holds it up */
    }
    ObDereferenceObject(Thread);
    return NT_SUCCESS(Status) ? PspReturnCount(PreviousSuspendCount, Previous) : Status;
}

static NTSTATUS PspResume(HANDLE ThreadHandle, PULONG PreviousSuspendCount, BOOLEAN Alert)
{
    PETHREAD Thread;
    ULONG Previous;
    NTSTATUS Status = PsReferenceThread(ThreadHandle, THREAD_SUSPEND_RESUME, &Thread);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Alert) {
        KeAlertThread(&Thread->Tcb, KernelMode);
    }
    Previous = KeResumeThread(&Thread->Tcb);
    ObDereferenceObject(Thread);
    return PspReturnCount(PreviousSuspendCount, Previous);
}

NTSTATUS NTAPI NtResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount)
{
    return PspResume(ThreadHandle, PreviousSuspendCount, FALSE);
}

/* An alertable wait of its ends with STATUS_ALERTED. */
NTSTATUS NTAPI NtAlertResumeThread(HANDLE ThreadHandle, PULONG PreviousSuspendCount)
{
    return PspResume(ThreadHandle, PreviousSuspendCount, TRUE);
}

/* An alertable wait of its, or the next one, ends with STATUS_ALERTED. */
NTSTATUS NTAPI NtAlertThread(HANDLE ThreadHandle)
{
    PETHREAD Thread;
    NTSTATUS Status = PsReferenceThread(ThreadHandle, THREAD_ALERT, &Thread);

    if (NT_SUCCESS(Status)) {
        KeAlertThread(&Thread->Tcb, UserMode);
        ObDereferenceObject(Thread);
    }
    return Status;
}
