/* SPDX-License-Identifier: MIT */
/*
 * One program debugs another: itself, with an argument. Which events come, in which order, what an
 * answer means, what a debugger may change. Source: nt-facts 4.1; the documentation of debug events
 * (order, first and second chance); Wine runs this program too.
 */
#include "debuggee.h"

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

/* Its own file as an image once more, somewhere else, and gone again. */
static int MapItself(VOID)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    WCHAR Space[260];
    UNICODE_STRING Native;
    HANDLE File, Section;
    PVOID Base = NULL;
    ULONG Size = 0;

    NativePath(Path, &Native, Space);
    InitializeObjectAttributes(&Attributes, &Native, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Require(NtOpenFile(&File, FILE_EXECUTE | FILE_READ_DATA | SYNCHRONIZE, &Attributes, &IoStatus,
                       FILE_SHARE_READ, 0),
            "file");
    Require(
        NtCreateSection(&Section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_EXECUTE, SEC_IMAGE, File),
        "section");
    Require(NtMapViewOfSection(Section, NtCurrentProcess(), &Base, 0, 0, NULL, &Size, ViewShare, 0,
                               PAGE_EXECUTE),
            "view");
    Require(NtUnmapViewOfSection(NtCurrentProcess(), Base), "unmapping");
    return 8;
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
    if (strcmp(What, "image") == 0) {
        return MapItself();
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
    return 2;
}

/* --- the debugger */

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

static VOID Images(VOID)
{
    Start("image");
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

int main(int argc, char **argv)
{
    if (argc > 1) {
        return Child(argv[1]);
    }
    Require(DbgUiConnectToDbg(), "debug object");
    Events();
    Images();
    NotHandled();
    Handled();
    SecondChance();
    Steps();
    Frozen();
    return 0;
}
