/* SPDX-License-Identifier: MIT */
/* What an event is about, said as WinDbg says it; and the list of threads. */
#include "ntsd.h"

static VOID AddThread(HANDLE Handle)
{
    if (ThreadCount < MAXIMUM_THREADS) {
        Threads[ThreadCount++] = (THREAD){(ULONG)Event.AppClientId.UniqueThread, Handle};
    } else {
        NtClose(Handle);
    }
}

static VOID RemoveThread(VOID)
{
    for (ULONG i = 0; i < ThreadCount; i++) {
        if (Threads[i].Id == (ULONG)Event.AppClientId.UniqueThread) {
            NtClose(Threads[i].Handle);
            Threads[i] = Threads[--ThreadCount];
        }
    }
}

static VOID ShowModule(ULONG Base, HANDLE File, ULONG Offset, ULONG Count)
{
    MODULE *Module = AddModule(Base, File, Offset, Count);

    if (File != NULL) {
        NtClose(File);
    }
    if (Module != NULL) {
        Print("ModLoad: %08lx %08lx   %s\n", Base, Base + Module->Size, Module->Name);
    }
}

static VOID ShowWho(VOID)
{
    Print("(%lx.%lx): ", ProcessId, (ULONG)Event.AppClientId.UniqueThread);
}

static PCSTR ExceptionName(NTSTATUS Code)
{
    switch (Code) {
    case STATUS_ACCESS_VIOLATION:
        return "Access violation";
    case STATUS_BREAKPOINT:
        return "Break instruction exception";
    case STATUS_SINGLE_STEP:
        return "Single step exception";
    case STATUS_INTEGER_DIVIDE_BY_ZERO:
        return "Integer divide-by-zero";
    case STATUS_ILLEGAL_INSTRUCTION:
        return "Illegal instruction";
    case STATUS_STACK_OVERFLOW:
        return "Stack overflow";
    default:
        return StatusName(Code);
    }
}

static VOID ShowException(VOID)
{
    const EXCEPTION_RECORD *Record = &Event.StateInfo.Exception.ExceptionRecord;
    BOOLEAN First = Event.StateInfo.Exception.FirstChance != 0;

    ShowWho();
    Print("%s - code %08lx (%s)\n", ExceptionName(Record->ExceptionCode), Record->ExceptionCode,
          First ? "first chance" : "!!! second chance !!!");
    if (Record->ExceptionCode == STATUS_ACCESS_VIOLATION && Record->NumberParameters == 2) {
        Print("Attempt to %s %08lx\n",
              Record->ExceptionInformation[0] != 0 ? "write to" : "read from",
              Record->ExceptionInformation[1]);
    }
}

/* Our own breakpoints and steps say nothing of themselves: where they are is enough. */
static BOOLEAN ShowStop(VOID)
{
    BOOLEAN Step = Event.NewState == DbgSingleStepStateChange;

    if (Step && FinishStep()) {
        PrepareToRun();
        return FALSE;
    }
    if (!AtBreakpoint() && !Step) {
        ShowException();
    }
    ForgetStepping();
    ShowRegisters();
    return TRUE;
}

BOOLEAN ShowEvent(VOID)
{
    switch (Event.NewState) {
    case DbgCreateProcessStateChange: {
        const DBGKM_CREATE_PROCESS *New = &Event.StateInfo.CreateProcessInfo.NewProcess;

        Process = Event.StateInfo.CreateProcessInfo.HandleToProcess;
        ProcessId = (ULONG)Event.AppClientId.UniqueProcess;
        AddThread(Event.StateInfo.CreateProcessInfo.HandleToThread);
        ShowModule((ULONG)New->BaseOfImage, New->FileHandle, New->DebugInfoFileOffset,
                   New->DebugInfoSize);
        return FALSE;
    }
    case DbgCreateThreadStateChange:
        AddThread(Event.StateInfo.CreateThread.HandleToThread);
        PrepareToRun();
        return FALSE;
    case DbgExitThreadStateChange:
        RemoveThread();
        PrepareToRun();
        return FALSE;
    case DbgLoadDllStateChange: {
        const DBGKM_LOAD_DLL *Load = &Event.StateInfo.LoadDll;

        ShowModule((ULONG)Load->BaseOfDll, Load->FileHandle, Load->DebugInfoFileOffset,
                   Load->DebugInfoSize);
        PrepareToRun();
        return FALSE;
    }
    case DbgUnloadDllStateChange:
        RemoveModule((ULONG)Event.StateInfo.UnloadDll);
        PrepareToRun();
        return FALSE;
    case DbgExitProcessStateChange:
        ShowWho();
        Print("the process has ended: %s\n", StatusName(Event.StateInfo.ExitStatus));
        return FALSE;
    default:
        return ShowStop();
    }
}
