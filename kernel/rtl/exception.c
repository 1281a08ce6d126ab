/* SPDX-License-Identifier: MIT */
/*
 * RtlDispatchException: walks the chain at fs:[0], in ring 3 over the TEB's, in ring 0 over the
 * KPCR's. nt-facts 4.5.
 */
#include "rtl.h"

VOID RtlpRaiseChained(NTSTATUS Code, PEXCEPTION_RECORD Record)
{
    EXCEPTION_RECORD New = {
        .ExceptionCode = Code,
        .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
        .ExceptionRecord = Record,
    };

    RtlRaiseException(&New);
}

BOOLEAN NTAPI RtlDispatchException(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    PEXCEPTION_REGISTRATION_RECORD NestedFrame = NULL;
    PEXCEPTION_REGISTRATION_RECORD Frame;
    ULONG Low, High, Policy;

    if (RtlpCallVectoredHandlers(Record, Context)) {
        RtlpCallContinueHandlers(Record, Context);
        return TRUE;
    }
    RtlpGetStackLimits(&Low, &High);
    Policy = RtlpChainPolicy();
    if (Policy & RTLP_CHECK_CHAIN && !RtlpIsChainValid(Low, High)) {
        Record->ExceptionFlags |= EXCEPTION_STACK_INVALID;
        return FALSE;
    }
    for (Frame = RtlpGetExceptionList(); Frame != EXCEPTION_CHAIN_END; Frame = Frame->Next) {
        PEXCEPTION_REGISTRATION_RECORD Dispatcher = NULL;
        EXCEPTION_DISPOSITION Disposition;

        if (!RtlpIsFrameInBounds(Frame, Low, High) ||
            (Policy & RTLP_CHECK_HANDLER &&
             !RtlpIsHandlerValid(Frame->Handler, Policy, Low, High))) {
            Record->ExceptionFlags |= EXCEPTION_STACK_INVALID;
            return FALSE;
        }
        RtlpNoteEvent(EventHandlerCall, (ULONG)Frame->Handler, (ULONG)Frame, Record->ExceptionFlags,
                      (ULONG)Record->ExceptionCode);
        Disposition =
            RtlpExecuteHandlerForException(Record, Frame, Context, &Dispatcher, Frame->Handler);
        RtlpNoteEvent(EventHandlerReturn, (ULONG)Frame->Handler, (ULONG)Frame, Disposition,
                      (ULONG)Record->ExceptionCode);
        if (Frame == NestedFrame) {
            /* The frame whose handler had faulted has been passed: no longer nested. */
            Record->ExceptionFlags &= ~EXCEPTION_NESTED_CALL;
            NestedFrame = NULL;
        }
        switch (Disposition) {
        case ExceptionContinueExecution:
            if (!(Record->ExceptionFlags & EXCEPTION_NONCONTINUABLE)) {
                RtlpCallContinueHandlers(Record, Context);
                return TRUE;
            }
            RtlpRaiseChained(STATUS_NONCONTINUABLE_EXCEPTION, Record);
            break;
        case ExceptionContinueSearch:
            if (Record->ExceptionFlags & EXCEPTION_STACK_INVALID) {
                return FALSE;
            }
            break;
        case ExceptionNestedException:
            Record->ExceptionFlags |= EXCEPTION_NESTED_CALL;
            if (Dispatcher > NestedFrame) {
                NestedFrame = Dispatcher;
            }
            break;
        default:
            RtlpRaiseChained(STATUS_INVALID_DISPOSITION, Record);
        }
    }
    return FALSE;
}
