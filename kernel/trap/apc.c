/* SPDX-License-Identifier: MIT */
/* The frame of a user APC. nt-facts 6.2. */
#include "ps/ps.h"
#include "rtl/rtl.h"
#include "trap.h"

NTSTATUS KiInitializeUserApc(PKTRAP_FRAME Frame, PKNORMAL_ROUTINE NormalRoutine,
                             PVOID NormalContext, PVOID SystemArgument1, PVOID SystemArgument2)
{
    KAPC_STACK Image;
    ULONG Esp = (Frame->HardwareEsp & ~3UL) - sizeof(Image);
    NTSTATUS Status;

    memset(&Image, 0, sizeof(Image));
    Image.NormalRoutine = NormalRoutine;
    Image.NormalContext = NormalContext;
    Image.SystemArgument1 = SystemArgument1;
    Image.SystemArgument2 = SystemArgument2;
    Image.Context.ContextFlags = CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS;
    KeContextFromKframes(Frame, &Image.Context);
    Status = KeCopyToUser((PVOID)Esp, &Image, sizeof(Image));
    if (NT_SUCCESS(Status)) {
        KiSetUserDispatcher(Frame, KeUserApcDispatcher, Esp);
    }
    return Status;
}
