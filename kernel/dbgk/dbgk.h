/* SPDX-License-Identifier: MIT */
/* Dbgk: a process's debugger, told through the process's ports. nt-facts 4.1. */
#pragma once

#include "ps/ps.h"

/*
 * What EPROCESS.DebugPort and ExceptionPort point at. Exception is told of one, and may look at and
 * change the thread's trap frame. TRUE: handled, and the thread goes on as that says. FALSE: what
 * it changed is lost, for the handlers' CONTEXT was made before.
 */
typedef struct _DBGK_PORT {
    BOOLEAN (*Exception)(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame, BOOLEAN FirstChance);
} DBGK_PORT, *PDBGK_PORT;

/*
 * Sends the exception to the running process's debug port, or with DebugPort FALSE to its exception
 * port (the subsystem's). FALSE when there is none, or whoever is there did not handle it.
 * PASSIVE_LEVEL.
 */
BOOLEAN DbgkForwardException(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame, BOOLEAN DebugPort,
                             BOOLEAN SecondChance);
