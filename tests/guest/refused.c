/* SPDX-License-Identifier: MIT */
/*
 * What a program may not do to the kernel, to the system's objects and to the machine's memory and
 * time. Each of these once did it.
 */
#include "mica.h"

#define SELF NtCurrentProcess()
#define SYSTEM_PROCESS ((HANDLE)4)
#define LINKS 60 /* of a chain of processes: more than fit on a kernel stack */

static VOID Report(PCSTR What, NTSTATUS Status)
{
    Print("%s: %s\n", What, StatusName(Status));
}

static VOID SystemProcess(VOID)
{
    OBJECT_ATTRIBUTES Attributes = {.Length = sizeof(Attributes)};
    CLIENT_ID Id = {SYSTEM_PROCESS, NULL};
    CONTEXT Context = {.ContextFlags = CONTEXT_FULL};
    INITIAL_TEB Stack = {0};
    ULONG Word, Count;
    HANDLE Process, Handle = NULL;

    Require(NtOpenProcess(&Process, PROCESS_ALL_ACCESS, &Attributes, &Id), "the system process");
    Report("a thread in the system process",
           NtCreateThread(&Handle, THREAD_ALL_ACCESS, NULL, Process, &Id, &Context, &Stack, TRUE));
    Report("a clone of it",
           NtCreateProcess(&Handle, PROCESS_ALL_ACCESS, NULL, Process, FALSE, NULL, NULL, NULL));
    Report("its end", NtTerminateProcess(Process, STATUS_SUCCESS));
    Report("its memory", NtReadVirtualMemory(Process, (PVOID)0x10000, &Word, sizeof(Word), &Count));
    Report("its handles", NtDuplicateObject(Process, (HANDLE)4, SELF, &Handle, 0, 0, 0));
    NtClose(Process);
    for (ULONG i = 4; i < 64; i += 4) {
        Id = (CLIENT_ID){SYSTEM_PROCESS, (HANDLE)i};
        if (NT_SUCCESS(NtOpenThread(&Handle, THREAD_ALL_ACCESS, &Attributes, &Id))) {
            Report("a thread of it suspended", NtSuspendThread(Handle, &Count));
            Report("a thread of it ended", NtTerminateThread(Handle, STATUS_SUCCESS));
            NtClose(Handle);
            return;
        }
    }
    Print("it has no thread\n");
}

static VOID SystemNames(VOID)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Link;

    RtlInitUnicodeString(&Name, L"\\SystemRoot");
    InitializeObjectAttributes(&Attributes, &Name, 0, NULL, NULL);
    Require(NtOpenSymbolicLinkObject(&Link, SYMBOLIC_LINK_QUERY | DELETE, &Attributes), "the link");
    Report("the system's link made temporary", NtMakeTemporaryObject(Link));
    NtClose(Link);
    Report("the link afterwards",
           NtOpenSymbolicLinkObject(&Link, SYMBOLIC_LINK_QUERY, &Attributes));
    NtClose(Link);
}

/* A handle that may only be waited for. */
static HANDLE Restrict(HANDLE Full)
{
    HANDLE Handle = NULL;

    Require(NtDuplicateObject(SELF, Full, SELF, &Handle, SYNCHRONIZE, 0, 0), "NtDuplicateObject");
    return Handle;
}

static VOID Signaling(VOID)
{
    HANDLE Event = MakeEvent(NotificationEvent), Semaphore = MakeSemaphore(0, 9);
    HANDLE Mutant = MakeMutant(), Set = MakeEvent(NotificationEvent);

    NtSetEvent(Set, NULL);
    Report("signal an event one may wait for",
           NtSignalAndWaitForSingleObject(Restrict(Event), Set, FALSE, NULL));
    Report("signal a semaphore one may wait for",
           NtSignalAndWaitForSingleObject(Restrict(Semaphore), Set, FALSE, NULL));
    Report("signal a mutant one does not have",
           NtSignalAndWaitForSingleObject(Restrict(Mutant), Set, FALSE, NULL));
    WaitFor(Mutant, -1);
    Report("signal a mutant one has",
           NtSignalAndWaitForSingleObject(Restrict(Mutant), Set, FALSE, NULL));
    Report("signal a process", NtSignalAndWaitForSingleObject(SELF, Set, FALSE, NULL));
    Report("the event", WaitFor(Event, 0));
}

static HANDLE Clone(VOID)
{
    HANDLE Process = NULL;

    Require(NtCreateProcess(&Process, PROCESS_ALL_ACCESS, NULL, SELF, FALSE, NULL, NULL, NULL),
            "NtCreateProcess");
    return Process;
}

static VOID Processes(VOID)
{
    LARGE_INTEGER Size = {.QuadPart = 0x1000};
    HANDLE Section, Process = NULL, Next, Kept;

    NtCreateSection(&Section, SECTION_ALL_ACCESS, NULL, &Size, PAGE_READWRITE, SEC_COMMIT, NULL);
    for (ULONG i = 0; i < 2; i++) {
        Report(
            "a process of a section without an image",
            NtCreateProcess(&Process, PROCESS_ALL_ACCESS, NULL, SELF, FALSE, Section, NULL, NULL));
    }
    Report("its section closed", NtClose(Section));
    Process = Clone();
    for (ULONG i = 1; i < LINKS; i++) {
        Next = Clone();
        NtDuplicateObject(SELF, Process, Next, &Kept, 0, 0, DUPLICATE_SAME_ACCESS);
        NtClose(Process);
        Process = Next;
    }
    Report("the last of a chain of processes closed", NtClose(Process));
}

static SYSTEM_PERFORMANCE_INFORMATION Memory(VOID)
{
    SYSTEM_PERFORMANCE_INFORMATION Performance;

    Sleep(20); /* what ends has ended */
    NtQuerySystemInformation(SystemPerformanceInformation, &Performance, sizeof(Performance), NULL);
    return Performance;
}

static VOID Promises(VOID)
{
    static const UCHAR Large[1 << 20] = {1};
    LARGE_INTEGER Size = {.QuadPart = 0x1000};
    SYSTEM_PERFORMANCE_INFORMATION Before, After;
    ULONG Bytes = 0, Old, Sum = 0;
    PVOID View = NULL;
    HANDLE Section;

    for (ULONG i = 0; i < sizeof(Large); i += 0x1000) {
        Sum += *(volatile const UCHAR *)&Large[i];
    }
    Before = Memory();
    Print("the image read, %lu: what is left to promise is there: %s\n", Sum,
          Before.CommitLimit - Before.CommittedPages <= Before.AvailablePages ? "yes" : "no");
    NtCreateSection(&Section, SECTION_ALL_ACCESS, NULL, &Size, PAGE_READWRITE, SEC_COMMIT, NULL);
    NtMapViewOfSection(Section, SELF, &View, 0, 0, NULL, &Bytes, ViewShare, 0, PAGE_READWRITE);
    for (ULONG i = 0; i < 1000; i++) {
        NtProtectVirtualMemory(SELF, &View, &Bytes, PAGE_READONLY, &Old);
        NtProtectVirtualMemory(SELF, &View, &Bytes, PAGE_WRITECOPY, &Old);
    }
    After = Memory();
    Print("a page protected a thousand times is charged for once: %s\n",
          After.CommittedPages - Before.CommittedPages < 10 ? "yes" : "no");
}

/* Behind the fields, a query's buffer has zeros, not the kernel's stack. */
static VOID Padding(VOID)
{
    UCHAR Bytes[sizeof(TIMER_BASIC_INFORMATION)];
    HANDLE Timer, Mutant = MakeMutant();
    ULONG Sum = 0;

    NtCreateTimer(&Timer, TIMER_ALL_ACCESS, NULL, NotificationTimer);
    NtQueryTimer(Timer, 0, Bytes, sizeof(Bytes), NULL);
    for (ULONG i = FIELD_OFFSET(TIMER_BASIC_INFORMATION, TimerState) + 1; i < sizeof(Bytes); i++) {
        Sum += Bytes[i];
    }
    NtQueryMutant(Mutant, 0, Bytes, sizeof(MUTANT_BASIC_INFORMATION), NULL);
    Print("behind the fields: %lu\n", Sum + Bytes[6] + Bytes[7]);
}

static HANDLE Shared;

static VOID NTAPI TimerApc(PVOID Context, ULONG Low, LONG High)
{
    (VOID) Context;
    (VOID) Low;
    (VOID) High;
}

static NTSTATUS NTAPI Set(PVOID Parameter)
{
    (VOID) Parameter;
    for (ULONG i = 0; i < 20000; i++) {
        LARGE_INTEGER Due = {.QuadPart = i % 2 != 0 ? 0 : -100000};

        NtSetTimer(Shared, &Due, (PVOID)TimerApc, NULL, FALSE, 0, NULL);
        if (i % 5 == 0) {
            NtCancelTimer(Shared, NULL);
        }
        if (i % 7 == 0) {
            NtTestAlert();
        }
    }
    return STATUS_SUCCESS;
}

static VOID Timers(VOID)
{
    LARGE_INTEGER Due = {.QuadPart = -10000};
    HANDLE Threads[2], Timer;

    NtCreateTimer(&Shared, TIMER_ALL_ACCESS, NULL, NotificationTimer);
    for (ULONG i = 0; i < 2; i++) {
        Threads[i] = StartThread(Set, i);
    }
    for (ULONG i = 0; i < 2; i++) {
        Report("a thread that sets the other's timer", JoinThread(Threads[i]));
    }
    for (ULONG i = 0; i < 10000; i++) {
        NtCreateTimer(&Timer, TIMER_ALL_ACCESS, NULL, NotificationTimer);
        NtSetTimer(Timer, &Due, NULL, NULL, FALSE, 1, NULL);
    }
    Sleep(500);
    Print("10000 timers of 1 ms, and the program goes on\n");
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    SystemProcess();
    SystemNames();
    Signaling();
    Processes();
    Promises();
    Padding();
    Timers();
    return 0;
}
