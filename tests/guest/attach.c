/* SPDX-License-Identifier: MIT */
/*
 * A debugger that comes late, leaves early, or asks for what is refused. Source: the documentation
 * of DebugActiveProcess (what is told, in which order); Wine runs this program too.
 */
#include "debuggee.h"

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

static NTSTATUS NTAPI WaitToo(PVOID Parameter)
{
    (VOID) Parameter;
    Sleep(-1);
    return 0;
}

/* All threads that are there are told of, the process by the first; none runs before that. */
static VOID TwoThreads(VOID)
{
    RTL_USER_PROCESS_INFORMATION Child;

    Print("two threads\n");
    Child = Begin("two", FALSE);
    Sleep(100);
    Require(DbgUiConnectToDbg(), "debug object");
    Require(NtDebugActiveProcess(Child.ProcessHandle, DbgUiGetThreadDebugObject()), "attaching");
    while (Wait(50) == STATUS_SUCCESS) {
        Tell();
        Answer(DBG_CONTINUE);
    }
    NtTerminateProcess(Child.ProcessHandle, 9);
    RunToException();
    NtClose(Child.ProcessHandle);
    NtClose(Child.ThreadHandle);
}

/* Before its first instruction, and out by the debugger's answer. Wine does not take that one. */
static VOID Terminated(VOID)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Child;

    Print("terminated\n");
    Require(StartProgram(Path, "self wait", &Child), "process");
    Require(NtDebugActiveProcess(Child.ProcessHandle, DbgUiGetThreadDebugObject()), "attaching");
    NtResumeThread(Child.ThreadHandle, NULL);
    RunToException();
    Print("  answer: %s\n", StatusName(DbgUiContinue(&Event.AppClientId, DBG_TERMINATE_PROCESS)));
    RunToException();
    Print("  its status: %lX\n", JoinProcess(Child.ProcessHandle));
    NtClose(Child.ThreadHandle);
}

/* One thread out, by the answer; it was the only one. */
static VOID ThreadTerminated(VOID)
{
    RTL_USER_PROCESS_INFORMATION Child;

    Print("thread terminated\n");
    Child = Begin("wait", TRUE);
    RunToException();
    DbgUiContinue(&Event.AppClientId, DBG_TERMINATE_THREAD);
    RunToException();
    Print("  its process's status: %lX\n", JoinProcess(Child.ProcessHandle));
    NtClose(Child.ThreadHandle);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        if (strcmp(argv[1], "two") == 0) {
            StartThread(WaitToo, 0);
        }
        Sleep(-1);
        return 2;
    }
    Require(DbgUiConnectToDbg(), "debug object");
    Attach();
    Refused();
    Killed();
    DbgUiSetThreadDebugObject(NULL);
    TwoThreads();
    Terminated();
    ThreadTerminated();
    return 0;
}
