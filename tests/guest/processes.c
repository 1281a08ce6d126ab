/* SPDX-License-Identifier: MIT */
/*
 * Processes from their beginning to their end: what a child gets, how it ends, what its parent sees
 * of that; and a clone. A child is this program with an argument.
 */
#include "mica.h"

#define SELF NtCurrentProcess()

static ULONG Data[0x1000] = {1};

static VOID Describe(PCSTR What, HANDLE Process)
{
    PROCESS_BASIC_INFORMATION Basic;
    NTSTATUS Status =
        NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);

    Print("%s: %s, exit status %s, priority %ld\n", What, StatusName(Status),
          StatusName(Basic.ExitStatus), Basic.BasePriority);
}

/* In the child. */
static int Child(PCSTR What, HANDLE Inherited)
{
    NTSTATUS Status;

    switch (What[0]) {
    case 's': /* status */
        NtTerminateProcess(SELF, STATUS_CONTROL_C_EXIT);
        return 1;
    case 'c': /* crash */
        Poke((PVOID)0x14, 1);
        return 1;
    case 't': /* thread: the last one's status is the process's */
        RtlExitUserThread(0x77);
    case 'w': /* wait */
        Sleep(-1);
        return 1;
    case 'i': /* inherit */
        Status = NtSetEvent(Inherited, NULL);
        Print("  child: the event it inherited: %s\n", StatusName(Status));
        return Status != STATUS_SUCCESS;
    default:
        return What[0] - '0';
    }
}

static VOID Ends(VOID)
{
    static const PCSTR How[] = {"7", "status", "crash", "thread"};

    for (ULONG i = 0; i < ARRAYSIZE(How); i++) {
        HANDLE Process = StartSelf(How[i]);
        NTSTATUS Status;

        WaitFor(Process, -1);
        Print("%s: ", How[i]);
        Status = NtTerminateProcess(Process, 5);
        Print("ended: %s, then ", StatusName(Status));
        Print("%s\n", StatusName(JoinProcess(Process)));
    }
}

static VOID Killed(VOID)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Suspended;
    HANDLE Process = StartSelf("wait");

    Sleep(50);
    Describe("a child that waits", Process);
    Print("  killed: %s", StatusName(NtTerminateProcess(Process, 5)));
    Print(", ended with %lX\n", JoinProcess(Process));
    Require(StartProgram(Path, "processes wait", &Suspended), "a suspended child");
    Describe("one that has not begun", Suspended.ProcessHandle);
    Print("  killed: %s", StatusName(NtTerminateProcess(Suspended.ProcessHandle, 6)));
    Print(", its thread too: %s", StatusName(WaitFor(Suspended.ThreadHandle, -1)));
    Print(", ended with %lX\n", JoinProcess(Suspended.ProcessHandle));
    NtClose(Suspended.ThreadHandle);
}

/* RtlCreateUserProcess lets handles be inherited only if it is told to. */
static VOID Inherit(BOOLEAN Allowed)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    PRTL_USER_PROCESS_PARAMETERS Parameters;
    OBJECT_ATTRIBUTES Attributes = {.Length = sizeof(Attributes), .Attributes = OBJ_INHERIT};
    RTL_USER_PROCESS_INFORMATION Child;
    CHAR Text[64];
    UNICODE_STRING Line;
    HANDLE Event;
    NTSTATUS Status;

    NtCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE);
    _snprintf(Text, sizeof(Text), "processes inherit %lu", (ULONG)Event);
    RtlCreateUnicodeStringFromAsciiz(&Line, Text);
    RtlCreateProcessParameters(&Parameters, Path, NULL, NULL, &Line, NULL, NULL, NULL, NULL, NULL);
    Parameters->StandardOutput =
        NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardOutput;
    Print("inheritance %s\n", Allowed ? "allowed" : "not allowed");
    Status = RtlCreateUserProcess(Path, OBJ_CASE_INSENSITIVE, Parameters, NULL, NULL, NULL, Allowed,
                                  NULL, NULL, &Child);
    Require(Status, "the child");
    NtResumeThread(Child.ThreadHandle, NULL);
    JoinProcess(Child.ProcessHandle);
    Print("  parent: the event: %s\n", StatusName(WaitFor(Event, 0)));
    NtClose(Child.ThreadHandle);
    NtClose(Event);
}

static NTSTATUS NTAPI InClone(PVOID Parameter)
{
    Data[0] += (ULONG)Parameter;
    return (NTSTATUS)Data[0];
}

static VOID Clone(VOID)
{
    HANDLE Process, Thread, Event = MakeEvent(NotificationEvent), Kept;
    OBJECT_ATTRIBUTES Attributes = {.Length = sizeof(Attributes)};
    ULONG Handles;

    Data[0] = 40;
    NtDuplicateObject(SELF, Event, SELF, &Kept, 0, OBJ_INHERIT, DUPLICATE_SAME_ACCESS);
    Require(
        NtCreateProcess(&Process, PROCESS_ALL_ACCESS, &Attributes, SELF, TRUE, NULL, NULL, NULL),
        "a clone");
    Data[0] = 1000;
    NtQueryInformationProcess(Process, ProcessHandleCount, &Handles, sizeof(Handles), NULL);
    Describe("a clone", Process);
    Print("  it has the handles that are inherited: %d\n", Handles >= 1);
    RtlCreateUserThread(Process, NULL, FALSE, 0, 0, 0, InClone, (PVOID)2, &Thread, NULL);
    Print("  its thread saw what was there then, and added 2: %ld", JoinThread(Thread));
    Print(", it ended with %ld, here it is %lu\n", JoinProcess(Process), Data[0]);
}

/* What can still be done to a process that has ended, while somebody has a handle to it. */
static VOID Ended(VOID)
{
    HANDLE Process = StartSelf("7"), Clone = NULL;
    MEMORY_BASIC_INFORMATION Basic;
    UCHAR Type[128];

    WaitFor(Process, -1);
    Describe("one that has ended", Process);
    Print("  cloned: %s", StatusName(NtCreateProcess(&Clone, PROCESS_ALL_ACCESS, NULL, Process,
                                                     FALSE, NULL, NULL, NULL)));
    Print(", its memory: %s",
          StatusName(NtQueryVirtualMemory(Process, (PVOID)0x400000, MemoryBasicInformation, &Basic,
                                          sizeof(Basic), NULL)));
    Print(", unmapped: %s\n", StatusName(NtUnmapViewOfSection(Process, (PVOID)0x400000)));
    NtClose(Process);
    Print("its own handle's type: %s",
          StatusName(NtQueryObject(SELF, ObjectTypeInformation, Type, sizeof(Type), NULL)));
    Print(", %wZ\n", &((OBJECT_TYPE_INFORMATION *)Type)->TypeName);
}

static HANDLE Left[2];

static VOID NTAPI Never(PVOID Context, ULONG Low, LONG High)
{
    (VOID) Context;
    (VOID) Low;
    (VOID) High;
    Print("not reached\n");
}

/* Ends with a mutant that it has, and with a timer whose routine it was to run. */
static NTSTATUS NTAPI Leave(PVOID Parameter)
{
    LARGE_INTEGER Due = {.QuadPart = -300000};

    (VOID) Parameter;
    WaitFor(Left[0], -1);
    NtSetTimer(Left[1], &Due, (PVOID)Never, NULL, FALSE, 0, NULL);
    return STATUS_SUCCESS;
}

static VOID LeftBehind(VOID)
{
    HANDLE Set = MakeEvent(NotificationEvent);

    Left[0] = MakeMutant();
    NtCreateTimer(&Left[1], TIMER_ALL_ACCESS, NULL, NotificationTimer);
    JoinThread(StartThread(Leave, 0));
    Print("a thread has ended; release its mutant: %s", StatusName(NtReleaseMutant(Left[0], NULL)));
    Print(", and wait: %s", StatusName(NtSignalAndWaitForSingleObject(Left[0], Set, FALSE, NULL)));
    Print(", its timer: %s\n", StatusName(WaitFor(Left[1], 100)));
}

static VOID Small(VOID)
{
    HANDLE Section, Thread;
    LARGE_INTEGER Size = {.QuadPart = 0x1000};
    ULONG Count = 0;

    NtCreateSection(&Section, SECTION_ALL_ACCESS, NULL, &Size, PAGE_READWRITE, SEC_COMMIT, NULL);
    Print("extend a section of memory: %s\n", StatusName(NtExtendSection(Section, &Size)));
    Print("flush the instructions: %s", StatusName(NtFlushInstructionCache(SELF, NULL, 0)));
    Print(", of nobody: %s\n", StatusName(NtFlushInstructionCache((HANDLE)0x1234, NULL, 0)));
    RtlCreateUserThread(SELF, NULL, TRUE, 0, 0, 0, InClone, (PVOID)1, &Thread, NULL);
    Print("alert and resume: %s", StatusName(NtAlertResumeThread(Thread, &Count)));
    Print(", it had been suspended %lu time\n", Count);
    JoinThread(Thread);
    Print("a process of class 99: %s",
          StatusName(NtQueryInformationProcess(SELF, 99, &Count, sizeof(Count), NULL)));
    Print(", its handles in 2 bytes: %s",
          StatusName(NtQueryInformationProcess(SELF, ProcessHandleCount, &Count, 2, NULL)));
    Print(", of a thread: %s\n", StatusName(NtQueryInformationProcess(
                                     NtCurrentThread(), ProcessHandleCount, &Count, 4, NULL)));
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return Child(argv[1], (HANDLE)(argc > 2 ? Number(argv[2]) : 0));
    }
    Describe("this one", SELF);
    Ends();
    Killed();
    Clone();
    Ended();
    LeftBehind();
    Small();
    Inherit(TRUE);
    Inherit(FALSE);
    return 0;
}
