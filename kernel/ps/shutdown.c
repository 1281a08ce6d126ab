/* SPDX-License-Identifier: MIT */
/* The end of the run. */
#include "psp.h"
#include "rtl/rtl.h"

/*
 * The launcher reads the closing line (tools/mica). A program can write the like of it to standard
 * error, but not after this one, nor can it leave a line unfinished to spoil it.
 */
DECLSPEC_NORETURN VOID PspEndRun(PEPROCESS Process, NTSTATUS ExitStatus)
{
    PCSTR Name = RtlpStatusName(ExitStatus);

    HalFreshLine();
    if (NtGlobalFlag & FLG_POOL_ENABLE_TAGGING) {
        ExReportPoolLeaks();
    }
    KeDisplay("mica: %s exited with status %08lX%s%s\n", Process->ImageName, ExitStatus,
              Name != NULL ? " " : "", Name != NULL ? Name : "");
    HalReturnToHost(HAL_EXIT_PROGRAM_ENDED);
}

/*
 * Stops the machine: files are read-only, so nothing has to be saved. Action 0 to 2 (halt, restart,
 * power off) are all the same here. STATUS_INVALID_PARAMETER.
 */
NTSTATUS NTAPI NtShutdownSystem(ULONG Action)
{
    if (Action > ShutdownPowerOff) {
        return STATUS_INVALID_PARAMETER;
    }
    PspEndRun(PspInitialProcess, STATUS_SUCCESS);
}
