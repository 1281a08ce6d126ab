/* SPDX-License-Identifier: MIT */
/* mem and pool. */
#include "shell.h"

static PCSTR StateName(const MEMORY_BASIC_INFORMATION *Range)
{
    return Range->State == MEM_COMMIT ? "commit" : "reserve";
}

static PCSTR TypeName(const MEMORY_BASIC_INFORMATION *Range)
{
    return Range->Type == MEM_IMAGE ? "image" : Range->Type == MEM_MAPPED ? "mapped" : "private";
}

static PCSTR ProtectionName(ULONG Protect)
{
    static const PCSTR Names[] = {"---", "r--", "rw-", "rc-", "--x", "r-x", "rwx", "rcx"};

    for (ULONG i = 0; i < ARRAYSIZE(Names); i++) {
        if (Protect & 1UL << i) {
            return Names[i];
        }
    }
    return "   ";
}

static PCSTR FileAt(HANDLE Process, PVOID Address, PCHAR Text, ULONG Size)
{
    struct {
        UNICODE_STRING Name;
        WCHAR More[128];
    } Buffer;

    if (!NT_SUCCESS(NtQueryVirtualMemory(Process, Address, MemorySectionName, &Buffer,
                                         sizeof(Buffer), NULL))) {
        return "";
    }
    return Narrow(&Buffer.Name, Text, Size);
}

static VOID ShowRanges(HANDLE Process)
{
    MEMORY_BASIC_INFORMATION Range;
    PVOID Allocation = NULL;
    PUCHAR Address = NULL;
    VM_COUNTERS Counters;
    CHAR Name[128];

    while (NT_SUCCESS(NtQueryVirtualMemory(Process, Address, MemoryBasicInformation, &Range,
                                           sizeof(Range), NULL))) {
        if (Range.State != MEM_FREE) {
            BOOLEAN New = Range.AllocationBase != Allocation;

            Print("%s%08lX-%08lX %5lu pages  %-7s %s%s %-7s %s\n", New ? "" : "  ", (ULONG)Address,
                  (ULONG)Address + Range.RegionSize - 1, Range.RegionSize / PAGE_SIZE,
                  StateName(&Range), ProtectionName(Range.Protect),
                  Range.Protect & PAGE_GUARD ? "g" : " ", TypeName(&Range),
                  New ? FileAt(Process, Address, Name, sizeof(Name)) : "");
            Allocation = Range.AllocationBase;
        }
        Address += Range.RegionSize;
    }
    if (NT_SUCCESS(NtQueryInformationProcess(Process, ProcessVmCounters, &Counters,
                                             sizeof(Counters), NULL))) {
        Print("%lu pages in memory (at most %lu), %lu committed, %lu page faults\n",
              Counters.WorkingSetSize / PAGE_SIZE, Counters.PeakWorkingSetSize / PAGE_SIZE,
              Counters.PagefileUsage / PAGE_SIZE, Counters.PageFaultCount);
    }
}

static VOID ShowMachine(VOID)
{
    SYSTEM_PERFORMANCE_INFORMATION Performance;

    NtQuerySystemInformation(SystemPerformanceInformation, &Performance, sizeof(Performance), NULL);
    Print("%lu pages free, %lu of %lu committed (at most %lu)\n", Performance.AvailablePages,
          Performance.CommittedPages, Performance.CommitLimit, Performance.PeakCommitment);
    Print("pool: %lu pages nonpaged, %lu pages paged\n", Performance.NonPagedPoolPages,
          Performance.PagedPoolPages);
}

VOID ShowMemory(int Count, PCHAR *Words)
{
    HANDLE Process;

    if (Count == 1) {
        ShowMachine();
    } else if (OpenProcess(Words[1], PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, &Process)) {
        ShowRanges(Process);
        NtClose(Process);
    }
}

VOID ShowPool(int Count, PCHAR *Words)
{
    struct {
        ULONG Count;
        SYSTEM_POOLTAG Rows[];
    } *Table = QuerySystem(SystemPoolTagInformation);

    (VOID) Count;
    (VOID) Words;
    if (Table == NULL) {
        return;
    }
    Print("tag     nonpaged: blocks    bytes   paged: blocks    bytes\n");
    for (ULONG i = 0; i < Table->Count; i++) {
        SYSTEM_POOLTAG *Row = &Table->Rows[i];

        Print("%.4s            %8lu %8lu        %8lu %8lu\n", (PCSTR)&Row->Tag,
              Row->NonPagedAllocs - Row->NonPagedFrees, Row->NonPagedUsed,
              Row->PagedAllocs - Row->PagedFrees, Row->PagedUsed);
    }
    RtlFreeHeap(RtlProcessHeap(), 0, Table);
}
