/* SPDX-License-Identifier: MIT */
/*
 * KiDispatchException: who gets to see an exception, in which order. nt-facts 4.1-4.3. First
 * chance: kernel debugger, debug port, the program's handlers. Second chance: debug port, exception
 * port, the end.
 */
#include "ke/events.h"
#include "dbgk/dbgk.h"
#include "i386/context.h"
#include "i386/cpu.h"
#include "kd/kd.h"
#include "ps/ps.h"
#include "rtl/rtl.h"
#include "trap.h"

#define HANDLER_CONTEXT                                                                            \
    (CONTEXT_FULL | CONTEXT_FLOATING_POINT | CONTEXT_DEBUG_REGISTERS | CONTEXT_EXTENDED_REGISTERS)

/* What the user stack gets, from low addresses to high: nt/dispatch.h has the picture. */
typedef struct _KI_EXCEPTION_IMAGE {
    ULONG RecordBytes;
    ULONG ContextAddress, RecordAddress, Esp;
} KI_EXCEPTION_IMAGE;

static KI_EXCEPTION_IMAGE KiPlaceImage(const EXCEPTION_RECORD *Record, ULONG UserEsp)
{
    KI_EXCEPTION_IMAGE Image;

    Image.RecordBytes = FIELD_OFFSET(EXCEPTION_RECORD, ExceptionInformation) +
                        Record->NumberParameters * sizeof(ULONG);
    Image.ContextAddress = (UserEsp & ~3UL) - sizeof(CONTEXT);
    Image.RecordAddress = Image.ContextAddress - Image.RecordBytes;
    Image.Esp = Image.RecordAddress - sizeof(KEXCEPTION_STACK);
    return Image;
}

/* An ESP near 0 wraps around to an Image.Esp above the probe address: the copy refuses it. */
static NTSTATUS KiWriteImage(const KI_EXCEPTION_IMAGE *Image, const EXCEPTION_RECORD *Record,
                             const CONTEXT *Context)
{
    KEXCEPTION_STACK Pointers = {(PEXCEPTION_RECORD)Image->RecordAddress,
                                 (PCONTEXT)Image->ContextAddress};
    NTSTATUS Status = KeCopyToUser((PVOID)Image->ContextAddress, Context, sizeof(*Context));

    if (NT_SUCCESS(Status)) {
        Status = KeCopyToUser((PVOID)Image->RecordAddress, Record, Image->RecordBytes);
    }
    return NT_SUCCESS(Status) ? KeCopyToUser((PVOID)Image->Esp, &Pointers, sizeof(Pointers))
                              : Status;
}

/* First chance of a program: its own handlers, through KiUserExceptionDispatcher. */
static NTSTATUS KiDispatchToUser(PEXCEPTION_RECORD Record, PKTRAP_FRAME Frame,
                                 const CONTEXT *Context)
{
    KI_EXCEPTION_IMAGE Image = KiPlaceImage(Record, Context->Esp);
    NTSTATUS Status = KiWriteImage(&Image, Record, Context);

    if (Status == STATUS_STACK_OVERFLOW) {
        /* The image itself ran into the last page: that is the exception now. Once. */
        *Record = (EXCEPTION_RECORD){
            .ExceptionCode = STATUS_STACK_OVERFLOW,
            .ExceptionAddress = Record->ExceptionAddress,
        };
        Image = KiPlaceImage(Record, Context->Esp);
        Status = KiWriteImage(&Image, Record, Context);
    }
    if (NT_SUCCESS(Status)) {
        KeLogEvent(EventToHandlers, 3, (ULONG)Record->ExceptionCode, KeUserExceptionDispatcher,
                   Image.Esp, 0);
        KiSetUserDispatcher(Frame, KeUserExceptionDispatcher, Image.Esp);
    }
    return Status;
}

/* TRUE: a debugger has handled it, and *Frame is what goes on. nt-facts 4.1, first chance 1, 2. */
static BOOLEAN KiOfferToDebuggers(PEXCEPTION_RECORD Record, PKTRAP_FRAME Frame, PCONTEXT Context)
{
    BOOLEAN Kernel = !KdIgnoreUmExceptions && PsGetCurrentProcess()->DebugPort == NULL;

    /* The services of int 2D are the kernel debugger's even when the process has its own. */
    if ((Kernel || KdIsService(Record)) && KiDebugRoutine(Record, Context, UserMode, FALSE)) {
        KeSetThreadContext(Frame, Context, UserMode);
        return TRUE;
    }
    return DbgkForwardException(Record, Frame, TRUE, FALSE);
}

static VOID KiDispatchUserException(PEXCEPTION_RECORD Record, PKTRAP_FRAME Frame, PCONTEXT Context,
                                    BOOLEAN FirstChance)
{
    NTSTATUS Code = Record->ExceptionCode;

    if (FirstChance) {
        if (KiOfferToDebuggers(Record, Frame, Context) ||
            NT_SUCCESS(KiDispatchToUser(Record, Frame, Context))) {
            return;
        }
        /* A stack that cannot be written: no handler can run, and the code stays (4.3). */
    }
    if (DbgkForwardException(Record, Frame, TRUE, TRUE) ||
        DbgkForwardException(Record, Frame, FALSE, TRUE)) {
        return;
    }
    PsReportUnhandledException(Record, Context);
    PsExitProcess(Code);
}

static VOID KiDispatchKernelException(PEXCEPTION_RECORD Record, PKTRAP_FRAME Frame,
                                      PCONTEXT Context, BOOLEAN FirstChance)
{
    if (!(FirstChance && (KiDebugRoutine(Record, Context, KernelMode, FALSE) ||
                          RtlDispatchException(Record, Context))) &&
        !KiDebugRoutine(Record, Context, KernelMode, TRUE)) {
        KeBugCheckTrap(KMODE_EXCEPTION_NOT_HANDLED, Record->ExceptionCode,
                       (ULONG)Record->ExceptionAddress, (ULONG)Frame, 0, Frame);
    }
    KeContextToKframes(Frame, Context, KernelMode);
}

VOID KiDispatchException(PEXCEPTION_RECORD Record, PKTRAP_FRAME Frame, KPROCESSOR_MODE PreviousMode,
                         BOOLEAN FirstChance)
{
    CONTEXT Context;

    KeGetCurrentPrcb()->KeExceptionDispatchCount++;
    KeLogEvent(EventException, Frame->SegCs & 3, (ULONG)Record->ExceptionCode,
               (ULONG)Record->ExceptionAddress, FirstChance, Record->ExceptionInformation[1]);
    KiNoteFrame(Frame);
    Context.ContextFlags =
        PreviousMode == UserMode ? HANDLER_CONTEXT : CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS;
    KeGetThreadContext(Frame, &Context);
    if (FirstChance && Record->ExceptionCode == STATUS_BREAKPOINT) {
        Context.Eip--; /* a handler sees the breakpoint, the frame what comes after it */
    }
    if (PreviousMode == UserMode) {
        KiDispatchUserException(Record, Frame, &Context, FirstChance);
    } else {
        KiDispatchKernelException(Record, Frame, &Context, FirstChance);
    }
}

VOID KiRaiseFault(PKTRAP_FRAME Frame, NTSTATUS Code, ULONG Address, ULONG Parameters, ULONG P0,
                  ULONG P1)
{
    EXCEPTION_RECORD Record = {
        .ExceptionCode = Code,
        .ExceptionAddress = (PVOID)Address,
        .NumberParameters = Parameters,
        .ExceptionInformation = {P0, P1},
    };

    KiDispatchException(&Record, Frame, KiIsUserFrame(Frame) ? UserMode : KernelMode, TRUE);
}
