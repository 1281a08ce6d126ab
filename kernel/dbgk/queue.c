/* SPDX-License-Identifier: MIT */
/* Events on their way: from a thread into its debugger's list, and back with an answer. */
#include "dbgkp.h"
#include "ke/apc.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

VOID DbgkpInitializeEvent(PDEBUG_EVENT Event, PETHREAD Thread, DBG_STATE State)
{
    memset(Event, 0, sizeof(*Event));
    KeInitializeEvent(&Event->ContinueEvent, SynchronizationEvent, FALSE);
    ObReferenceObject(Thread); /* which has one of its process */
    Event->Thread = Thread;
    Event->Process = Thread->ThreadsProcess;
    Event->Change.NewState = State;
    Event->Change.AppClientId = Thread->Cid;
}

VOID DbgkpQueueEvent(PDEBUG_OBJECT Object, PDEBUG_EVENT Event)
{
    InsertTailList(&Object->EventList, &Event->EventList);
    KeSetEvent(&Object->EventsPresent, 0);
}

VOID DbgkpReleaseThreads(PEPROCESS Process)
{
    PETHREAD Thread = NULL;

    while ((Thread = PsGetNextProcessThread(Process, Thread)) != NULL) {
        if (Thread->HeldByDebugger) {
            Thread->HeldByDebugger = FALSE;
            KeResumeThread(&Thread->Tcb);
        }
    }
}

VOID DbgkpWakeTarget(PDEBUG_EVENT Event, NTSTATUS Status)
{
    Event->Status = Status;
    if (!Event->NoWait) {
        KeSetEvent(&Event->ContinueEvent, 0); /* and it is no more */
        return;
    }
    ObDereferenceObject(Event->Thread);
    ExFreePool(Event);
}

VOID DbgkpTakeEvents(PDEBUG_OBJECT Object, PEPROCESS Process, PLIST_ENTRY Taken)
{
    PLIST_ENTRY Entry, Next;

    InitializeListHead(Taken);
    ExAcquireFastMutex(&Object->Mutex);
    for (Entry = Object->EventList.Flink; Entry != &Object->EventList; Entry = Next) {
        PDEBUG_EVENT Event = CONTAINING_RECORD(Entry, DEBUG_EVENT, EventList);

        Next = Entry->Flink;
        if (Event->Process == Process) {
            RemoveEntryList(Entry);
            InsertTailList(Taken, Entry);
        }
    }
    ExReleaseFastMutex(&Object->Mutex);
    DbgkpReleaseThreads(Process);
}

VOID DbgkpWakeAll(PLIST_ENTRY Taken, NTSTATUS Status)
{
    while (!IsListEmpty(Taken)) {
        DbgkpWakeTarget(CONTAINING_RECORD(RemoveHeadList(Taken), DEBUG_EVENT, EventList), Status);
    }
}

/* FALSE: there is no debugger, or it is just going. */
static NTSTATUS DbgkpQueueOwn(PDEBUG_EVENT Event)
{
    PDEBUG_OBJECT Object;
    NTSTATUS Status = STATUS_PORT_NOT_SET;

    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    Object = Event->Process->DebugPort;
    if (Object != NULL && Object->Routine == NULL) {
        ExAcquireFastMutex(&Object->Mutex);
        if (Object->Flags & DBGK_CLOSED) {
            Status = STATUS_DEBUGGER_INACTIVE;
        } else {
            DbgkpQueueEvent(Object, Event);
            Status = STATUS_SUCCESS;
        }
        ExReleaseFastMutex(&Object->Mutex);
    }
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    return Status;
}

/* The thread itself may not be suspended meanwhile: what waits is on its stack. */
NTSTATUS DbgkpSendMessage(DBG_STATE State, const DBGUI_WAIT_STATE_CHANGE *Change, PCSTR FileName)
{
    PETHREAD Thread = PsGetCurrentThread();
    DEBUG_EVENT Event;
    NTSTATUS Status;

    DbgkpInitializeEvent(&Event, Thread, State);
    Event.Change.StateInfo = Change->StateInfo;
    Event.FileName = FileName;
    KeEnterCriticalRegion();
    KeFreezeAllThreads();
    Status = DbgkpQueueOwn(&Event);
    if (NT_SUCCESS(Status)) {
        KeWaitForSingleObject(&Event.ContinueEvent, KernelMode, FALSE, NULL);
        Status = Event.Status;
    }
    KeThawAllThreads();
    KeLeaveCriticalRegion();
    ObDereferenceObject(Thread);
    if (!Thread->HasTerminated && Status == DBG_TERMINATE_PROCESS) {
        PsExitProcess(Status);
    }
    if (!Thread->HasTerminated && Status == DBG_TERMINATE_THREAD) {
        PsExitThread(Status);
    }
    return Status;
}
