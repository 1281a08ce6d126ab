/* SPDX-License-Identifier: MIT */
/* The end of the process, which is the end of the run. */
#include "nt/services.h"
#include "ps.h"

/*
 * The launcher reads the closing line (tools/mica). A program can write the like of it to standard
 * error, but not after this one, nor can it leave a line unfinished to spoil it.
 */
DECLSPEC_NORETURN VOID PsExitProcess(NTSTATUS ExitStatus)
{
    PCSTR Name = RtlpStatusName(ExitStatus);

    PsGetCurrentProcess()->ExitStatus = ExitStatus;
    HalFreshLine();
    KeDisplay("mica: %s exited with status %08lX%s%s\n", PsGetCurrentProcess()->ImageFileName,
              ExitStatus, Name != NULL ? " " : "", Name != NULL ? Name : "");
    HalReturnToHost(HAL_EXIT_PROGRAM_ENDED);
}

/*
 * Process: NtCurrentProcess(), or NULL, which ends all other threads of the caller and returns:
 * there are none yet. STATUS_INVALID_HANDLE for any other handle.
 */
NTSTATUS NTAPI NtTerminateProcess(HANDLE Process, NTSTATUS ExitStatus)
{
    if (Process == NULL) {
        return STATUS_SUCCESS;
    }
    if (Process != NtCurrentProcess()) {
        return STATUS_INVALID_HANDLE;
    }
    PsExitProcess(ExitStatus);
}

/*
 * Thread: NtCurrentThread(). It is its process's last, so the process ends with its status.
 * NULL, the caller unless it is the last: STATUS_CANT_TERMINATE_SELF. STATUS_INVALID_HANDLE.
 */
NTSTATUS NTAPI NtTerminateThread(HANDLE Thread, NTSTATUS ExitStatus)
{
    if (Thread == NULL) {
        return STATUS_CANT_TERMINATE_SELF;
    }
    if (Thread != NtCurrentThread()) {
        return STATUS_INVALID_HANDLE;
    }
    PsExitProcess(ExitStatus);
}
