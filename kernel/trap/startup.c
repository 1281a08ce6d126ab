/* SPDX-License-Identifier: MIT */
/* A user thread's last steps in ring 0. nt-facts 6.3, steps 3 and 4. */
#include "dbgk/dbgk.h"
#include "trap.h"

/*
 * Lays an APC for LdrInitializeThunk over the base trap frame: the loader runs first, and its
 * NtContinue leads to the start address. A debugger is told of the thread first.
 */
VOID PspUserThreadStartup(PVOID StartRoutine, PVOID StartContext)
{
    PKTRAP_FRAME Frame = KiBaseTrapFrame(KeGetCurrentThread()->InitialStack);
    NTSTATUS Status;

    (VOID) StartRoutine;
    (VOID) StartContext;
    KfLowerIrql(PASSIVE_LEVEL); /* created suspended: it stops here */
    DbgkCreateThread();
    Status = KiInitializeUserApc(Frame, (PKNORMAL_ROUTINE)PspLdrInitializeThunk, NULL,
                                 (PVOID)PsSystemDllBase, NULL);
    if (!NT_SUCCESS(Status)) {
        PsExitThread(Status); /* its stack cannot be written: no thread can run there */
    }
}
