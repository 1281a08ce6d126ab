/* SPDX-License-Identifier: MIT */
/*
 * DbgUi: what a debugger calls. Its debug object is the thread's (TEB.DbgSsReserved[1], as on XP),
 * so one thread does all the debugging.
 */
#include "ntdll.h"
#include "rtl/rtl.h"

#define BREAKIN_STACK 0x4000UL

HANDLE NTAPI DbgUiGetThreadDebugObject(VOID)
{
    return (HANDLE)NtCurrentTeb()->DbgSsReserved[1];
}

VOID NTAPI DbgUiSetThreadDebugObject(HANDLE DebugObject)
{
    NtCurrentTeb()->DbgSsReserved[1] = (ULONG)DebugObject;
}

NTSTATUS NTAPI DbgUiConnectToDbg(VOID)
{
    OBJECT_ATTRIBUTES Attributes;

    if (DbgUiGetThreadDebugObject() != NULL) {
        return STATUS_SUCCESS;
    }
    InitializeObjectAttributes(&Attributes, NULL, 0, NULL, NULL);
    return NtCreateDebugObject((PHANDLE)&NtCurrentTeb()->DbgSsReserved[1], DEBUG_ALL_ACCESS,
                               &Attributes, DEBUG_KILL_ON_CLOSE);
}

NTSTATUS NTAPI DbgUiWaitStateChange(PDBGUI_WAIT_STATE_CHANGE StateChange, PLARGE_INTEGER Timeout)
{
    return NtWaitForDebugEvent(DbgUiGetThreadDebugObject(), TRUE, Timeout, StateChange);
}

NTSTATUS NTAPI DbgUiContinue(PCLIENT_ID AppClientId, NTSTATUS ContinueStatus)
{
    return NtDebugContinue(DbgUiGetThreadDebugObject(), AppClientId, ContinueStatus);
}

NTSTATUS NTAPI DbgUiStopDebugging(HANDLE Process)
{
    return NtRemoveProcessDebug(Process, DbgUiGetThreadDebugObject());
}

/* The debugger may go just before the breakpoint: then nobody else is to be bothered with it. */
static EXCEPTION_DISPOSITION DbgpIgnoreBreakpoint(PEXCEPTION_RECORD Record,
                                                  PEXCEPTION_REGISTRATION_RECORD Frame,
                                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    if (Record->ExceptionCode != STATUS_BREAKPOINT || Record->ExceptionFlags & EXCEPTION_UNWIND) {
        return ExceptionContinueSearch;
    }
    Context->Eip++;
    return ExceptionContinueExecution;
}

VOID NTAPI DbgUiRemoteBreakin(PVOID Context)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {RtlpGetExceptionList(), DbgpIgnoreBreakpoint};

    (VOID) Context;
    if (NtCurrentTeb()->ProcessEnvironmentBlock->BeingDebugged) {
        RtlpSetExceptionList(&Frame);
        DbgBreakPoint();
        RtlpSetExceptionList(Frame.Next);
    }
    RtlExitUserThread(STATUS_SUCCESS);
}

NTSTATUS NTAPI DbgUiIssueRemoteBreakin(HANDLE Process)
{
    HANDLE Thread;
    NTSTATUS Status =
        RtlCreateUserThread(Process, NULL, FALSE, 0, BREAKIN_STACK, 0,
                            (PUSER_THREAD_START_ROUTINE)DbgUiRemoteBreakin, NULL, &Thread, NULL);

    if (NT_SUCCESS(Status)) {
        NtClose(Thread);
    }
    return Status;
}

NTSTATUS NTAPI DbgUiDebugActiveProcess(HANDLE Process)
{
    NTSTATUS Status = NtDebugActiveProcess(Process, DbgUiGetThreadDebugObject());

    if (NT_SUCCESS(Status)) {
        Status = DbgUiIssueRemoteBreakin(Process);
        if (!NT_SUCCESS(Status)) {
            DbgUiStopDebugging(Process);
        }
    }
    return Status;
}
