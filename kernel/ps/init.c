/* SPDX-License-Identifier: MIT */
/* Ps at boot: the two types, the table of ids, the kernel's own process and its thread. */
#include "psp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

PHANDLE_TABLE PspCidTable;
FAST_MUTEX PspProcessMutex;
LIST_ENTRY PsActiveProcessHead;
PEPROCESS PsInitialSystemProcess, PspInitialProcess;
PSECTION PspSystemDllSection;
PKSYSTEM_ROUTINE PsUserThreadStartup;
const PS_DEBUG_CALLOUTS *PsDebugCallouts;

#define SYSTEM_PRIORITY 8

/* It has no user half: its threads run in whatever address space there is. */
static NTSTATUS PspCreateSystemProcess(PEPROCESS Idle)
{
    PEPROCESS Process;
    NTSTATUS Status = ObCreateObject(&PsProcessType, sizeof(*Process), (PVOID *)&Process);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeInitializeProcess(&Process->Pcb, SYSTEM_PRIORITY, Idle->Pcb.DirectoryTableBase[0]);
    Process->Pcb.NoUserSpace = TRUE;
    Process->ExitStatus = STATUS_PENDING;
    Process->CreateTime.QuadPart = (LONGLONG)KeQuerySystemTime();
    Process->ImageName = "System";
    sprintf(Process->ImageFileName, "%s", Process->ImageName);
    InsertTailList(&PsActiveProcessHead, &Process->ActiveProcessLinks);
    PsInitialSystemProcess = Process;
    return ObCreateId(PspCidTable, Process, &Process->UniqueProcessId);
}

NTSTATUS PsInitialize(PETHREAD Idle)
{
    NTSTATUS Status;

    ObRegisterType(&PsProcessType);
    ObRegisterType(&PsThreadType);
    ObpProcessType = &PsProcessType;
    ObpThreadType = &PsThreadType;
    ExInitializeFastMutex(&PspProcessMutex);
    ExInitializeFastMutex(&PspJournalMutex);
    InitializeListHead(&PsActiveProcessHead);
    PspInitializeReaper();
    PspCidTable = ObCreateHandleTable(NULL);
    if (PspCidTable == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Status = PspCreateSystemProcess(Idle->ThreadsProcess);
    if (NT_SUCCESS(Status)) {
        Status = ObPublishTypes();
    }
    return NT_SUCCESS(Status) ? PspCreateSystemThread(PspReaper, NULL) : Status;
}
