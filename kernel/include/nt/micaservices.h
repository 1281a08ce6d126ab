/* SPDX-License-Identifier: MIT */
/* Mica's own services, 1000h and up: what shows parts of the kernel that nothing else reaches. */
#pragma once

#include "object.h"

/*
 * Service 1000h: calls the calling program back, through KeUserModeCallback, with a copy of the
 * input, and copies what the callback returned to Output.
 *   ApiNumber     index into PEB.KernelCallbackTable
 *   Input         InputLength bytes handed to the callback
 *   OutputLength  in: room at Output, out: bytes the callback returned
 * Returns what the callback gave NtCallbackReturn as status; STATUS_BUFFER_TOO_SMALL when Output
 * is too small; STATUS_STACK_OVERFLOW when callbacks nest too deep. In trap/testcallback.c.
 */
NTSTATUS NTAPI NtMicaCallback(ULONG ApiNumber, PVOID Input, ULONG InputLength, PVOID Output,
                              PULONG OutputLength);

/*
 * Service 1010h: who sees an exception, in which order. Puts scripted debuggers where a kernel
 * debugger, the process's debug port and its exception port would be. Each answers from its script,
 * and not handled when that has ended; all note what they were asked.
 *   Script  NULL: take them away
 *   Log     what has been noted since the last call; NULL: not wanted
 * In trap/testdebugger.c.
 */
#define MICA_ASK_KERNEL_DEBUGGER 1
#define MICA_ASK_DEBUG_PORT 2
#define MICA_ASK_EXCEPTION_PORT 4
#define MICA_NOT_HANDLED 0
#define MICA_HANDLED 1
#define MICA_CHANGE_NOT_HANDLED 2 /* sets EDI to 77777777 where the debugger can, then refuses */
#define MICA_HANDLED_SKIP 3       /* moves EIP on by one */
#define MICA_DEBUG_EVENTS 16

typedef struct _MICA_DEBUG_SCRIPT {
    ULONG Present;      /* MICA_ASK_* */
    UCHAR Answer[3][8]; /* of kernel debugger, debug port, exception port */
} MICA_DEBUG_SCRIPT;

typedef struct _MICA_DEBUG_LOG {
    ULONG Count; /* may be more than fit */
    struct {
        UCHAR Who; /* one of MICA_ASK_* */
        UCHAR FirstChance;
        NTSTATUS Code;
        ULONG Eip; /* as that debugger sees it */
    } Event[MICA_DEBUG_EVENTS];
} MICA_DEBUG_LOG;

NTSTATUS NTAPI NtMicaDebuggers(const MICA_DEBUG_SCRIPT *Script, MICA_DEBUG_LOG *Log);

/*
 * Service 1011h: runs case Number of trap/testkernel.c or trap/testdispatch.c in ring 0 and copies
 * the line it wrote about itself (a C string) to Text. STATUS_INVALID_PARAMETER_1: no such case;
 * STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI NtMicaKernelCase(ULONG Number, PCHAR Text, ULONG Bytes);

/*
 * Service 1012h: what tests and demonstrations ask of the executive. In ps/testexecutive.c.
 *   MicaFailAllocation   makes the Nth allocation from now on fail (Argument; 0: none)
 *   MicaPoolBytes        of both pools in use
 *   MicaFreePages        page frames that are free
 *   MicaCommittedPages   of all
 *   MicaCopiedPages      copies made on write in the caller's process
 * *Result, which may be NULL, is a number. STATUS_INVALID_PARAMETER_1: no such request.
 */
typedef enum _MICA_REQUEST {
    MicaFailAllocation,
    MicaPoolBytes,
    MicaFreePages,
    MicaCommittedPages,
    MicaCopiedPages
} MICA_REQUEST;

NTSTATUS NTAPI NtMicaExecutive(MICA_REQUEST Request, ULONG Argument, PULONG Result);
