/* SPDX-License-Identifier: MIT */
/* ps, kill, priority. */
#include "shell.h"

#define KILLED 1 /* the exit status, as by Windows' own task managers */

static PCSTR StateName(ULONG State)
{
    static const PCSTR Names[] = {"initialized", "ready",      "running",
                                  "standby",     "terminated", "waiting"};

    return State < ARRAYSIZE(Names) ? Names[State] : "?";
}

static VOID ShowThreads(const SYSTEM_PROCESS_INFORMATION *Process)
{
    for (ULONG i = 0; i < Process->NumberOfThreads; i++) {
        const SYSTEM_THREAD_INFORMATION *Thread = &Process->Threads[i];

        Print("      %5lu  %-11s priority %2ld (base %2ld)  %lu switches\n",
              (ULONG)Thread->ClientId.UniqueThread, StateName(Thread->ThreadState),
              Thread->Priority, Thread->BasePriority, Thread->ContextSwitches);
    }
}

VOID ShowProcesses(int Count, PCHAR *Words)
{
    SYSTEM_PROCESS_INFORMATION *Rows = QuerySystem(SystemProcessInformation), *Row = Rows;
    CHAR Name[64];

    (VOID) Count;
    (VOID) Words;
    if (Rows != NULL) {
        Print("   id parent  handles  pages  committed  name\n");
    }
    while (Row != NULL) {
        Print("%5lu  %5lu  %7lu  %5lu  %9lu  %s\n", (ULONG)Row->UniqueProcessId,
              (ULONG)Row->InheritedFromUniqueProcessId, Row->HandleCount,
              Row->VmCounters.WorkingSetSize / PAGE_SIZE, Row->VmCounters.PagefileUsage / PAGE_SIZE,
              Narrow(&Row->ImageName, Name, sizeof(Name)));
        ShowThreads(Row);
        Row = Row->NextEntryOffset != 0
                  ? (SYSTEM_PROCESS_INFORMATION *)((PUCHAR)Row + Row->NextEntryOffset)
                  : NULL;
    }
    RtlFreeHeap(RtlProcessHeap(), 0, Rows);
}

/* The process that this one, the shell, was started by. */
static BOOLEAN IsSession(HANDLE Process)
{
    PROCESS_BASIC_INFORMATION Own, Basic;

    return NT_SUCCESS(NtQueryInformationProcess(NtCurrentProcess(), ProcessBasicInformation, &Own,
                                                sizeof(Own), NULL)) &&
           NT_SUCCESS(NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic,
                                                sizeof(Basic), NULL)) &&
           Basic.UniqueProcessId == Own.InheritedFromUniqueProcessId;
}

VOID Kill(int Count, PCHAR *Words)
{
    HANDLE Process;
    NTSTATUS Status;

    if (Count != 2) {
        Print("kill: which process? Its id or its name\n");
        return;
    }
    if (!OpenProcess(Words[1], PROCESS_TERMINATE | PROCESS_QUERY_INFORMATION, &Process)) {
        return;
    }
    if (IsSession(Process)) {
        Print("kill: that is smss, the session itself; `exit` stops the machine\n");
        NtClose(Process);
        return;
    }
    Status = NtTerminateProcess(Process, KILLED);
    if (!NT_SUCCESS(Status)) {
        Complain(Words[1], Status);
    }
    NtClose(Process);
}

VOID SetPriority(int Count, PCHAR *Words)
{
    HANDLE Process;
    ULONG Priority;
    NTSTATUS Status;

    if (Count != 3 || !ParseNumber(Words[2], &Priority) || Priority < 1 || Priority > 31) {
        Print("priority: of which process, and which one, 1 to 31?\n");
        return;
    }
    if (Priority >= LOW_REALTIME_PRIORITY) {
        Print("(from 16 on it comes before the shell: until it waits, no key is heard)\n");
    }
    if (!OpenProcess(Words[1], PROCESS_SET_INFORMATION, &Process)) {
        return;
    }
    Status = NtSetInformationProcess(Process, ProcessBasePriority, &Priority, sizeof(Priority));
    if (!NT_SUCCESS(Status)) {
        Complain("priority", Status);
    }
    NtClose(Process);
}
