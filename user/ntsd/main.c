/* SPDX-License-Identifier: MIT */
/* ntsd: a debugger for programs. It starts one or attaches to one, and answers its events. */
#include "ntsd.h"

HANDLE Process;
ULONG ProcessId;
DBGUI_WAIT_STATE_CHANGE Event;
CONTEXT Context;
BOOLEAN ContextChanged;
ULONG ThreadId;
THREAD Threads[MAXIMUM_THREADS];
ULONG ThreadCount;

VOID Complain(PCSTR What, NTSTATUS Status)
{
    Print("ntsd: %s: %s\n", What, StatusName(Status));
}

/* The command line from the program's name on: everything behind our own. */
static PCSTR Rest(PCHAR Line, ULONG Size)
{
    PUNICODE_STRING Whole =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->CommandLine;
    PCHAR At = Line;

    _snprintf(Line, Size - 1, "%wZ", Whole);
    Line[Size - 1] = 0;
    while (*At != 0 && *At != ' ') {
        At++;
    }
    while (*At == ' ') {
        At++;
    }
    return At;
}

static NTSTATUS Start(PCSTR Name)
{
    RTL_USER_PROCESS_INFORMATION Information;
    CHAR Line[512], Path[160];
    UNICODE_STRING Wide;
    BOOLEAN Dot = FALSE;
    NTSTATUS Status;

    for (PCSTR At = Name; *At != 0; At++) {
        Dot = Dot || *At == '.';
    }
    if (_snprintf(Path, sizeof(Path), "\\SystemRoot\\%s%s", Name, Dot ? "" : ".exe") < 0 ||
        !RtlCreateUnicodeStringFromAsciiz(&Wide, Path)) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    Status =
        StartDebugged(DbgUiGetThreadDebugObject(), &Wide, Rest(Line, sizeof(Line)), &Information);
    RtlFreeUnicodeString(&Wide);
    if (NT_SUCCESS(Status)) {
        NtResumeThread(Information.ThreadHandle, NULL);
        NtClose(Information.ThreadHandle);
        NtClose(Information.ProcessHandle);
    }
    return Status;
}

static NTSTATUS Attach(ULONG Id)
{
    CLIENT_ID Cid = {(HANDLE)Id, NULL};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    NTSTATUS Status;

    InitializeObjectAttributes(&Attributes, NULL, 0, NULL, NULL);
    Status = NtOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid);
    if (NT_SUCCESS(Status)) {
        Status = DbgUiDebugActiveProcess(Handle);
        NtClose(Handle);
    }
    return Status;
}

static HANDLE ThreadOf(ULONG Id)
{
    for (ULONG i = 0; i < ThreadCount; i++) {
        if (Threads[i].Id == Id) {
            return Threads[i].Handle;
        }
    }
    return NULL;
}

VOID Flush(VOID)
{
    if (ContextChanged) {
        NtSetContextThread(ThreadOf(ThreadId), &Context);
        ContextChanged = FALSE;
    }
}

VOID Select(ULONG Id)
{
    Flush();
    ThreadId = Id;
    Context.ContextFlags = CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS;
    NtGetContextThread(ThreadOf(Id), &Context);
}

/* The answer to Event. 0: leave. */
static NTSTATUS Answer(VOID)
{
    NTSTATUS Status = DBG_CONTINUE;

    Select((ULONG)Event.AppClientId.UniqueThread);
    RemoveBreakpoints();
    if (ShowEvent()) {
        Status = Ask();
    }
    if (Status != 0) {
        Flush();
    }
    return Status;
}

/* The process's exit status, once its exit has been told. */
static NTSTATUS Debug(VOID)
{
    NTSTATUS Status;

    for (;;) {
        do {
            Status = DbgUiWaitStateChange(&Event, NULL);
        } while (Status == STATUS_ALERTED || Status == STATUS_USER_APC);
        if (Status != STATUS_SUCCESS) {
            Complain("waiting", Status);
            return Status;
        }
        Status = Answer();
        if (Status == 0) {
            return STATUS_SUCCESS;
        }
        DbgUiContinue(&Event.AppClientId, Status);
        if (Event.NewState == DbgExitProcessStateChange) {
            return Event.StateInfo.ExitStatus;
        }
    }
}

int main(int argc, char **argv)
{
    BOOLEAN Attaching = argc == 3 && strcmp(argv[1], "-p") == 0;
    NTSTATUS Status;

    if (argc < 2 || (argv[1][0] == '-' && !Attaching)) {
        Print("ntsd PROGRAM [ARGUMENTS]   starts a program under the debugger\n"
              "ntsd -p PROCESS            attaches to one, by its id (decimal)\n");
        return 1;
    }
    Require(DbgUiConnectToDbg(), "debug object");
    Status = Attaching ? Attach(Number(argv[2])) : Start(argv[1]);
    if (!NT_SUCCESS(Status)) {
        Complain(Attaching ? argv[2] : argv[1], Status);
        return 1;
    }
    return Debug();
}
