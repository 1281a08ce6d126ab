/* SPDX-License-Identifier: MIT */
/* The handler behind the SEH_ macros. */
#include "ntdll.h"
#include "seh.h"

DECLSPEC_NORETURN VOID SehpResume(SEH_FRAME *Frame);
VOID _global_unwind2(PVOID Frame); /* scopes.asm */
EXCEPTION_DISPOSITION SehpHandler(PEXCEPTION_RECORD Record,
                                  PEXCEPTION_REGISTRATION_RECORD Registration, PCONTEXT Context,
                                  PVOID DispatcherContext);

LONG SehExecuteHandler(PEXCEPTION_POINTERS Pointers)
{
    (VOID) Pointers;
    return EXCEPTION_EXECUTE_HANDLER;
}

EXCEPTION_DISPOSITION SehpHandler(PEXCEPTION_RECORD Record,
                                  PEXCEPTION_REGISTRATION_RECORD Registration, PCONTEXT Context,
                                  PVOID DispatcherContext)
{
    SEH_FRAME *Frame = CONTAINING_RECORD(Registration, SEH_FRAME, Registration);
    EXCEPTION_POINTERS Pointers = {Record, Context};
    LONG Verdict;

    (VOID) DispatcherContext;
    if (Record->ExceptionFlags & EXCEPTION_UNWIND) {
        return ExceptionContinueSearch;
    }
    Verdict = Frame->Filter(&Pointers);
    if (Verdict <= 0) {
        return Verdict < 0 ? ExceptionContinueExecution : ExceptionContinueSearch;
    }
    Frame->Code = Record->ExceptionCode;
    _global_unwind2(Registration); /* RtlUnwind itself would destroy our registers */
    SehpResume(Frame);
}
