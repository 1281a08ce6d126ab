/* SPDX-License-Identifier: MIT */
/*
 * What the system says about itself when it is asked, and what it refuses to say. The numbers of a
 * class's bytes are NT 4's.
 */
#include "mica.h"

#define SELF NtCurrentProcess()

static UCHAR Buffer[0x10000];

static VOID Lengths(PCSTR Name, ULONG Class, ULONG Right)
{
    ULONG Needed = 0;
    NTSTATUS Status;

    Print("%s: nothing: %s", Name, StatusName(NtQuerySystemInformation(Class, Buffer, 0, &Needed)));
    Print(", one byte less: %s",
          StatusName(NtQuerySystemInformation(Class, Buffer, Right - 1, NULL)));
    Print(", one more: %s", StatusName(NtQuerySystemInformation(Class, Buffer, Right + 1, NULL)));
    Status = NtQuerySystemInformation(Class, Buffer, Right, &Needed);
    Print(", right: %s, %lX\n", StatusName(Status), Needed);
}

static VOID Basic(VOID)
{
    SYSTEM_BASIC_INFORMATION Basic;
    SYSTEM_PERFORMANCE_INFORMATION Before, After;
    SYSTEM_TIMEOFDAY_INFORMATION Time;
    LARGE_INTEGER Now;
    PVOID Base = NULL;
    ULONG Size = 0x10000;

    Lengths("basic", SystemBasicInformation, 0x2C);
    NtQuerySystemInformation(SystemBasicInformation, &Basic, sizeof(Basic), NULL);
    Print("a page is %lu bytes, a place %lu; user space from %lX to %lX; %d processor, %lX\n",
          Basic.PageSize, Basic.AllocationGranularity, Basic.MinimumUserModeAddress,
          Basic.MaximumUserModeAddress, Basic.NumberOfProcessors,
          Basic.ActiveProcessorsAffinityMask);
    Lengths("performance", SystemPerformanceInformation, 0x138);
    NtQuerySystemInformation(SystemPerformanceInformation, &Before, sizeof(Before), NULL);
    NtAllocateVirtualMemory(SELF, &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    memset(Base, 1, Size);
    NtQuerySystemInformation(SystemPerformanceInformation, &After, sizeof(After), NULL);
    Print("16 pages: committed %lu, faults %s, of zeros %s, calls %s, limit %s\n",
          After.CommittedPages - Before.CommittedPages,
          After.PageFaultCount - Before.PageFaultCount >= 16 ? "16 or more" : "fewer",
          After.DemandZeroCount - Before.DemandZeroCount >= 16 ? "16 or more" : "fewer",
          After.SystemCalls - Before.SystemCalls >= 2 ? "counted" : "not counted",
          After.CommitLimit == Before.CommitLimit ? "the same" : "another");
    Lengths("time of day", SystemTimeOfDayInformation, sizeof(Time));
    NtQuerySystemInformation(SystemTimeOfDayInformation, &Time, sizeof(Time), NULL);
    NtQuerySystemTime(&Now);
    Print("time of day: in order %d, as NtQuerySystemTime says %d\n",
          Time.BootTime.QuadPart <= Time.CurrentTime.QuadPart,
          Now.QuadPart - Time.CurrentTime.QuadPart < 1000000);
}

static SYSTEM_PROCESS_INFORMATION *FindProcess(ULONG Id)
{
    SYSTEM_PROCESS_INFORMATION *Row = (PVOID)Buffer;

    NtQuerySystemInformation(SystemProcessInformation, Buffer, sizeof(Buffer), NULL);
    while (Row->UniqueProcessId != (HANDLE)Id) {
        if (Row->NextEntryOffset == 0) {
            return NULL;
        }
        Row = (PVOID)((PUCHAR)Row + Row->NextEntryOffset);
    }
    return Row;
}

static NTSTATUS NTAPI Waiter(PVOID Event)
{
    return WaitFor(Event, -1);
}

static VOID Processes(VOID)
{
    HANDLE Event = MakeEvent(NotificationEvent);
    HANDLE Thread = StartThread(Waiter, (ULONG_PTR)Event);
    PROCESS_BASIC_INFORMATION Own;
    SYSTEM_PROCESS_INFORMATION *Row;
    ULONG Handles;

    Sleep(20);
    Print("processes, nothing: %s\n",
          StatusName(NtQuerySystemInformation(SystemProcessInformation, Buffer, 0, NULL)));
    NtQueryInformationProcess(SELF, ProcessBasicInformation, &Own, sizeof(Own), NULL);
    NtQueryInformationProcess(SELF, ProcessHandleCount, &Handles, sizeof(Handles), NULL);
    Row = FindProcess(Own.UniqueProcessId);
    Print("this one: %wZ, %lu threads, priority %ld, its handles %d, its parent's id %d\n",
          &Row->ImageName, Row->NumberOfThreads, Row->BasePriority, Row->HandleCount == Handles,
          (ULONG)Row->InheritedFromUniqueProcessId == Own.InheritedFromUniqueProcessId);
    for (ULONG i = 0; i < Row->NumberOfThreads; i++) {
        Print("  thread %lu: of this process %d, state %lu, priority %ld\n", i,
              Row->Threads[i].ClientId.UniqueProcess == (HANDLE)Own.UniqueProcessId,
              Row->Threads[i].ThreadState, Row->Threads[i].BasePriority);
    }
    NtSetEvent(Event, NULL);
    JoinThread(Thread);
    Print("the thread has ended: %lu\n", FindProcess(Own.UniqueProcessId)->NumberOfThreads);
}

static VOID Handles(VOID)
{
    struct {
        ULONG Count;
        SYSTEM_HANDLE_TABLE_ENTRY_INFO Rows[];
    } *Table = (PVOID)Buffer;
    HANDLE Event = MakeEvent(NotificationEvent), Lesser, Mutant = MakeMutant();
    SYSTEM_HANDLE_TABLE_ENTRY_INFO *Found[3] = {NULL, NULL, NULL};
    HANDLE Wanted[3];
    PROCESS_BASIC_INFORMATION Own;

    NtDuplicateObject(SELF, Event, SELF, &Lesser, EVENT_QUERY_STATE, OBJ_INHERIT, 0);
    Wanted[0] = Event;
    Wanted[1] = Lesser;
    Wanted[2] = Mutant;
    NtQueryInformationProcess(SELF, ProcessBasicInformation, &Own, sizeof(Own), NULL);
    Print("handles: %s",
          StatusName(NtQuerySystemInformation(SystemHandleInformation, Buffer, 16, NULL)));
    Print(", %s\n", StatusName(NtQuerySystemInformation(SystemHandleInformation, Buffer,
                                                        sizeof(Buffer), NULL)));
    for (ULONG i = 0; i < Table->Count; i++) {
        for (ULONG k = 0; k < 3; k++) {
            if (Table->Rows[i].UniqueProcessId == (USHORT)Own.UniqueProcessId &&
                Table->Rows[i].HandleValue == (USHORT)(ULONG)Wanted[k]) {
                Found[k] = &Table->Rows[i];
            }
        }
    }
    Print("one object %d, one type %d, a mutant's is another %d, access %lX and %lX, "
          "attributes %X and %X\n",
          Found[0]->Object == Found[1]->Object,
          Found[0]->ObjectTypeIndex == Found[1]->ObjectTypeIndex,
          Found[2]->ObjectTypeIndex != Found[0]->ObjectTypeIndex, Found[0]->GrantedAccess,
          Found[1]->GrantedAccess, Found[0]->HandleAttributes, Found[1]->HandleAttributes);
}

static VOID Modules(VOID)
{
    RTL_PROCESS_MODULES *Modules = (PVOID)Buffer;

    Print("modules, nothing: %s",
          StatusName(NtQuerySystemInformation(SystemModuleInformation, Buffer, 0, NULL)));
    Print(", all: %s\n", StatusName(NtQuerySystemInformation(SystemModuleInformation, Buffer,
                                                             sizeof(Buffer), NULL)));
    Print("the first is the kernel: %d, its name has a path: %d\n",
          (ULONG)Modules->Modules[0].ImageBase >= 0x80000000 && Modules->NumberOfModules != 0,
          Modules->Modules[0].FullPathName[0] == '\\' && Modules->Modules[0].OffsetToFileName > 1);
}

static VOID Refusals(VOID)
{
    ULONG Returned;

    Print("no such class: %s\n",
          StatusName(NtQuerySystemInformation(9999, Buffer, sizeof(Buffer), NULL)));
    Print("into the kernel: %s", StatusName(NtQuerySystemInformation(
                                     SystemBasicInformation, (PVOID)0x80100000, 0x2C, NULL)));
    Print(", its length there: %s\n",
          StatusName(
              NtQuerySystemInformation(SystemBasicInformation, Buffer, 0x2C, (PULONG)0x80100000)));
    for (ULONG Command = 0; Command < 16; Command += 8) {
        Print("debug control %lu: %s\n", Command,
              StatusName(NtSystemDebugControl(Command, Buffer, 16, Buffer, 16, &Returned)));
    }
    Print("shutdown 99: %s\n", StatusName(NtShutdownSystem(99)));
}

static VOID Objects(VOID)
{
    HANDLE Event = MakeEvent(SynchronizationEvent), Semaphore = MakeSemaphore(2, 7);
    EVENT_BASIC_INFORMATION EventState;
    SEMAPHORE_BASIC_INFORMATION Counts;
    ULONG Returned = 0;

    NtSetEvent(Event, NULL);
    NtQueryEvent(Event, 0, &EventState, sizeof(EventState), &Returned);
    Print("event: type %d, state %ld, %lu bytes", EventState.EventType, EventState.EventState,
          Returned);
    Print(", cleared: %s", StatusName(NtClearEvent(Event)));
    NtQueryEvent(Event, 0, &EventState, sizeof(EventState), NULL);
    Print(", state %ld", EventState.EventState);
    Print("; class 1: %s", StatusName(NtQueryEvent(Event, 1, &EventState, 8, NULL)));
    Print(", 4 bytes: %s", StatusName(NtQueryEvent(Event, 0, &EventState, 4, NULL)));
    Print(", of a semaphore: %s\n", StatusName(NtQueryEvent(Semaphore, 0, &EventState, 8, NULL)));
    NtQuerySemaphore(Semaphore, 0, &Counts, sizeof(Counts), NULL);
    Print("semaphore: %ld of %ld\n", Counts.CurrentCount, Counts.MaximumCount);
}

/* What is set, or shown, and asked about with the length it has. */
static VOID Others(VOID)
{
    UNICODE_STRING Text;
    SECTION_BASIC_INFORMATION Basic;
    LARGE_INTEGER Size = {.QuadPart = 0x1000};
    ULONG Mask = 1, Length = 0;
    HANDLE Section;

    RtlInitUnicodeString(&Text, u"a native program's message\n");
    Print("display: %s, of nothing %s\n", StatusName(NtDisplayString(&Text)),
          StatusName(NtDisplayString(NULL)));
    Print("affinity: %s",
          StatusName(NtSetInformationProcess(NtCurrentProcess(), ProcessAffinityMask, &Mask, 4)));
    Mask = 2;
    Print(", of a processor that is not there: %s\n",
          StatusName(NtSetInformationProcess(NtCurrentProcess(), ProcessAffinityMask, &Mask, 4)));
    Require(NtCreateSection(&Section, SECTION_ALL_ACCESS, NULL, &Size, PAGE_READWRITE, SEC_COMMIT,
                            NULL),
            "section");
    Print("section: %s", StatusName(NtQuerySection(Section, SectionBasicInformation, &Basic,
                                                   sizeof(Basic), &Length)));
    Print(", %d\n", Length == sizeof(Basic));
    NtClose(Section);
}

/* A stream opened by its name; a file read on from where it was; a region that gets smaller. */
static VOID More(VOID)
{
    MEMORY_BASIC_INFORMATION Memory;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    UNICODE_STRING Name;
    HANDLE File;
    PVOID Base = NULL, Part;
    ULONG Boost = 2, Length = 0, Size = 3 * PAGE_SIZE, One = PAGE_SIZE;
    CHAR Bytes[2];

    RtlInitUnicodeString(&Name, u"\\Device\\Console\\Output");
    InitializeObjectAttributes(&Attributes, &Name, 0, NULL, NULL);
    Print("by name: %s",
          StatusName(NtOpenFile(&File, FILE_WRITE_DATA, &Attributes, &IoStatus, 0, 0)));
    NtWriteFile(File, NULL, NULL, NULL, &IoStatus, ", written\n", 10, NULL, NULL);
    NtClose(File);
    RtlInitUnicodeString(&Name, u"\\SystemRoot\\ntdll.dll");
    NtOpenFile(&File, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0);
    NtReadFile(File, NULL, NULL, NULL, &IoStatus, Bytes, 1, NULL, NULL);
    NtReadFile(File, NULL, NULL, NULL, &IoStatus, Bytes + 1, 1, NULL, NULL);
    Print("read on: %c%c\n", Bytes[0], Bytes[1]);
    NtClose(File);
    Print("boost: %s", StatusName(NtQueryInformationThread(NtCurrentThread(), ThreadPriorityBoost,
                                                           &Boost, sizeof(Boost), NULL)));
    NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT,
                            PAGE_READWRITE);
    Part = Base;
    Print(" %lu; release the first page: %s", Boost,
          StatusName(NtFreeVirtualMemory(NtCurrentProcess(), &Part, &One, MEM_RELEASE)));
    Part = (PUCHAR)Base + 2 * PAGE_SIZE;
    Print(", the last: %s",
          StatusName(NtFreeVirtualMemory(NtCurrentProcess(), &Part, &One, MEM_RELEASE)));
    NtQueryVirtualMemory(NtCurrentProcess(), (PUCHAR)Base + PAGE_SIZE, MemoryBasicInformation,
                         &Memory, sizeof(Memory), &Length);
    Print(", left %lX, %d\n", Memory.RegionSize, Length == sizeof(Memory));
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Basic();
    Processes();
    Handles();
    Modules();
    Refusals();
    Objects();
    Others();
    More();
    return 0;
}
