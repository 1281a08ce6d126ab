/* SPDX-License-Identifier: MIT */
/* NtContinue and NtRaiseException: services that come back through a CONTEXT. nt-facts 4.8. */
#include "ke/apc.h"
#include "trap.h"

/*
 * Takes the service's frame off the thread's list, as KiServiceExit would have. Its Edx and
 * PreviousPreviousMode are about to be overwritten by the CONTEXT's. A service's frame lacks EAX
 * and ECX, and has a link for EDX: a full exit, and a CONTEXT that another thread asks for from
 * here on, would show ring 3 what stood there before.
 */
static KPROCESSOR_MODE KiUnlinkServiceFrame(PKTRAP_FRAME Frame)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KPROCESSOR_MODE Mode = Thread->PreviousMode;
    PKTRAP_FRAME Outer = (PKTRAP_FRAME)Frame->Edx;
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL); /* the other thread waits until it is done */

    Frame->Eax = Frame->Ecx = Frame->Edx = 0;
    Thread->TrapFrame = Outer;
    Thread->PreviousMode = (KPROCESSOR_MODE)Frame->PreviousPreviousMode;
    KfLowerIrql(Irql);
    return Mode;
}

/* NT probes the two pointers for reading dwords. */
static NTSTATUS KiCheckAlignment(const VOID *Pointer)
{
    return KeGetPreviousMode() == UserMode && (ULONG)Pointer % sizeof(ULONG) != 0
               ? STATUS_DATATYPE_MISALIGNMENT
               : STATUS_SUCCESS;
}

static NTSTATUS KiCaptureContext(PCONTEXT Local, PCONTEXT Context)
{
    NTSTATUS Status = KiCheckAlignment(Context);

    return NT_SUCCESS(Status) ? KeCopyFromCaller(Local, Context, sizeof(*Local)) : Status;
}

/*
 * Goes on with *Context, and with TestAlert lets user APCs come first. Returns only a status:
 * STATUS_DATATYPE_MISALIGNMENT, STATUS_ACCESS_VIOLATION, or what reading the CONTEXT met.
 */
NTSTATUS NTAPI NtContinue(PCONTEXT Context, BOOLEAN TestAlert)
{
    PKTRAP_FRAME Frame = KeGetCurrentThread()->TrapFrame;
    KPROCESSOR_MODE Mode;
    CONTEXT Local;
    NTSTATUS Status = KiCaptureContext(&Local, Context);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Mode = KiUnlinkServiceFrame(Frame);
    KeSetThreadContext(Frame, &Local, Mode);
    if (TestAlert) {
        KeTestAlertThread();
    }
    KiLeaveThroughFrame(Frame);
}

/* The record as far as it is used; no more parameters than fit. */
static NTSTATUS KiCaptureRecord(PEXCEPTION_RECORD Record, PEXCEPTION_RECORD Local)
{
    ULONG Fixed = FIELD_OFFSET(EXCEPTION_RECORD, ExceptionInformation);
    NTSTATUS Status = KiCheckAlignment(Record);

    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(Local, Record, Fixed);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Local->NumberParameters > EXCEPTION_MAXIMUM_PARAMETERS) {
        return STATUS_INVALID_PARAMETER;
    }
    return KeCopyFromCaller(Local->ExceptionInformation, Record->ExceptionInformation,
                            Local->NumberParameters * sizeof(ULONG));
}

#define INTERNAL_CODE 0x10000000L /* the system's own codes: nobody raises those */

/*
 * Raises *Record in *Context. FirstChance FALSE: no handler took it; a port may, else the process
 * ends. Returns only a status: STATUS_INVALID_PARAMETER for too many parameters; what a capture
 * met.
 */
NTSTATUS NTAPI NtRaiseException(PEXCEPTION_RECORD Record, PCONTEXT Context, BOOLEAN FirstChance)
{
    PKTRAP_FRAME Frame = KeGetCurrentThread()->TrapFrame;
    EXCEPTION_RECORD LocalRecord;
    CONTEXT LocalContext;
    KPROCESSOR_MODE Mode;
    NTSTATUS Status = KiCaptureContext(&LocalContext, Context);

    if (NT_SUCCESS(Status)) {
        Status = KiCaptureRecord(Record, &LocalRecord);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    LocalRecord.ExceptionCode &= ~INTERNAL_CODE;
    Mode = KiUnlinkServiceFrame(Frame);
    KeSetThreadContext(Frame, &LocalContext, Mode);
    KiDispatchException(&LocalRecord, Frame, Mode, FirstChance);
    KiLeaveThroughFrame(Frame);
}
