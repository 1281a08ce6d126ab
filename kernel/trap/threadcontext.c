/* SPDX-License-Identifier: MIT */
/*
 * NtGetContextThread and NtSetContextThread. Where a thread stands in ring 3 is said by the frame
 * at the base of its kernel stack, made when it came in. There is one processor, so a thread that
 * is not the caller does not run. nt-facts 3.11.
 */
#include "ps/ps.h"
#include "trap.h"

static PKTRAP_FRAME KiUserFrameOf(PKTHREAD Thread)
{
    return KiBaseTrapFrame(Thread->InitialStack);
}

/* A service's frame lacks EAX, ECX and EDX, which a service destroys; its Edx links frames. */
static BOOLEAN KiIsInService(PKTHREAD Thread)
{
    return Thread->TrapFrame == KiUserFrameOf(Thread);
}

static NTSTATUS KiReferenceTarget(HANDLE ThreadHandle, ACCESS_MASK Access, PETHREAD *Thread)
{
    NTSTATUS Status = PsReferenceThread(ThreadHandle, Access, Thread);

    if (NT_SUCCESS(Status) && (*Thread)->Tcb.State == Terminated) {
        ObDereferenceObject(*Thread);
        Status = STATUS_THREAD_IS_TERMINATING;
    }
    return Status;
}

/*
 * Fills the groups that Context->ContextFlags names; the rest of *Context stays as it was.
 * STATUS_THREAD_IS_TERMINATING; what touching *Context met.
 */
NTSTATUS NTAPI NtGetContextThread(HANDLE ThreadHandle, PCONTEXT Context)
{
    PETHREAD Thread;
    KTRAP_FRAME Frame;
    CONTEXT Local;
    KIRQL Irql;
    NTSTATUS Status = KeCopyFromCaller(&Local, Context, sizeof(Local));

    if (NT_SUCCESS(Status)) {
        Status = KiReferenceTarget(ThreadHandle, THREAD_GET_CONTEXT, &Thread);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Irql = KfRaiseIrql(DISPATCH_LEVEL);
    Frame = *KiUserFrameOf(&Thread->Tcb);
    if (KiIsInService(&Thread->Tcb)) {
        Frame.Eax = Frame.Ecx = Frame.Edx = 0;
    }
    KeGetContextOf(&Thread->Tcb, &Frame, &Local);
    KfLowerIrql(Irql);
    ObDereferenceObject(Thread);
    return KeCopyToCaller(Context, &Local, sizeof(Local));
}

/*
 * Sets the groups named, sanitised. Of a thread in a service EAX, ECX and EDX are the service's to
 * destroy, so those three are not set. Statuses as above.
 */
NTSTATUS NTAPI NtSetContextThread(HANDLE ThreadHandle, PCONTEXT Context)
{
    PETHREAD Thread;
    PKTRAP_FRAME Frame;
    CONTEXT Local;
    KIRQL Irql;
    ULONG Link;
    NTSTATUS Status = KeCopyFromCaller(&Local, Context, sizeof(Local));

    if (NT_SUCCESS(Status)) {
        Status = KiReferenceTarget(ThreadHandle, THREAD_SET_CONTEXT, &Thread);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Irql = KfRaiseIrql(DISPATCH_LEVEL);
    Frame = KiUserFrameOf(&Thread->Tcb);
    Link = Frame->Edx;
    KeSetContextOf(&Thread->Tcb, Frame, &Local, UserMode);
    if (KiIsInService(&Thread->Tcb)) {
        Frame->Edx = Link;
    }
    KfLowerIrql(Irql);
    ObDereferenceObject(Thread);
    return STATUS_SUCCESS;
}
