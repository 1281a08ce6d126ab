/* SPDX-License-Identifier: MIT */
/* What Dbgk's files share: events on their way to a debugger. */
#pragma once

#include "dbgk.h"
#include "nt/debug.h"

#define DBGK_CLOSED 0x100UL /* DEBUG_OBJECT.Flags: its last handle is gone */

/* One thing a debugger is told. Of a thread that waits, it lies on its kernel stack. */
typedef struct _DEBUG_EVENT {
    LIST_ENTRY EventList;
    KEVENT ContinueEvent; /* it is over: Status says how */
    PEPROCESS Process;
    PETHREAD Thread; /* referenced; it has one of its process */
    NTSTATUS Status;
    BOOLEAN Read;     /* the debugger has it, and has not answered */
    BOOLEAN NoWait;   /* from pool; nobody waits for it */
    BOOLEAN Releases; /* the last of those about what was there: afterwards it all runs again */
    PCSTR FileName;   /* of the image; a module's: it stays */
    DBGUI_WAIT_STATE_CHANGE Change;
} DEBUG_EVENT, *PDEBUG_EVENT;

extern OBJECT_TYPE DbgkDebugObjectType;

/*
 * Guards EPROCESS.DebugPort and DebugLinks of every process. A process's port has a reference.
 * Taken before a debug object's own mutex.
 */
extern FAST_MUTEX DbgkpProcessDebugPortMutex;

/* queue.c */

/* Fills Event about Thread, which it references; NewState and StateInfo are the caller's. */
VOID DbgkpInitializeEvent(PDEBUG_EVENT Event, PETHREAD Thread, DBG_STATE State);
/* The object's mutex is held, or nobody else knows of it yet. */
VOID DbgkpQueueEvent(PDEBUG_OBJECT Object, PDEBUG_EVENT Event);
/* It is over, and off its list: whoever waits goes on with Status. PASSIVE_LEVEL. */
VOID DbgkpWakeTarget(PDEBUG_EVENT Event, NTSTATUS Status);
/* What was held when the debugger came goes on. The port mutex is held: nobody comes meanwhile. */
VOID DbgkpReleaseThreads(PEPROCESS Process);
/* All events of Process leave the object, and its threads are released; the port mutex is held.
   Then, without it: they are over. */
VOID DbgkpTakeEvents(PDEBUG_OBJECT Object, PEPROCESS Process, PLIST_ENTRY Taken);
VOID DbgkpWakeAll(PLIST_ENTRY Taken, NTSTATUS Status);
/*
 * From the running thread about itself: its process's other threads freeze, the debugger is told,
 * and answers: DBG_... STATUS_PORT_NOT_SET: there is none; STATUS_DEBUGGER_INACTIVE: it went.
 */
NTSTATUS DbgkpSendMessage(DBG_STATE State, const DBGUI_WAIT_STATE_CHANGE *Change, PCSTR FileName);

/* attach.c */
/* Takes every process's port that is Object; they end too if the object says so. */
VOID DbgkpCloseObject(PVOID Object);
/* A new process's port: DebugPort's, or the parent's. */
NTSTATUS DbgkpCopyPort(PEPROCESS Process, PEPROCESS Parent, HANDLE DebugPort);
VOID DbgkpDeleteProcess(PEPROCESS Process);

/* present.c: queues what Process has: threads, images; its threads stop until that is told. */
NTSTATUS DbgkpPostPresent(PEPROCESS Process, PDEBUG_OBJECT Object);

/* notify.c */
VOID DbgkpFillThread(DBGUI_WAIT_STATE_CHANGE *Change, PETHREAD Thread);
/* Of the current address space's image at Base, into what of *Change is about it. */
PCSTR DbgkpFillProcess(DBGUI_WAIT_STATE_CHANGE *Change, PETHREAD Thread);
PCSTR DbgkpFillImage(DBGUI_WAIT_STATE_CHANGE *Change, ULONG Base, PTEB Teb);
VOID DbgkpExitThread(NTSTATUS ExitStatus, BOOLEAN Last);
VOID DbgkpMapImage(ULONG Base);
VOID DbgkpUnmapImage(ULONG Base);
