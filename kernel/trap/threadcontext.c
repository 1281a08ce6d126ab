/* SPDX-License-Identifier: MIT */
/* NtGetContextThread and NtSetContextThread, so far of the calling thread only. nt-facts 3.11. */
#include "ps/ps.h"
#include "trap.h"

/* The frame of the service in progress, without what is the kernel's own in it. */
static KTRAP_FRAME KiServiceFrame(VOID)
{
    KTRAP_FRAME Frame = *KeGetCurrentThread()->TrapFrame;

    Frame.Eax = Frame.Ecx = Frame.Edx = 0; /* a service destroys them; Edx links frames */
    return Frame;
}

/*
 * Fills the groups that Context->ContextFlags names; the rest of *Context stays as it was.
 * STATUS_INVALID_HANDLE for any thread but NtCurrentThread(); what touching *Context met.
 */
NTSTATUS NTAPI NtGetContextThread(HANDLE Thread, PCONTEXT Context)
{
    KTRAP_FRAME Frame = KiServiceFrame();
    CONTEXT Local;
    NTSTATUS Status = KeCopyFromCaller(&Local, Context, sizeof(Local));

    if (Thread != NtCurrentThread()) {
        return STATUS_INVALID_HANDLE;
    }
    if (NT_SUCCESS(Status)) {
        KeGetThreadContext(&Frame, &Local);
        Status = KeCopyToCaller(Context, &Local, sizeof(Local));
    }
    return Status;
}

/*
 * Sets the groups named, sanitised. Of the calling thread itself EAX, ECX and EDX are a service's
 * to destroy, so those three are not set. Statuses as above.
 */
NTSTATUS NTAPI NtSetContextThread(HANDLE Thread, PCONTEXT Context)
{
    PKTRAP_FRAME Frame = KeGetCurrentThread()->TrapFrame;
    ULONG Link = Frame->Edx;
    CONTEXT Local;
    NTSTATUS Status = KeCopyFromCaller(&Local, Context, sizeof(Local));

    if (Thread != NtCurrentThread()) {
        return STATUS_INVALID_HANDLE;
    }
    if (NT_SUCCESS(Status)) {
        KeSetThreadContext(Frame, &Local, KeGetPreviousMode());
        Frame->Edx = Link;
    }
    return Status;
}
