/* SPDX-License-Identifier: MIT */
/*
 * What the two programs share that debug themselves (debugger.c, attach.c): this program again,
 * with an argument, its events, and what is said of them.
 */
#pragma once

#include "mica.h"

static DBGUI_WAIT_STATE_CHANGE Event;
static HANDLE Process, Thread;

static PVOID NtdllBase(VOID)
{
    UNICODE_STRING Name;
    PVOID Base = NULL;

    RtlInitUnicodeString(&Name, u"ntdll.dll");
    LdrGetDllHandle(NULL, NULL, &Name, &Base);
    return Base;
}

static RTL_USER_PROCESS_INFORMATION Begin(PCSTR Argument, BOOLEAN Debugged)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Information;
    CHAR Line[64];

    sprintf(Line, "self %s", Argument);
    Require(Debugged ? StartDebugged(DbgUiGetThreadDebugObject(), Path, Line, &Information)
                     : StartProgram(Path, Line, &Information),
            "process");
    NtResumeThread(Information.ThreadHandle, NULL);
    return Information;
}

static VOID CloseIfAny(HANDLE Handle)
{
    if (Handle != NULL) {
        NtClose(Handle);
    }
}

/* FALSE: not worth a line, or another image than ntdll. */
static BOOLEAN Tell(VOID)
{
    const EXCEPTION_RECORD *Record = &Event.StateInfo.Exception.ExceptionRecord;

    switch (Event.NewState) {
    case DbgCreateProcessStateChange:
        Process = Event.StateInfo.CreateProcessInfo.HandleToProcess;
        Thread = Event.StateInfo.CreateProcessInfo.HandleToThread;
        CloseIfAny(Event.StateInfo.CreateProcessInfo.NewProcess.FileHandle);
        Print("  create process, its image at %08lX\n",
              (ULONG)Event.StateInfo.CreateProcessInfo.NewProcess.BaseOfImage);
        break;
    case DbgCreateThreadStateChange:
        CloseIfAny(Event.StateInfo.CreateThread.HandleToThread);
        Print("  create thread\n");
        break;
    case DbgExitThreadStateChange:
        Print("  exit thread: %ld\n", Event.StateInfo.ExitStatus);
        break;
    case DbgExitProcessStateChange:
        Print("  exit process: %s\n",
              Event.StateInfo.ExitStatus < 256 && Event.StateInfo.ExitStatus > 0
                  ? "as it said"
                  : StatusName(Event.StateInfo.ExitStatus));
        break;
    case DbgLoadDllStateChange:
        CloseIfAny(Event.StateInfo.LoadDll.FileHandle);
        if (Event.StateInfo.LoadDll.BaseOfDll != NtdllBase()) {
            return FALSE;
        }
        Print("  load ntdll\n");
        break;
    case DbgUnloadDllStateChange:
        Print("  unload an image\n");
        break;
    default:
        Print("  %s, %s chance\n", StatusName(Record->ExceptionCode),
              Event.StateInfo.Exception.FirstChance ? "first" : "second");
    }
    return TRUE;
}

static NTSTATUS Wait(LONG Milliseconds)
{
    LARGE_INTEGER Timeout = {.QuadPart = -10000LL * Milliseconds};

    return DbgUiWaitStateChange(&Event, &Timeout);
}

static VOID Answer(NTSTATUS Status)
{
    Require(DbgUiContinue(&Event.AppClientId, Status), "continue");
}

static BOOLEAN IsException(VOID)
{
    return Event.NewState >= DbgExceptionStateChange && Event.NewState <= DbgSingleStepStateChange;
}

/* Tells of what comes until an exception; FALSE: the process has ended first. */
static BOOLEAN RunToException(VOID)
{
    for (;;) {
        Require(Wait(5000), "event");
        Tell();
        if (IsException()) {
            return TRUE;
        }
        Answer(DBG_CONTINUE);
        if (Event.NewState == DbgExitProcessStateChange) {
            NtClose(Process);
            NtClose(Thread);
            return FALSE;
        }
    }
}
