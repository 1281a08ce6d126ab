/* SPDX-License-Identifier: MIT */
/*
 * Kd: the kernel debugger, as the rest of the kernel sees it: one routine, to which every exception
 * is offered first. Without the switch /DEBUG that is a stub, with it a debugger that talks over
 * the kernel's serial line. nt-facts 4.1, 9.2.
 */
#pragma once

#include "i386/trapframe.h"
#include "nt/exception.h"

/*
 * TRUE: handled, go on with *Context. Interrupts on or off; PASSIVE_LEVEL when PreviousMode is
 * UserMode, any level else.
 */
typedef BOOLEAN (*PKDEBUG_ROUTINE)(PEXCEPTION_RECORD Record, PCONTEXT Context,
                                   KPROCESSOR_MODE PreviousMode, BOOLEAN SecondChance);
extern PKDEBUG_ROUTINE KiDebugRoutine;

extern BOOLEAN KdDebuggerEnabled;
extern BOOLEAN KdIgnoreUmExceptions; /* TRUE: exceptions of ring 3 are none of Kd's business */

/* init.c: once, in phase 0. */
VOID KdInitSystem(BOOLEAN Enable);

/* Is the record one of the services of int 2D, rather than an exception? */
static inline BOOLEAN KdIsService(const EXCEPTION_RECORD *Record)
{
    return Record->ExceptionCode == STATUS_BREAKPOINT && Record->NumberParameters > 0 &&
           Record->ExceptionInformation[0] != 0;
}

/* stub.c and trap.c: the two debug routines. */
BOOLEAN KdpStub(PEXCEPTION_RECORD Record, PCONTEXT Context, KPROCESSOR_MODE PreviousMode,
                BOOLEAN SecondChance);
BOOLEAN KdpTrap(PEXCEPTION_RECORD Record, PCONTEXT Context, KPROCESSOR_MODE PreviousMode,
                BOOLEAN SecondChance);

/*
 * service.c: carries out service Record->ExceptionInformation[0] with the registers in *Context,
 * moves EIP over the byte behind the int and leaves the result in EAX. FALSE: not one of Kd's;
 * a prompt is only when somebody can answer.
 */
BOOLEAN KdpService(const EXCEPTION_RECORD *Record, PCONTEXT Context, KPROCESSOR_MODE PreviousMode);

/* line.c: a line from the debugger's user, without its end; FALSE: there is nobody any more. */
BOOLEAN KdpReadLine(PCHAR Line, ULONG Size);
