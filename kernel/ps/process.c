/* SPDX-License-Identifier: MIT */
/* Making a process, and unmaking it when nobody has it any more. */
#include "ke/events.h"
#include "psp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define DEFAULT_PRIORITY 8

static VOID PspDeleteProcess(PVOID Object);

OBJECT_TYPE PsProcessType = {
    .Name = "Process",
    .Tag = POOL_TAG('P', 'r', 'o', 'c'),
    .Pool = NonPagedPool,
    .Mapping = {PROCESS_VM_READ | PROCESS_QUERY_INFORMATION,
                PROCESS_CREATE_PROCESS | PROCESS_CREATE_THREAD | PROCESS_VM_OPERATION |
                    PROCESS_VM_WRITE | PROCESS_DUP_HANDLE | PROCESS_SET_INFORMATION,
                SYNCHRONIZE, PROCESS_ALL_ACCESS},
    .ValidAccess = PROCESS_ALL_ACCESS,
    .Delete = PspDeleteProcess,
};

/* Its threads are gone: each had a reference. */
static VOID PspDeleteProcess(PVOID Object)
{
    PEPROCESS Process = Object;

    PsDebugCallouts->DeleteProcess(Process);
    ExAcquireFastMutex(&PspProcessMutex);
    RemoveEntryList(&Process->ActiveProcessLinks);
    ExReleaseFastMutex(&PspProcessMutex);
    if (Process->UniqueProcessId != NULL) {
        ObDestroyId(PspCidTable, Process->UniqueProcessId);
    }
    if (Process->ObjectTable != NULL) {
        ObCloseAllHandles(Process->ObjectTable);
        ObDeleteHandleTable(Process->ObjectTable);
    }
    if (Process->AddressSpace.PageDirectory != 0) {
        KeAttachProcess(&Process->Pcb);
        MmCleanAddressSpace();
        KeDetachProcess();
        MmDeleteAddressSpace(&Process->AddressSpace);
    }
}

/* ntdll first, so that it has its place; then the program, which may have to move; then the PEB. */
static NTSTATUS PspMapImages(PEPROCESS Process, PSECTION Section)
{
    ULONG Base, Bytes;
    NTSTATUS Status = MmMapSharedData();

    if (NT_SUCCESS(Status)) {
        Status = MmMapViewOfSegment(PspSystemDllSection->Segment, &Base, &Bytes, NULL);
    }
    if (Status == STATUS_IMAGE_NOT_AT_BASE) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    if (NT_SUCCESS(Status)) {
        Status = MmMapViewOfSegment(Section->Segment, &Base, &Bytes, NULL);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Process->SectionBaseAddress = (PVOID)Base;
    return PspCreatePeb(Process, MmSegmentImage(Section->Segment), Base);
}

static NTSTATUS PspFillAddressSpace(PEPROCESS Process, PEPROCESS Parent, PSECTION Section)
{
    NTSTATUS Status = STATUS_SUCCESS;

    if (Section == NULL) {
        Status = MmCloneAddressSpace(&Parent->Pcb, &Process->Pcb);
        Process->Peb = Parent->Peb;
        Process->SectionBaseAddress = Parent->SectionBaseAddress;
        Process->ImageName = Parent->ImageName;
    } else {
        Process->ImageName = MmSegmentName(Section->Segment);
    }
    _snprintf(Process->ImageFileName, PS_IMAGE_NAME_LENGTH - 1, "%s", Process->ImageName);
    if (NT_SUCCESS(Status)) {
        KeAttachProcess(&Process->Pcb);
        Status = Section != NULL ? PspMapImages(Process, Section) : MmMapSharedData();
        KeDetachProcess();
    }
    return Status;
}

NTSTATUS PspCreateProcess(PEPROCESS Parent, BOOLEAN InheritHandles, PSECTION Section,
                          HANDLE DebugPort, PEPROCESS *Result)
{
    PEPROCESS Process;
    NTSTATUS Status = ObCreateObject(&PsProcessType, sizeof(*Process), (PVOID *)&Process);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    InitializeListHead(&Process->ActiveProcessLinks);
    InitializeListHead(&Process->DebugLinks);
    Status = MmCreateAddressSpace(&Process->AddressSpace);
    KeInitializeProcess(&Process->Pcb,
                        Parent->Pcb.NoUserSpace ? DEFAULT_PRIORITY : Parent->Pcb.BasePriority,
                        Process->AddressSpace.PageDirectory);
    Process->ExitStatus = STATUS_PENDING;
    Process->ExecuteFlags =
        Parent->Pcb.NoUserSpace ? MEM_EXECUTE_OPTION_DEFAULT : Parent->ExecuteFlags;
    Process->InheritedFromUniqueProcessId = Parent->UniqueProcessId;
    Process->VadRoot = &Process->AddressSpace.VadRoot;
    Process->CreateTime.QuadPart = (LONGLONG)KeQuerySystemTime();
    if (NT_SUCCESS(Status)) {
        Process->ObjectTable = ObCreateHandleTable(InheritHandles ? Parent->ObjectTable : NULL);
        Status = Process->ObjectTable != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    }
    if (NT_SUCCESS(Status)) {
        Status = PspFillAddressSpace(Process, Parent, Section);
    }
    if (NT_SUCCESS(Status)) {
        Status = PsDebugCallouts->CopyPort(Process, Parent, DebugPort);
    }
    /* The last: with its id anybody may open it. */
    if (NT_SUCCESS(Status)) {
        Status = ObCreateId(PspCidTable, Process, &Process->UniqueProcessId);
    }
    if (!NT_SUCCESS(Status)) {
        ObDereferenceObject(Process);
        return Status;
    }
    KeLogEvent(EventProcessStart, 0, (ULONG)Process->UniqueProcessId,
               (ULONG)Parent->UniqueProcessId, (ULONG)Process->ImageName, 0);
    ExAcquireFastMutex(&PspProcessMutex);
    InsertTailList(&PsActiveProcessHead, &Process->ActiveProcessLinks);
    ExReleaseFastMutex(&PspProcessMutex);
    *Result = Process;
    return STATUS_SUCCESS;
}

static NTSTATUS PspReferenceSection(HANDLE SectionHandle, PSECTION *Section)
{
    NTSTATUS Status = ObReferenceObjectByHandle(SectionHandle, SECTION_MAP_EXECUTE, &IoSectionType,
                                                (PVOID *)Section);

    if (NT_SUCCESS(Status) && MmSegmentImage((*Section)->Segment) == NULL) {
        ObDereferenceObject(*Section);
        *Section = NULL;
        Status = STATUS_SECTION_NOT_IMAGE;
    }
    return Status;
}

/*
 * A process without threads: of the image that SectionHandle is, or, NULL, a clone of
 * ParentProcess, whose private memory the two share until one writes. DebugPort: a debug object
 * (DEBUG_PROCESS_ASSIGN); NULL: the parent's. There is no subsystem to have an ExceptionPort:
 * STATUS_NOT_IMPLEMENTED unless it is NULL.
 */
NTSTATUS NTAPI NtCreateProcess(PHANDLE ProcessHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ParentProcess,
                               BOOLEAN InheritObjectTable, HANDLE SectionHandle, HANDLE DebugPort,
                               HANDLE ExceptionPort)
{
    PEPROCESS Parent, Process;
    PSECTION Section = NULL;
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(ProcessHandle, sizeof(*ProcessHandle));

    if (NT_SUCCESS(Status) && ExceptionPort != NULL) {
        Status = STATUS_NOT_IMPLEMENTED;
    }
    if (NT_SUCCESS(Status)) {
        Status = PsReferenceProcess(ParentProcess, PROCESS_CREATE_PROCESS, &Parent);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (SectionHandle != NULL) {
        Status = PspReferenceSection(SectionHandle, &Section);
    } else if (!PspHasMemory(Parent)) {
        Status = STATUS_PROCESS_IS_TERMINATING;
    }
    if (NT_SUCCESS(Status)) {
        Status = PspCreateProcess(Parent, InheritObjectTable, Section, DebugPort, &Process);
    }
    if (Section != NULL) {
        ObDereferenceObject(Section);
    }
    ObDereferenceObject(Parent);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ObInsertObject(Process, ObjectAttributes, DesiredAccess, &Handle);
    return KeReturnHandle(ProcessHandle, Handle, Status);
}
