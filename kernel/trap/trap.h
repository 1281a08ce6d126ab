/* SPDX-License-Identifier: MIT */
/* The doors between the rings, as C sees them. */
#pragma once

#include "i386/context.h"
#include "ke/ke.h"
#include "nt/dispatch.h"
#include "nt/services.h"

/* exception.c: offers Record to debuggers and handlers in NT's order. nt-facts 4.1. */
VOID KiDispatchException(PEXCEPTION_RECORD Record, PKTRAP_FRAME Frame, KPROCESSOR_MODE PreviousMode,
                         BOOLEAN FirstChance);
/* Makes the record for a fault in Frame, at Address, and dispatches it as a first chance. */
VOID KiRaiseFault(PKTRAP_FRAME Frame, NTSTATUS Code, ULONG Address, ULONG Parameters, ULONG P0,
                  ULONG P1);

/* exit.asm */
DECLSPEC_NORETURN VOID KiLeaveThroughFrame(PKTRAP_FRAME Frame);

/* userframe.c: redirects a trap frame to one of ntdll's dispatchers. */
VOID KiSetUserDispatcher(PKTRAP_FRAME Frame, ULONG Dispatcher, ULONG Esp);

/* apc.c: puts a KAPC_STACK on the user stack. The failure is the fault's status. */
NTSTATUS KiInitializeUserApc(PKTRAP_FRAME Frame, PKNORMAL_ROUTINE NormalRoutine,
                             PVOID NormalContext, PVOID SystemArgument1, PVOID SystemArgument2);
VOID KiDeliverUserApc(PKTRAP_FRAME Frame, BOOLEAN ServiceExit);

/*
 * callback.c: calls the current thread's program through PEB.KernelCallbackTable[ApiNumber] with
 * a copy of the input (kernel memory). *OutputBuffer is a ring-3 pointer: probe and copy what it
 * points at. The callback's status, or why there was none: STATUS_STACK_OVERFLOW, NO_MEMORY,
 * ACCESS_VIOLATION or what else writing the image met. STATUS_CALLBACK_POP_STACK: the program has
 * unwound past the callback, and the service's frame is where it stands now. PASSIVE_LEVEL, in a
 * service that ring 3 called. nt-facts 5.1.
 */
NTSTATUS KeUserModeCallback(ULONG ApiNumber, const VOID *InputBuffer, ULONG InputLength,
                            PVOID *OutputBuffer, PULONG OutputLength);

/* startup.c, startup.asm */
VOID PspUserThreadStartup(PVOID StartRoutine, PVOID StartContext);
VOID KiThreadStartup(VOID);

/* interrupt.c: from vectors.asm. */
VOID KiInterruptHandler(PKTRAP_FRAME Frame);

/* events.c: the frame of an exception in the event log, if one is kept. */
VOID KiNoteFrame(const KTRAP_FRAME *Frame);

/* tasks.asm: what the two task gates run. */
VOID KiDoubleFaultTask(VOID);
VOID KiNmiTask(VOID);
