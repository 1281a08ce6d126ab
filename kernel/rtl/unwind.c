/* SPDX-License-Identifier: MIT */
/* RtlUnwind: the second pass, in which the frames inside the target clean up. nt-facts 4.7. */
#include "rtl.h"

/*
 * The context in which RtlUnwind's caller goes on: after the call, its four arguments popped.
 * The general registers are zero, as NT's are: RtlUnwind destroys EBX, ESI and EDI.
 */
static VOID RtlpCaptureUnwindContext(PCONTEXT Context, ULONG *FrameAddress, PVOID ReturnAddress,
                                     PVOID ReturnValue)
{
    memset(Context, 0, sizeof(*Context));
    Context->ContextFlags = CONTEXT_FULL;
    Context->Ebp = FrameAddress[0];
    Context->Eip = (ULONG)ReturnAddress;
    Context->Esp = (ULONG)(FrameAddress + 2) + 4 * sizeof(ULONG);
    Context->Eax = (ULONG)ReturnValue;
    __asm__ volatile("movw %%cs, %w0" : "=r"(Context->SegCs));
    __asm__ volatile("movw %%ss, %w0" : "=r"(Context->SegSs));
    __asm__ volatile("movw %%ds, %w0" : "=r"(Context->SegDs));
    __asm__ volatile("movw %%es, %w0" : "=r"(Context->SegEs));
    __asm__ volatile("movw %%fs, %w0" : "=r"(Context->SegFs));
    __asm__ volatile("movw %%gs, %w0" : "=r"(Context->SegGs));
    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(Context->EFlags));
    Context->SegCs &= 0xFFFF;
    Context->SegSs &= 0xFFFF;
    Context->SegDs &= 0xFFFF;
    Context->SegEs &= 0xFFFF;
    Context->SegFs &= 0xFFFF;
    Context->SegGs &= 0xFFFF;
}

VOID NTAPI RtlUnwind(PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD Record, PVOID ReturnValue)
{
    PEXCEPTION_REGISTRATION_RECORD Target = TargetFrame;
    PEXCEPTION_REGISTRATION_RECORD Frame;
    EXCEPTION_RECORD LocalRecord;
    CONTEXT Context;
    ULONG Low, High;

    (VOID) TargetIp; /* the i386 comes back to the caller */
    if (Record == NULL) {
        LocalRecord = (EXCEPTION_RECORD){
            .ExceptionCode = STATUS_UNWIND,
            .ExceptionAddress = __builtin_return_address(0),
        };
        Record = &LocalRecord;
    }
    Record->ExceptionFlags |= EXCEPTION_UNWINDING;
    if (TargetFrame == NULL) {
        Record->ExceptionFlags |= EXCEPTION_EXIT_UNWIND;
    }
    RtlpCaptureUnwindContext(&Context, __builtin_frame_address(0), __builtin_return_address(0),
                             ReturnValue);
    RtlpGetStackLimits(&Low, &High);
    RtlpNoteEvent(EventUnwindStart, (ULONG)TargetFrame, Context.Eip, (ULONG)Record->ExceptionCode,
                  (ULONG)ReturnValue);

    Frame = RtlpGetExceptionList();
    while (Frame != EXCEPTION_CHAIN_END) {
        PEXCEPTION_REGISTRATION_RECORD Dispatcher = NULL;

        if (Frame == Target) {
            RtlpNoteEvent(EventUnwindEnd, (ULONG)Target, Context.Eip, Context.Esp, Context.Eax);
            ZwContinue(&Context, FALSE);
        }
        if (Target != NULL && Target < Frame) {
            RtlpRaiseChained(STATUS_INVALID_UNWIND_TARGET, Record);
        }
        if (!RtlpIsFrameInBounds(Frame, Low, High)) {
            RtlpRaiseChained(STATUS_BAD_STACK, Record);
        }
        RtlpNoteEvent(EventUnwindCall, (ULONG)Frame->Handler, (ULONG)Frame, Record->ExceptionFlags,
                      (ULONG)Record->ExceptionCode);
        switch (RtlpExecuteHandlerForUnwind(Record, Frame, &Context, &Dispatcher, Frame->Handler)) {
        case ExceptionContinueSearch:
            break;
        case ExceptionCollidedUnwind:
            Frame = Dispatcher; /* that frame was being unwound already: go on behind it */
            break;
        default:
            RtlpRaiseChained(STATUS_INVALID_DISPOSITION, Record);
        }
        Frame = Frame->Next;
        RtlpSetExceptionList(Frame);
    }
    if (Target == EXCEPTION_CHAIN_END) {
        ZwContinue(&Context, FALSE);
    }
    /* The chain ended before the target, or there was none (exit unwind): the last chance. */
    ZwRaiseException(Record, &Context, FALSE);
}
