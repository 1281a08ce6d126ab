/* SPDX-License-Identifier: MIT */
/* Debug objects: the type, and the services that make one and change it. */
#include "dbgkp.h"
#include "nt/services.h"
#include "rtl/list.h"

FAST_MUTEX DbgkpProcessDebugPortMutex;

OBJECT_TYPE DbgkDebugObjectType = {
    .Name = "DebugObject",
    .Tag = POOL_TAG('D', 'b', 'g', 'O'),
    .Pool = NonPagedPool,
    .Mapping = {STANDARD_RIGHTS_READ | DEBUG_READ_EVENT,
                STANDARD_RIGHTS_READ | DEBUG_PROCESS_ASSIGN, STANDARD_RIGHTS_READ | SYNCHRONIZE,
                DEBUG_ALL_ACCESS},
    .ValidAccess = DEBUG_ALL_ACCESS,
    .LastHandle = DbgkpCloseObject,
};

static const PS_DEBUG_CALLOUTS DbgkpCallouts = {
    .CopyPort = DbgkpCopyPort,
    .DeleteProcess = DbgkpDeleteProcess,
    .ExitThread = DbgkpExitThread,
    .MapImage = DbgkpMapImage,
    .UnmapImage = DbgkpUnmapImage,
};

VOID DbgkInitialize(VOID)
{
    ObRegisterType(&DbgkDebugObjectType);
    ExInitializeFastMutex(&DbgkpProcessDebugPortMutex);
    PsDebugCallouts = &DbgkpCallouts;
}

/* Flags: DEBUG_KILL_ON_CLOSE or 0. STATUS_INVALID_PARAMETER for others. */
NTSTATUS NTAPI NtCreateDebugObject(PHANDLE DebugObjectHandle, ACCESS_MASK DesiredAccess,
                                   POBJECT_ATTRIBUTES ObjectAttributes, ULONG Flags)
{
    PDEBUG_OBJECT Object;
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(DebugObjectHandle, sizeof(*DebugObjectHandle));

    if (NT_SUCCESS(Status) && Flags & ~DEBUG_KILL_ON_CLOSE) {
        Status = STATUS_INVALID_PARAMETER;
    }
    if (NT_SUCCESS(Status)) {
        Status = ObCreateObject(&DbgkDebugObjectType, sizeof(*Object), (PVOID *)&Object);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeInitializeEvent(&Object->EventsPresent, NotificationEvent, FALSE);
    ExInitializeFastMutex(&Object->Mutex);
    InitializeListHead(&Object->EventList);
    InitializeListHead(&Object->Processes);
    Object->Flags = Flags;
    Status = ObInsertObject(Object, ObjectAttributes, DesiredAccess, &Handle);
    return KeReturnHandle(DebugObjectHandle, Handle, Status);
}

/* Class DebugObjectFlags: a ULONG. ReturnLength, which may be NULL, gets 4. */
NTSTATUS NTAPI NtSetInformationDebugObject(HANDLE DebugObjectHandle, ULONG Class, PVOID Information,
                                           ULONG Length, PULONG ReturnLength)
{
    static const ULONG Needed = sizeof(ULONG);
    PDEBUG_OBJECT Object;
    ULONG Flags;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Class != DebugObjectFlags) {
        return STATUS_INVALID_PARAMETER;
    }
    if (ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Needed, sizeof(Needed));
    }
    if (NT_SUCCESS(Status) && Length != Needed) {
        Status = STATUS_INFO_LENGTH_MISMATCH;
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Flags, Information, sizeof(Flags));
    }
    if (NT_SUCCESS(Status) && Flags & ~DEBUG_KILL_ON_CLOSE) {
        Status = STATUS_INVALID_PARAMETER;
    }
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(DebugObjectHandle, DEBUG_SET_INFORMATION,
                                           &DbgkDebugObjectType, (PVOID *)&Object);
    }
    if (NT_SUCCESS(Status)) {
        ExAcquireFastMutex(&Object->Mutex);
        Object->Flags = (Object->Flags & ~DEBUG_KILL_ON_CLOSE) | Flags;
        ExReleaseFastMutex(&Object->Mutex);
        ObDereferenceObject(Object);
    }
    return Status;
}
