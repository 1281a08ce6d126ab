/* SPDX-License-Identifier: MIT */
/*
 * The outermost frame of a thread: what happens to an exception that no frame of the program's own
 * handles. nt-facts 4.10.
 */
#include "ntdll.h"
#include "rtl/rtl.h"

static PTOP_LEVEL_EXCEPTION_FILTER RtlpTopLevelFilter;

VOID NTAPI RtlSetUnhandledExceptionFilter(PTOP_LEVEL_EXCEPTION_FILTER Filter)
{
    RtlpTopLevelFilter = Filter;
}

/*
 * A filter that executes the handler ends the process with the exception's code, after the frames
 * inside have cleaned up. Without a filter, or under a debugger, the search goes on: to its end.
 */
static EXCEPTION_DISPOSITION RtlpThreadStartHandler(PEXCEPTION_RECORD Record,
                                                    PEXCEPTION_REGISTRATION_RECORD Frame,
                                                    PCONTEXT Context, PVOID Dispatcher)
{
    EXCEPTION_POINTERS Pointers = {Record, Context};
    volatile NTSTATUS Code = Record->ExceptionCode;
    LONG Verdict;

    (VOID) Dispatcher;
    if (Record->ExceptionFlags & EXCEPTION_UNWIND || RtlpTopLevelFilter == NULL ||
        NtCurrentTeb()->ProcessEnvironmentBlock->BeingDebugged) {
        return ExceptionContinueSearch;
    }
    Verdict = RtlpTopLevelFilter(&Pointers);
    if (Verdict < 0) {
        return ExceptionContinueExecution;
    }
    if (Verdict == EXCEPTION_EXECUTE_HANDLER) {
        RtlUnwind(Frame, NULL, Record, NULL);
        __asm__ volatile("" ::: "ebx", "esi", "edi"); /* RtlUnwind destroys them */
        NtTerminateProcess(NtCurrentProcess(), Code);
    }
    return ExceptionContinueSearch;
}

/*
 * From RtlUserThreadStart: runs the thread under its outermost frame. The record that ends the
 * chain when SEHOP is on lies above that one, as an outer frame must.
 */
DECLSPEC_NORETURN VOID RtlpRunThread(PUSER_THREAD_START_ROUTINE StartRoutine, PVOID Parameter)
{
    EXCEPTION_REGISTRATION_RECORD Frames[2];

    RtlInitializeExceptionChain(&Frames[1]);
    Frames[0].Next = RtlpGetExceptionList();
    Frames[0].Handler = RtlpThreadStartHandler;
    RtlpSetExceptionList(&Frames[0]);
    RtlExitUserThread(StartRoutine(Parameter));
}
