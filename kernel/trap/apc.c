/* SPDX-License-Identifier: MIT */
/* User APCs: the frame of one, and their delivery on the way to ring 3. nt-facts 6. */
#include "i386/context.h"
#include "ke/apc.h"
#include "ke/events.h"
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
        KeLogEvent(EventUserApc, 3, (ULONG)NormalRoutine, (ULONG)NormalContext,
                   (ULONG)SystemArgument1, (ULONG)SystemArgument2);
        KiSetUserDispatcher(Frame, KeUserApcDispatcher, Esp);
    }
    return Status;
}

/*
 * From the two exits, interrupts on, Frame about to go to ring 3. ServiceExit: its EAX is the
 * service's status, ECX and EDX are nothing (Edx links frames).
 */
VOID KiDeliverUserApc(PKTRAP_FRAME Frame, BOOLEAN ServiceExit)
{
    KAPC Copy;
    PKAPC Apc = KiTakeUserApc(&Copy);
    ULONG Link = Frame->Edx;
    NTSTATUS Status;

    if (Apc == NULL) {
        return;
    }
    Apc->KernelRoutine(Apc, &Copy.NormalRoutine, &Copy.NormalContext, &Copy.SystemArgument1,
                       &Copy.SystemArgument2);
    if (Copy.NormalRoutine == NULL) {
        return;
    }
    if (ServiceExit) {
        Frame->Ecx = Frame->Edx = 0;
    }
    Status = KiInitializeUserApc(Frame, Copy.NormalRoutine, Copy.NormalContext,
                                 Copy.SystemArgument1, Copy.SystemArgument2);
    if (!NT_SUCCESS(Status)) {
        /* A stack that cannot take it: an exception where the thread stands (nt-facts 6.2). */
        KiRaiseFault(Frame, Status, Frame->Eip, 2, TRUE, Frame->HardwareEsp);
    }
    if (ServiceExit) {
        Frame->Edx = Link;
    }
}
