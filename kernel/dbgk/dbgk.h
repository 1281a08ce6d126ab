/* SPDX-License-Identifier: MIT */
/* Dbgk: what a process's debugger is told, and what it answers. nt-facts 4.1. */
#pragma once

#include "ps/ps.h"

/*
 * An exception told to a routine of the kernel's instead of a debugger, which may look at and
 * change the thread's trap frame. TRUE: handled, and the thread goes on as that says. FALSE: what
 * it changed is lost, for the handlers' CONTEXT was made before.
 */
typedef BOOLEAN (*PDBGK_ROUTINE)(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame,
                                 BOOLEAN FirstChance);

/* What EPROCESS.DebugPort points at; at XP's layout, but for the last two fields. */
typedef struct _DEBUG_OBJECT {
    /*00*/ KEVENT EventsPresent; /* what a debugger waits for */
    /*10*/ FAST_MUTEX Mutex;
    /*30*/ LIST_ENTRY EventList; /* by DEBUG_EVENT.EventList, oldest first */
    /*38*/ ULONG Flags;          /* DEBUG_KILL_ON_CLOSE; DBGK_CLOSED */
    LIST_ENTRY Processes;        /* whose port it is, by DebugLinks */
    PDBGK_ROUTINE Routine;       /* NULL; else a script of the tests' is asked, nothing queued */
} DEBUG_OBJECT, *PDEBUG_OBJECT;

/* What EPROCESS.ExceptionPort points at: there is no subsystem, only scripts. */
typedef struct _DBGK_EXCEPTION_PORT {
    PDBGK_ROUTINE Routine;
} DBGK_EXCEPTION_PORT, *PDBGK_EXCEPTION_PORT;

/* object.c: registers the type, and what Ps tells. Once, before the first process. */
VOID DbgkInitialize(VOID);

/*
 * forward.c: sends the exception to the running process's debug port, or with DebugPort FALSE to
 * its exception port (the subsystem's). FALSE when there is none, or whoever is there did not
 * handle it. PASSIVE_LEVEL; waits for the debugger, the process's other threads frozen.
 */
BOOLEAN DbgkForwardException(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame, BOOLEAN DebugPort,
                             BOOLEAN SecondChance);

/* notify.c: the running thread is about to begin in ring 3. PASSIVE_LEVEL; waits. */
VOID DbgkCreateThread(VOID);

/*
 * attach.c: a port that is no debugger's, or NULL, for the running process (testdebugger.c). What
 * the PEB says goes with it. STATUS_PORT_ALREADY_SET: it has a debugger.
 */
NTSTATUS DbgkSetScript(PDEBUG_OBJECT Script);
