/* SPDX-License-Identifier: MIT */
/* Processes with their threads, and handles, for NtQuerySystemInformation. */
#include "rtl/list.h"
#include "rtl/rtl.h"
#include "system.h"

/* The process after Previous (NULL: the first), referenced; Previous is dereferenced. */
static PEPROCESS PspNextProcess(PEPROCESS Previous)
{
    PEPROCESS Next = NULL;
    PLIST_ENTRY Entry;

    ExAcquireFastMutex(&PspProcessMutex);
    Entry = Previous != NULL ? Previous->ActiveProcessLinks.Flink : PsActiveProcessHead.Flink;
    /* One that has ended meanwhile is off the list, and leads nowhere. */
    if (Entry != &PsActiveProcessHead &&
        (Previous == NULL || Entry != &Previous->ActiveProcessLinks)) {
        Next = CONTAINING_RECORD(Entry, EPROCESS, ActiveProcessLinks);
        Next = ObReferenceObjectSafe(Next) ? Next : NULL;
    }
    ExReleaseFastMutex(&PspProcessMutex);
    if (Previous != NULL) {
        ObDereferenceObject(Previous);
    }
    return Next;
}

static VOID PspPutThread(PSP_SINK *Sink, PETHREAD Thread)
{
    SYSTEM_THREAD_INFORMATION Row = {
        .KernelTime.QuadPart = Thread->Tcb.KernelTime * (LONGLONG)HAL_CLOCK_INCREMENT,
        .UserTime.QuadPart = Thread->Tcb.UserTime * (LONGLONG)HAL_CLOCK_INCREMENT,
        .CreateTime = Thread->CreateTime,
        .WaitTime = KeQueryTickCount() - Thread->Tcb.WaitTime,
        .StartAddress = Thread->StartAddress,
        .ClientId = Thread->Cid,
        .Priority = Thread->Tcb.Priority,
        .BasePriority = Thread->Tcb.BasePriority,
        .ContextSwitches = Thread->Tcb.ContextSwitches,
        .ThreadState = Thread->Tcb.State,
        .WaitReason = Thread->Tcb.WaitReason,
    };

    PspPut(Sink, &Row, sizeof(Row));
}

/* The row's head is written when the rest is known. *Head: where, for the next offset. */
static VOID PspPutProcess(PSP_SINK *Sink, PEPROCESS Process, BOOLEAN Last)
{
    static const WCHAR Zeros[5];
    ULONG Start = Sink->Used, Bytes, Padding;
    WCHAR Name[BL_MAXIMUM_NAME];
    SYSTEM_PROCESS_INFORMATION Head = {
        .CreateTime = Process->CreateTime,
        .UserTime.QuadPart = Process->Pcb.UserTime * (LONGLONG)HAL_CLOCK_INCREMENT,
        .KernelTime.QuadPart = Process->Pcb.KernelTime * (LONGLONG)HAL_CLOCK_INCREMENT,
        .BasePriority = Process->Pcb.BasePriority,
        .UniqueProcessId = Process->UniqueProcessId,
        .InheritedFromUniqueProcessId = Process->InheritedFromUniqueProcessId,
        .HandleCount = ObHandleCount(Process->ObjectTable),
        .VmCounters = {.PageFaultCount = Process->AddressSpace.PageFaults,
                       .WorkingSetSize = Process->AddressSpace.WorkingSetPages << PAGE_SHIFT,
                       .PagefileUsage = Process->AddressSpace.CommittedPages << PAGE_SHIFT},
        .PrivatePageCount = Process->AddressSpace.CommittedPages << PAGE_SHIFT,
    };
    PETHREAD Thread = NULL;
    PSP_SINK HeadSink;

    Sink->Used += sizeof(Head);
    while ((Thread = PsGetNextProcessThread(Process, Thread)) != NULL) {
        PspPutThread(Sink, Thread);
        Head.NumberOfThreads++;
    }
    Bytes = RtlpUtf8ToUnicode(Name, sizeof(Name), Process->ImageName,
                              (ULONG)strlen(Process->ImageName));
    Head.ImageName = (UNICODE_STRING){(USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)),
                                      (PWSTR)(Sink->Buffer + Sink->Used)};
    PspPut(Sink, Name, Bytes);
    Padding = sizeof(WCHAR) + (8 - (Sink->Used + sizeof(WCHAR)) % 8) % 8; /* rows are aligned */
    PspPut(Sink, Zeros, Padding);
    Head.NextEntryOffset = Last ? 0 : Sink->Used - Start;
    HeadSink = *Sink;
    HeadSink.Used = Start;
    PspPut(&HeadSink, &Head, sizeof(Head));
    Sink->Status = HeadSink.Status;
}

VOID PspPutProcesses(PSP_SINK *Sink)
{
    PEPROCESS Process = PspNextProcess(NULL);

    while (Process != NULL) {
        PEPROCESS Next;

        ObReferenceObject(Process);
        Next = PspNextProcess(Process);
        PspPutProcess(Sink, Process, Next == NULL);
        ObDereferenceObject(Process);
        Process = Next;
    }
}

static UCHAR PspTypeIndex(PVOID Object)
{
    UCHAR Index = 0;

    while (ObEnumerateTypes(Index) != ObGetObjectType(Object)) {
        Index++;
    }
    return Index + 1;
}

VOID PspPutHandles(PSP_SINK *Sink)
{
    ULONG Start = Sink->Used, Count = 0;
    PSP_SINK Head = *Sink;
    PEPROCESS Process = NULL;
    OB_HANDLE Found;

    Sink->Used += sizeof(Count);
    while ((Process = PspNextProcess(Process)) != NULL) {
        PHANDLE_TABLE Table = Process->ObjectTable;

        for (ULONG Handle = 0; Table != NULL && ObEnumerateHandles(Table, &Handle, &Found);
             Handle += 4) {
            SYSTEM_HANDLE_TABLE_ENTRY_INFO Row = {
                .UniqueProcessId = (USHORT)(ULONG)Process->UniqueProcessId,
                .ObjectTypeIndex = PspTypeIndex(Found.Object),
                .HandleAttributes = (UCHAR)Found.Attributes,
                .HandleValue = (USHORT)Handle,
                .Object = Found.Object,
                .GrantedAccess = Found.Access,
            };

            ObDereferenceObject(Found.Object);
            PspPut(Sink, &Row, sizeof(Row));
            Count++;
        }
    }
    Head.Used = Start;
    PspPut(&Head, &Count, sizeof(Count));
}
