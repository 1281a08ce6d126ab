/* SPDX-License-Identifier: MIT */
/* Running programs: in front, until they end or Ctrl+C ends them; or behind. */
#include "shell.h"

#define MAXIMUM_JOBS 64
#define MAXIMUM_NAME 60

typedef struct {
    HANDLE Process;
    ULONG Id;
    CHAR Name[32];
} JOB;

static JOB Jobs[MAXIMUM_JOBS];
static ULONG JobCount;

static NTSTATUS ExitStatusOf(HANDLE Process)
{
    PROCESS_BASIC_INFORMATION Basic = {.ExitStatus = STATUS_UNSUCCESSFUL};

    NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);
    return Basic.ExitStatus;
}

/* A small number is main's; the rest has names. */
static VOID PrintStatus(NTSTATUS Status)
{
    if (Status > 0 && Status < 256) {
        Print("exit status %ld\n", Status);
    } else {
        Print("%s (%08lX)\n", StatusName(Status), Status);
    }
}

/* 0 is not worth a line. */
static VOID Report(PCSTR Name, NTSTATUS Status)
{
    if (Status != STATUS_SUCCESS) {
        Print("%s: ", Name);
        PrintStatus(Status);
    }
}

VOID ReportEnded(VOID)
{
    LARGE_INTEGER Zero = {.QuadPart = 0};

    for (ULONG i = JobCount; i-- != 0;) {
        JOB *Job = &Jobs[i];

        if (NtWaitForSingleObject(Job->Process, FALSE, &Zero) == STATUS_SUCCESS) {
            Print("[%lu] %s has ended: ", Job->Id, Job->Name);
            PrintStatus(ExitStatusOf(Job->Process));
            NtClose(Job->Process);
            *Job = Jobs[--JobCount];
        }
    }
}

/* The event that Ctrl+C sets; NULL: nobody has made it. */
static HANDLE OpenBreak(VOID)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    HANDLE Event = NULL;

    RtlInitUnicodeString(&Name, u"\\BaseNamedObjects\\ConsoleBreak");
    InitializeObjectAttributes(&Attributes, &Name, 0, NULL, NULL);
    NtOpenEvent(&Event, EVENT_ALL_ACCESS, &Attributes);
    return Event;
}

/* Waits for Process. TRUE: Ctrl+C came first. */
static BOOLEAN WaitOrBreak(HANDLE Process)
{
    static HANDLE Break;
    HANDLE Handles[2] = {Process};
    NTSTATUS Status;

    if (Break == NULL) {
        Break = OpenBreak();
    }
    Handles[1] = Break;
    Status = NtWaitForMultipleObjects(Break != NULL ? 2 : 1, Handles, WaitAny, FALSE, NULL);
    return Status == STATUS_SUCCESS + 1;
}

VOID WaitForBackground(VOID)
{
    for (ULONG i = 0; i < JobCount; i++) {
        if (WaitOrBreak(Jobs[i].Process)) {
            Print("^C\n");
            return;
        }
    }
}

static VOID RunInFront(HANDLE Process, PCSTR Name)
{
    if (WaitOrBreak(Process)) {
        Print("^C\n");
        NtTerminateProcess(Process, STATUS_CONTROL_C_EXIT);
        NtWaitForSingleObject(Process, FALSE, NULL);
    }
    Report(Name, ExitStatusOf(Process));
    NtClose(Process);
}

static VOID RunBehind(HANDLE Process, ULONG Id, PCSTR Name)
{
    JOB *Job = &Jobs[JobCount];

    if (JobCount == MAXIMUM_JOBS) {
        Print("[%lu] %s runs, and its end will not be told: there are too many\n", Id, Name);
        NtClose(Process);
        return;
    }
    JobCount++;
    Job->Process = Process;
    Job->Id = Id;
    _snprintf(Job->Name, sizeof(Job->Name) - 1, "%s", Name);
    Print("[%lu] %s\n", Id, Name);
}

/* "\SystemRoot\name", with .exe if the name has no extension. */
static BOOLEAN MakePath(PCSTR Name, PUNICODE_STRING Path)
{
    CHAR Text[80];
    BOOLEAN Dot = FALSE;

    for (PCSTR At = Name; *At != 0; At++) {
        Dot = Dot || *At == '.';
    }
    if (strlen(Name) > MAXIMUM_NAME) {
        Name = "a name so long"; /* is nobody's */
    }
    return _snprintf(Text, sizeof(Text), "\\SystemRoot\\%s%s", Name, Dot ? "" : ".exe") >= 0 &&
           RtlCreateUnicodeStringFromAsciiz(Path, Text);
}

/* What runs behind has an empty input: the keys are the shell's, or the program's in front. */
static NTSTATUS StartBehind(PUNICODE_STRING Path, PCSTR Line,
                            PRTL_USER_PROCESS_INFORMATION Information)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING Name;
    HANDLE Null;
    NTSTATUS Status;

    RtlInitUnicodeString(&Name, u"\\Device\\Null");
    InitializeObjectAttributes(&Attributes, &Name, 0, NULL, NULL);
    Status = NtOpenFile(&Null, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0);
    if (NT_SUCCESS(Status)) {
        Status = StartProgramOn(Null, Path, Line, Information);
        NtClose(Null);
    }
    return Status;
}

VOID RunProgram(PCSTR Line, PCSTR Name, BOOLEAN Background)
{
    RTL_USER_PROCESS_INFORMATION Information;
    UNICODE_STRING Path;
    NTSTATUS Status = STATUS_NO_MEMORY;

    if (MakePath(Name, &Path)) {
        Status = Background ? StartBehind(&Path, Line, &Information)
                            : StartProgram(&Path, Line, &Information);
        RtlFreeUnicodeString(&Path);
    }
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND) {
        Print("%s: there is no such command or program; `help` and `dir` list them\n", Name);
        return;
    }
    if (!NT_SUCCESS(Status)) {
        Complain(Name, Status);
        return;
    }
    NtResumeThread(Information.ThreadHandle, NULL);
    NtClose(Information.ThreadHandle);
    if (Background) {
        RunBehind(Information.ProcessHandle, (ULONG)Information.ClientId.UniqueProcess, Name);
    } else {
        RunInFront(Information.ProcessHandle, Name);
    }
}
