/* SPDX-License-Identifier: MIT */
/* NtTerminateThread and NtTerminateProcess. */
#include "ke/apc.h"
#include "psp.h"

static VOID PspExitApc(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                       PVOID *SystemArgument1, PVOID *SystemArgument2)
{
    (VOID) Apc;
    (VOID) NormalRoutine;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    PsExitThread((NTSTATUS)*NormalContext);
}

static VOID PspExitApcRundown(PKAPC Apc)
{
    (VOID) Apc; /* it is on its way already; the APC lies in the thread */
}

/* Wherever it waits for a program, suspended or not, it goes on from there to its end. */
VOID PspTerminateThread(PETHREAD Thread, NTSTATUS ExitStatus)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    BOOLEAN First = !Thread->HasTerminated;

    Thread->HasTerminated = TRUE;
    KfLowerIrql(Irql);
    if (First) {
        KeInitializeApc(&Thread->ExitApc, &Thread->Tcb, PspExitApc, PspExitApcRundown, NULL,
                        UserMode, (PVOID)ExitStatus);
        KeForceUserApc(&Thread->ExitApc);
    }
    KeForceResumeThread(&Thread->Tcb);
}

VOID PspTerminateOtherThreads(PEPROCESS Process, NTSTATUS ExitStatus)
{
    PETHREAD Thread = NULL;

    while ((Thread = PsGetNextProcessThread(Process, Thread)) != NULL) {
        if (Thread != PsGetCurrentThread()) {
            PspTerminateThread(Thread, ExitStatus);
        }
    }
}

/*
 * ThreadHandle NULL: the caller, unless it is its process's last, STATUS_CANT_TERMINATE_SELF.
 * Another thread ends on its way to ring 3: its object says when. STATUS_THREAD_IS_TERMINATING.
 */
NTSTATUS NTAPI NtTerminateThread(HANDLE ThreadHandle, NTSTATUS ExitStatus)
{
    PETHREAD Thread;
    NTSTATUS Status;

    if (ThreadHandle == NULL) {
        if (PsGetCurrentProcess()->ActiveThreads == 1) {
            return STATUS_CANT_TERMINATE_SELF;
        }
        PsExitThread(ExitStatus);
    }
    Status = PsReferenceThread(ThreadHandle, THREAD_TERMINATE, &Thread);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Thread == PsGetCurrentThread()) {
        ObDereferenceObject(Thread); /* it has its own until the reaper comes */
        PsExitThread(ExitStatus);
    }
    if (Thread->HasTerminated) {
        Status = STATUS_THREAD_IS_TERMINATING;
    } else {
        PspTerminateThread(Thread, ExitStatus);
    }
    ObDereferenceObject(Thread);
    return Status;
}

/* FALSE: it is ending already. *Empty: it has no thread that would finish it. */
static BOOLEAN PspBeginExit(PEPROCESS Process, NTSTATUS ExitStatus, PBOOLEAN Empty)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    BOOLEAN First = !Process->Exiting;

    *Empty = Process->ActiveThreads == 0;

    if (First) {
        Process->Exiting = TRUE;
        Process->ExitStatus = ExitStatus;
    }
    KfLowerIrql(Irql);
    return First;
}

static NTSTATUS PspTerminateProcess(PEPROCESS Process, NTSTATUS ExitStatus,
                                    VOID (*FinishEmpty)(PEPROCESS Process))
{
    BOOLEAN Empty;

    if (!PspBeginExit(Process, ExitStatus, &Empty)) {
        return STATUS_PROCESS_IS_TERMINATING;
    }
    if (Empty) {
        FinishEmpty(Process);
    } else {
        PspTerminateOtherThreads(Process, ExitStatus);
        if (Process == PsGetCurrentProcess()) {
            PspTerminateThread(PsGetCurrentThread(), ExitStatus);
        }
    }
    return STATUS_SUCCESS;
}

NTSTATUS PsTerminateProcess(PEPROCESS Process, NTSTATUS ExitStatus)
{
    return PspTerminateProcess(Process, ExitStatus, PspFinishLater);
}

/*
 * ProcessHandle NULL: ends all other threads of the caller's process, and returns. Another process
 * ends with its last thread: its object says when. STATUS_PROCESS_IS_TERMINATING.
 */
NTSTATUS NTAPI NtTerminateProcess(HANDLE ProcessHandle, NTSTATUS ExitStatus)
{
    PEPROCESS Process;
    NTSTATUS Status;

    if (ProcessHandle == NULL) {
        PspTerminateOtherThreads(PsGetCurrentProcess(), ExitStatus);
        return STATUS_SUCCESS;
    }
    Status = PsReferenceProcess(ProcessHandle, PROCESS_TERMINATE, &Process);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Process == PsGetCurrentProcess()) {
        ObDereferenceObject(Process); /* its thread has one */
        PsExitProcess(ExitStatus);
    }
    Status = PspTerminateProcess(Process, ExitStatus, PspFinishProcess);
    ObDereferenceObject(Process);
    return Status;
}
