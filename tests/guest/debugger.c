/* SPDX-License-Identifier: MIT */
/*
 * One program debugs another: itself, with an argument. Which events come, in which order, what an
 * answer means, what a debugger may change; attaching and leaving. Source: nt-facts 4.1; the
 * documentation of debug events (order, first and second chance); Wine runs this program too.
 */
#include "mica.h"

#define FAULT_ADDRESS 0x10UL
#define EFLAGS_TF 0x100UL

/* --- the child */

static volatile LONG Counter;
static volatile ULONG Word = 77;

static DECLSPEC_NOINLINE ULONG Read(volatile ULONG *Address)
{
    __asm__ volatile("" : "+r"(Address)); /* in a register, whatever the compiler knows of it */
    return *Address;
}

static NTSTATUS NTAPI CountForever(PVOID Parameter)
{
    (VOID) Parameter;
    for (;;) {
        Counter++;
        NtYieldExecution();
    }
    return 0;
}

static NTSTATUS NTAPI ReturnFive(PVOID Parameter)
{
    (VOID) Parameter;
    return 5;
}

static int Fault(VOID)
{
    ULONG Value = 0;

    __try {
        Value = Read((PULONG)FAULT_ADDRESS);
        Print("    child: no exception, the word is %lu\n", Value);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("    child: my handler runs\n");
    }
    return 3;
}

static int Child(PCSTR What)
{
    if (strcmp(What, "fault") == 0) {
        return Fault();
    }
    if (strcmp(What, "die") == 0) {
        Read((PULONG)FAULT_ADDRESS);
    }
    if (strcmp(What, "thread") == 0) {
        return JoinThread(StartThread(ReturnFive, 0)) == 5 ? 4 : 1;
    }
    if (strcmp(What, "break") == 0) {
        DbgBreakPoint();
        return 6;
    }
    if (strcmp(What, "freeze") == 0) {
        StartThread(CountForever, 0);
        Sleep(50);
        DbgBreakPoint();
        DbgBreakPoint();
        return 7;
    }
    if (strcmp(What, "wait") == 0) {
        Sleep(-1);
    }
    return 2;
}

/* --- the debugger */

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
        return FALSE;
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

/* The first exception is the loader's breakpoint. */
static VOID Start(PCSTR Argument)
{
    RTL_USER_PROCESS_INFORMATION Information;

    Print("%s\n", Argument);
    Information = Begin(Argument, TRUE);
    NtClose(Information.ProcessHandle);
    NtClose(Information.ThreadHandle);
    RunToException();
    Answer(DBG_CONTINUE);
}

static CONTEXT GetContext(VOID)
{
    CONTEXT Context = {.ContextFlags = CONTEXT_FULL};

    Require(NtGetContextThread(Thread, &Context), "context");
    return Context;
}

static VOID SetContext(CONTEXT *Context)
{
    Require(NtSetContextThread(Thread, Context), "context");
}

static VOID Events(VOID)
{
    Start("thread");
    RunToException();
}

static VOID NotHandled(VOID)
{
    Start("fault");
    RunToException();
    Answer(DBG_EXCEPTION_NOT_HANDLED);
    RunToException();
}

/* The load is made anew, from an address that has something, in the register that had the other. */
static VOID Handled(VOID)
{
    CONTEXT Context;

    Start("fault");
    RunToException();
    Context = GetContext();
    Context.Eax = Context.Eax == FAULT_ADDRESS ? (ULONG)&Word : Context.Eax;
    Context.Ecx = Context.Ecx == FAULT_ADDRESS ? (ULONG)&Word : Context.Ecx;
    Context.Edx = Context.Edx == FAULT_ADDRESS ? (ULONG)&Word : Context.Edx;
    SetContext(&Context);
    Answer(DBG_CONTINUE);
    RunToException();
}

static VOID SecondChance(VOID)
{
    Start("die");
    RunToException();
    Answer(DBG_EXCEPTION_NOT_HANDLED);
    RunToException();
    Answer(DBG_EXCEPTION_NOT_HANDLED);
    RunToException();
}

/* What a debugger sees of an INT3; then steps, each an exception with TF gone again. */
static VOID Steps(VOID)
{
    CONTEXT Context;
    ULONG Before;

    Start("break");
    RunToException();
    Context = GetContext();
    Before = Context.Eip;
    Print("  EIP behind the INT3: %d\n",
          Before == (ULONG)Event.StateInfo.Exception.ExceptionRecord.ExceptionAddress + 1);
    Context.EFlags |= EFLAGS_TF;
    SetContext(&Context);
    Answer(DBG_CONTINUE);
    RunToException();
    Context = GetContext();
    Print("  elsewhere: %d, TF is set: %d\n", Context.Eip != Before,
          (Context.EFlags & EFLAGS_TF) != 0);
    Answer(DBG_CONTINUE);
    RunToException();
}

static LONG ReadCounter(VOID)
{
    LONG Value = -1;

    NtReadVirtualMemory(Process, (PVOID)&Counter, &Value, sizeof(Value), NULL);
    return Value;
}

/* While an event is open, nothing of the process runs. */
static VOID Frozen(VOID)
{
    LONG First, Second;

    Start("freeze");
    RunToException();
    First = ReadCounter();
    Sleep(100);
    Print("  it has counted: %d; while the event is open it counts: %d\n", First > 0,
          ReadCounter() != First);
    Answer(DBG_CONTINUE);
    RunToException();
    Second = ReadCounter();
    Print("  afterwards on: %d\n", Second >= First);
    Answer(DBG_CONTINUE);
    RunToException();
}

static BOOLEAN BeingDebugged(HANDLE Of)
{
    PROCESS_BASIC_INFORMATION Basic;
    BOOLEAN Value = 2;

    NtQueryInformationProcess(Of, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);
    NtReadVirtualMemory(Of, &((PPEB)Basic.PebBaseAddress)->BeingDebugged, &Value, sizeof(Value),
                        NULL);
    return Value;
}

static ULONG Port(HANDLE Of)
{
    ULONG Value = 2;

    NtQueryInformationProcess(Of, ProcessDebugPort, &Value, sizeof(Value), NULL);
    return Value;
}

static VOID Attach(VOID)
{
    RTL_USER_PROCESS_INFORMATION Child;

    Print("attach\n");
    Child = Begin("wait", FALSE);
    Sleep(100);
    Print("  being debugged: %d, port %ld\n", BeingDebugged(Child.ProcessHandle),
          (LONG)Port(Child.ProcessHandle));
    Require(DbgUiDebugActiveProcess(Child.ProcessHandle), "attaching");
    Print("  being debugged: %d, port %ld\n", BeingDebugged(Child.ProcessHandle),
          (LONG)Port(Child.ProcessHandle));
    Print("  once more: %d\n",
          NT_SUCCESS(NtDebugActiveProcess(Child.ProcessHandle, DbgUiGetThreadDebugObject())));
    RunToException();
    Answer(DBG_CONTINUE);
    Require(Wait(5000), "event");
    Tell();
    Answer(DBG_CONTINUE);
    Print("  then nothing: %s\n", StatusName(Wait(50)));
    Print("  detach: %s\n", StatusName(DbgUiStopDebugging(Child.ProcessHandle)));
    Print("  being debugged: %d, port %ld\n", BeingDebugged(Child.ProcessHandle),
          (LONG)Port(Child.ProcessHandle));
    Print("  it lives on: %s\n", StatusName(WaitFor(Child.ProcessHandle, 20)));
    NtTerminateProcess(Child.ProcessHandle, 9);
    Print("  and is ended: %ld\n", JoinProcess(Child.ProcessHandle));
    NtClose(Child.ThreadHandle);
}

static VOID Refused(VOID)
{
    CLIENT_ID Nobody = {(HANDLE)0xFFF0, (HANDLE)0xFFF4};
    HANDLE Object = NULL;

    Print("refused\n");
    Print("  wrong flags: %s\n",
          StatusName(NtCreateDebugObject(&Object, DEBUG_ALL_ACCESS, NULL, 0x10)));
    Print("  oneself: %s\n",
          StatusName(NtDebugActiveProcess(NtCurrentProcess(), DbgUiGetThreadDebugObject())));
    Print("  no object: %s\n", StatusName(NtDebugActiveProcess(NtCurrentProcess(), NULL)));
    Print("  nobody's event: %s\n", StatusName(DbgUiContinue(&Nobody, DBG_CONTINUE)));
    Print("  no answer: %s\n", StatusName(DbgUiContinue(&Nobody, 5)));
    Print("  no event: %s\n", StatusName(Wait(10)));
}

/* The debugger goes, and what it debugged goes with it. */
static VOID Killed(VOID)
{
    HANDLE Object = DbgUiGetThreadDebugObject();
    RTL_USER_PROCESS_INFORMATION Child;

    Print("killed\n");
    Child = Begin("wait", TRUE);
    RunToException();
    NtClose(Object);
    Print("  ends with its debugger: %d\n", JoinProcess(Child.ProcessHandle) != 2);
    NtClose(Child.ThreadHandle);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return Child(argv[1]);
    }
    Require(DbgUiConnectToDbg(), "debug object");
    Events();
    NotHandled();
    Handled();
    SecondChance();
    Steps();
    Frozen();
    Attach();
    Refused();
    Killed();
    return 0;
}
