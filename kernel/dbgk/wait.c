/* SPDX-License-Identifier: MIT */
/* The debugger's side: NtWaitForDebugEvent and NtDebugContinue. */
#include "dbgkp.h"
#include "io/io.h"
#include "nt/services.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

/*
 * The oldest event that may be told: of each process one at a time. The object's mutex is held.
 * NULL: none, and the object is no longer signalled.
 */
static PDEBUG_EVENT DbgkpNextEvent(PDEBUG_OBJECT Object)
{
    PLIST_ENTRY Head = &Object->EventList;

    for (PLIST_ENTRY Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        PDEBUG_EVENT Event = CONTAINING_RECORD(Entry, DEBUG_EVENT, EventList);
        BOOLEAN Busy = Event->Read;

        for (PLIST_ENTRY Before = Head->Flink; Before != Entry; Before = Before->Flink) {
            PDEBUG_EVENT Other = CONTAINING_RECORD(Before, DEBUG_EVENT, EventList);

            Busy = Busy || (Other->Read && Other->Process == Event->Process);
        }
        if (!Busy) {
            return Event;
        }
    }
    KeResetEvent(&Object->EventsPresent);
    return NULL;
}

typedef struct _DBGK_TAKEN {
    DBGUI_WAIT_STATE_CHANGE Change;
    PETHREAD Thread; /* referenced */
    PCSTR FileName;
} DBGK_TAKEN;

/* STATUS_DEBUGGER_INACTIVE: somebody has closed the last handle meanwhile. */
static NTSTATUS DbgkpTakeEvent(PDEBUG_OBJECT Object, DBGK_TAKEN *Taken)
{
    PDEBUG_EVENT Event = NULL;
    NTSTATUS Status = STATUS_DEBUGGER_INACTIVE;

    ExAcquireFastMutex(&Object->Mutex);
    if (!(Object->Flags & DBGK_CLOSED)) {
        Event = DbgkpNextEvent(Object);
        Status = Event != NULL ? STATUS_SUCCESS : STATUS_PENDING;
    }
    if (Event != NULL) {
        Event->Read = TRUE;
        ObReferenceObject(Event->Thread);
        *Taken = (DBGK_TAKEN){Event->Change, Event->Thread, Event->FileName};
    }
    ExReleaseFastMutex(&Object->Mutex);
    return Status;
}

/* The read event of Cid, or NULL. The object's mutex is held. */
static PDEBUG_EVENT DbgkpFindRead(PDEBUG_OBJECT Object, const CLIENT_ID *Cid)
{
    PLIST_ENTRY Head = &Object->EventList;

    for (PLIST_ENTRY Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        PDEBUG_EVENT Event = CONTAINING_RECORD(Entry, DEBUG_EVENT, EventList);

        if (Event->Read && Event->Change.AppClientId.UniqueProcess == Cid->UniqueProcess &&
            Event->Change.AppClientId.UniqueThread == Cid->UniqueThread) {
            return Event;
        }
    }
    return NULL;
}

/* The debugger did not get it after all: it will be told again. */
static VOID DbgkpReturnEvent(PDEBUG_OBJECT Object, const CLIENT_ID *Cid)
{
    PDEBUG_EVENT Event;

    ExAcquireFastMutex(&Object->Mutex);
    Event = DbgkpFindRead(Object, Cid);
    if (Event != NULL) {
        Event->Read = FALSE;
        KeSetEvent(&Object->EventsPresent, 0);
    }
    ExReleaseFastMutex(&Object->Mutex);
}

/* Handles of the running process, the debugger's. NULL is one that could not be made. */
static VOID DbgkpOpenHandles(DBGK_TAKEN *Taken)
{
    DBGUI_WAIT_STATE_CHANGE *Change = &Taken->Change;

    switch (Change->NewState) {
    case DbgCreateThreadStateChange:
        ObOpenObjectByPointer(Taken->Thread, 0, THREAD_ALL_ACCESS,
                              &Change->StateInfo.CreateThread.HandleToThread);
        break;
    case DbgCreateProcessStateChange:
        ObOpenObjectByPointer(Taken->Thread, 0, THREAD_ALL_ACCESS,
                              &Change->StateInfo.CreateProcessInfo.HandleToThread);
        ObOpenObjectByPointer(Taken->Thread->ThreadsProcess, 0, PROCESS_ALL_ACCESS,
                              &Change->StateInfo.CreateProcessInfo.HandleToProcess);
        IoOpenModule(Taken->FileName, &Change->StateInfo.CreateProcessInfo.NewProcess.FileHandle);
        break;
    case DbgLoadDllStateChange:
        IoOpenModule(Taken->FileName, &Change->StateInfo.LoadDll.FileHandle);
        break;
    default:
        break;
    }
}

static VOID DbgkpClose(HANDLE Handle)
{
    if (Handle != NULL) {
        ObCloseHandle(ObCurrentTable(), Handle);
    }
}

static VOID DbgkpCloseHandles(const DBGUI_WAIT_STATE_CHANGE *Change)
{
    if (Change->NewState == DbgCreateThreadStateChange) {
        DbgkpClose(Change->StateInfo.CreateThread.HandleToThread);
    } else if (Change->NewState == DbgCreateProcessStateChange) {
        DbgkpClose(Change->StateInfo.CreateProcessInfo.HandleToThread);
        DbgkpClose(Change->StateInfo.CreateProcessInfo.HandleToProcess);
        DbgkpClose(Change->StateInfo.CreateProcessInfo.NewProcess.FileHandle);
    } else if (Change->NewState == DbgLoadDllStateChange) {
        DbgkpClose(Change->StateInfo.LoadDll.FileHandle);
    }
}

/* Waits until there is an event, without taking it. Deadline: of the interrupt time; 0: none. */
static NTSTATUS DbgkpAwait(PDEBUG_OBJECT Object, BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                           ULONGLONG Deadline)
{
    LARGE_INTEGER Left;

    if (Deadline != 0) {
        ULONGLONG Now = KeQueryInterruptTime();

        Left.QuadPart = Now < Deadline ? (LONGLONG)(Now - Deadline) : 0;
        Timeout = &Left;
    }
    return KeWaitForSingleObject(&Object->EventsPresent, KeGetPreviousMode(), Alertable, Timeout);
}

/*
 * The next event of any process that has the object as its port, into *StateChange; until
 * NtDebugContinue answers it that process is told of no other. Timeout: as every wait's.
 * STATUS_TIMEOUT, STATUS_ALERTED, STATUS_USER_APC; STATUS_DEBUGGER_INACTIVE: the object is closed.
 */
NTSTATUS NTAPI NtWaitForDebugEvent(HANDLE DebugObjectHandle, BOOLEAN Alertable,
                                   PLARGE_INTEGER Timeout, PDBGUI_WAIT_STATE_CHANGE StateChange)
{
    LARGE_INTEGER Local, *Used;
    ULONGLONG Deadline = 0;
    PDEBUG_OBJECT Object;
    DBGK_TAKEN Taken;
    NTSTATUS Status = ObCaptureTimeout(Timeout, &Local, &Used);

    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(StateChange, sizeof(*StateChange));
    }
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(DebugObjectHandle, DEBUG_READ_EVENT,
                                           &DbgkDebugObjectType, (PVOID *)&Object);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Used != NULL && Local.QuadPart < 0) {
        Deadline = KeQueryInterruptTime() - (ULONGLONG)Local.QuadPart;
    }
    do {
        Status = DbgkpAwait(Object, Alertable, Used, Deadline);
        if (Status == STATUS_SUCCESS) {
            Status = DbgkpTakeEvent(Object, &Taken);
        }
    } while (Status == STATUS_PENDING);
    if (Status == STATUS_SUCCESS) {
        DbgkpOpenHandles(&Taken);
        Status = KeCopyToCaller(StateChange, &Taken.Change, sizeof(Taken.Change));
        if (!NT_SUCCESS(Status)) {
            DbgkpCloseHandles(&Taken.Change);
            DbgkpReturnEvent(Object, &Taken.Change.AppClientId);
        }
        ObDereferenceObject(Taken.Thread);
    }
    ObDereferenceObject(Object);
    return Status;
}

static BOOLEAN DbgkpIsAnswer(NTSTATUS Status)
{
    return Status == DBG_CONTINUE || Status == DBG_EXCEPTION_HANDLED ||
           Status == DBG_EXCEPTION_NOT_HANDLED || Status == DBG_TERMINATE_THREAD ||
           Status == DBG_TERMINATE_PROCESS;
}

/*
 * Answers the event that ClientId's thread waits with. STATUS_INVALID_PARAMETER: there is none, or
 * ContinueStatus is no answer.
 */
NTSTATUS NTAPI NtDebugContinue(HANDLE DebugObjectHandle, PCLIENT_ID ClientId,
                               NTSTATUS ContinueStatus)
{
    PDEBUG_OBJECT Object;
    PDEBUG_EVENT Event;
    CLIENT_ID Cid;
    NTSTATUS Status = KeCopyFromCaller(&Cid, ClientId, sizeof(Cid));

    if (NT_SUCCESS(Status) && !DbgkpIsAnswer(ContinueStatus)) {
        Status = STATUS_INVALID_PARAMETER;
    }
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(DebugObjectHandle, DEBUG_READ_EVENT,
                                           &DbgkDebugObjectType, (PVOID *)&Object);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    ExAcquireFastMutex(&Object->Mutex);
    Event = DbgkpFindRead(Object, &Cid);
    if (Event != NULL) {
        RemoveEntryList(&Event->EventList);
        if (!IsListEmpty(&Object->EventList)) {
            KeSetEvent(&Object->EventsPresent, 0); /* another one of its process may be next */
        }
    }
    ExReleaseFastMutex(&Object->Mutex);
    if (Event != NULL && Event->Releases) {
        DbgkpReleaseThreads(Event->Process);
    }
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    if (Event != NULL) {
        DbgkpWakeTarget(Event, ContinueStatus);
    }
    ObDereferenceObject(Object);
    return Event != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}
