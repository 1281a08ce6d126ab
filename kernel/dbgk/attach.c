/* SPDX-License-Identifier: MIT */
/* Who is whose debugger: EPROCESS.DebugPort, from NtDebugActiveProcess to the object's end. */
#include "dbgkp.h"
#include "nt/services.h"
#include "rtl/list.h"

/* BeingDebugged, by whether it has a port. */
static VOID DbgkpMarkProcessPeb(PEPROCESS Process)
{
    BOOLEAN BeingDebugged = Process->DebugPort != NULL;

    if (Process->ObjectTable != NULL) {
        *ObRaiseOnInvalidClose(Process->ObjectTable) = BeingDebugged;
    }
    if (Process->Peb != NULL && Process->ExitTime.QuadPart == 0) {
        KeAttachProcess(&Process->Pcb);
        KeCopyToUser(&Process->Peb->BeingDebugged, &BeingDebugged, sizeof(BeingDebugged));
        KeDetachProcess();
    }
}

/* The mutex is held. */
static VOID DbgkpBind(PEPROCESS Process, PDEBUG_OBJECT Object)
{
    ObReferenceObject(Object);
    Process->DebugPort = Object;
    InsertTailList(&Object->Processes, &Process->DebugLinks);
    DbgkpMarkProcessPeb(Process);
}

/* The mutex is held, so nobody queues in between. */
static NTSTATUS DbgkpSetPort(PEPROCESS Process, PDEBUG_OBJECT Object)
{
    NTSTATUS Status;

    if (Process->DebugPort != NULL) {
        return STATUS_PORT_ALREADY_SET;
    }
    if (Process->Exiting) {
        return STATUS_PROCESS_IS_TERMINATING;
    }
    ExAcquireFastMutex(&Object->Mutex);
    Status =
        Object->Flags & DBGK_CLOSED ? STATUS_DEBUGGER_INACTIVE : DbgkpPostPresent(Process, Object);
    ExReleaseFastMutex(&Object->Mutex);
    if (NT_SUCCESS(Status)) {
        DbgkpBind(Process, Object);
    }
    return Status;
}

/* From the two that bind or part a process and a debug object. Both referenced. */
static NTSTATUS DbgkpReferenceBoth(HANDLE ProcessHandle, HANDLE DebugObjectHandle,
                                   PEPROCESS *Process, PDEBUG_OBJECT *Object)
{
    NTSTATUS Status = PsReferenceProcess(ProcessHandle, PROCESS_SUSPEND_RESUME, Process);

    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(DebugObjectHandle, DEBUG_PROCESS_ASSIGN,
                                           &DbgkDebugObjectType, (PVOID *)Object);
        if (!NT_SUCCESS(Status)) {
            ObDereferenceObject(*Process);
        }
    }
    return Status;
}

/*
 * The process's events go to the debug object from now on, beginning with what is there: it, its
 * threads, its images. STATUS_ACCESS_DENIED: the caller's own, or the kernel's;
 * STATUS_PORT_ALREADY_SET; STATUS_PROCESS_IS_TERMINATING; STATUS_UNSUCCESSFUL: it has no thread.
 */
NTSTATUS NTAPI NtDebugActiveProcess(HANDLE ProcessHandle, HANDLE DebugObjectHandle)
{
    LIST_ENTRY Taken;
    PEPROCESS Process;
    PDEBUG_OBJECT Object;
    NTSTATUS Status = DbgkpReferenceBoth(ProcessHandle, DebugObjectHandle, &Process, &Object);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    InitializeListHead(&Taken);
    if (Process == PsGetCurrentProcess()) {
        Status = STATUS_ACCESS_DENIED; /* who would answer? */
    } else {
        ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
        Status = DbgkpSetPort(Process, Object);
        if (!NT_SUCCESS(Status) && Process->DebugPort == NULL) {
            DbgkpTakeEvents(Object, Process, &Taken); /* those it got as far as to queue */
        }
        ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
        DbgkpWakeAll(&Taken, Status);
    }
    ObDereferenceObject(Object);
    ObDereferenceObject(Process);
    return Status;
}

/*
 * TRUE: it was Object, and is not any more; what Object has of the process is taken. The reference
 * it had is the caller's.
 */
static BOOLEAN DbgkpClearPort(PEPROCESS Process, PDEBUG_OBJECT Object, PLIST_ENTRY Taken)
{
    BOOLEAN Was;

    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    Was = Process->DebugPort == Object;
    if (Was) {
        Process->DebugPort = NULL;
        RemoveEntryList(&Process->DebugLinks);
        InitializeListHead(&Process->DebugLinks);
        DbgkpMarkProcessPeb(Process);
        DbgkpTakeEvents(Object, Process, Taken);
    }
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    return Was;
}

/* One that has it as its port, referenced; NULL: none has. */
static PEPROCESS DbgkpAnyProcess(PDEBUG_OBJECT Object)
{
    PEPROCESS Process = NULL;
    PLIST_ENTRY Entry;

    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    for (Entry = Object->Processes.Flink; Process == NULL && Entry != &Object->Processes;
         Entry = Entry->Flink) {
        Process = CONTAINING_RECORD(Entry, EPROCESS, DebugLinks);
        Process = ObReferenceObjectSafe(Process) ? Process : NULL; /* it is going by itself */
    }
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    return Process;
}

/* It runs on without a debugger; what it waits with is over. STATUS_PORT_NOT_SET. */
NTSTATUS NTAPI NtRemoveProcessDebug(HANDLE ProcessHandle, HANDLE DebugObjectHandle)
{
    LIST_ENTRY Taken;
    PEPROCESS Process;
    PDEBUG_OBJECT Object;
    NTSTATUS Status = DbgkpReferenceBoth(ProcessHandle, DebugObjectHandle, &Process, &Object);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (DbgkpClearPort(Process, Object, &Taken)) {
        DbgkpWakeAll(&Taken, STATUS_DEBUGGER_INACTIVE);
        ObDereferenceObject(Object);
    } else {
        Status = STATUS_PORT_NOT_SET;
    }
    ObDereferenceObject(Object);
    ObDereferenceObject(Process);
    return Status;
}

VOID DbgkpCloseObject(PVOID DebugObject)
{
    PDEBUG_OBJECT Object = DebugObject;
    LIST_ENTRY Taken;
    PEPROCESS Process;

    ExAcquireFastMutex(&Object->Mutex);
    Object->Flags |= DBGK_CLOSED;
    ExReleaseFastMutex(&Object->Mutex);
    while ((Process = DbgkpAnyProcess(Object)) != NULL) {
        if (DbgkpClearPort(Process, Object, &Taken)) {
            if (Object->Flags & DEBUG_KILL_ON_CLOSE) {
                PsTerminateProcess(Process, STATUS_DEBUGGER_INACTIVE);
            }
            DbgkpWakeAll(&Taken, STATUS_DEBUGGER_INACTIVE);
            ObDereferenceObject(Object);
        }
        ObDereferenceObject(Process);
    }
    /* Whoever waits for events hears that there are no more. */
    KeSetEvent(&Object->EventsPresent, 0);
}

/* By a debugger, no script. */
static BOOLEAN DbgkpIsDebugged(PEPROCESS Process)
{
    PDEBUG_OBJECT Object = Process->DebugPort;

    return Object != NULL && Object->Routine == NULL;
}

/* It has no id yet, so nobody else has given it one. */
NTSTATUS DbgkpCopyPort(PEPROCESS Process, PEPROCESS Parent, HANDLE DebugPort)
{
    HANDLE Handle = (HANDLE)((ULONG)DebugPort & ~DEBUG_PORT_NO_INHERIT);
    PDEBUG_OBJECT Object = NULL;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Handle != NULL) {
        Status = ObReferenceObjectByHandle(Handle, DEBUG_PROCESS_ASSIGN, &DbgkDebugObjectType,
                                           (PVOID *)&Object);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    Process->NoDebugInherit = ((ULONG)DebugPort & DEBUG_PORT_NO_INHERIT) != 0;
    if (Object != NULL) {
        Status = Object->Flags & DBGK_CLOSED ? STATUS_DEBUGGER_INACTIVE : STATUS_SUCCESS;
    } else if (!Parent->NoDebugInherit && DbgkpIsDebugged(Parent)) {
        Object = Parent->DebugPort;
        ObReferenceObject(Object);
    }
    if (Object != NULL && NT_SUCCESS(Status)) {
        DbgkpBind(Process, Object);
    } else {
        DbgkpMarkProcessPeb(Process); /* a clone's PEB says what its parent's did */
    }
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    if (Object != NULL) {
        ObDereferenceObject(Object);
    }
    return Status;
}

VOID DbgkpDeleteProcess(PEPROCESS Process)
{
    if (DbgkpIsDebugged(Process)) {
        ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
        RemoveEntryList(&Process->DebugLinks);
        ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
        ObDereferenceObject(Process->DebugPort);
    }
}

NTSTATUS DbgkSetScript(PDEBUG_OBJECT Script)
{
    PEPROCESS Process = PsGetCurrentProcess();
    PDEBUG_OBJECT Now;
    NTSTATUS Status = STATUS_SUCCESS;

    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    Now = Process->DebugPort;
    if (Now == NULL || Now->Routine != NULL) {
        Process->DebugPort = Script;
        DbgkpMarkProcessPeb(Process);
    } else if (Script != NULL) {
        Status = STATUS_PORT_ALREADY_SET;
    }
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    return Status;
}
