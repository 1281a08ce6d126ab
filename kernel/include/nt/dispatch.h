/* SPDX-License-Identifier: MIT */
/*
 * What the kernel leaves on the user stack for each of the three dispatchers in ntdll:
 * the whole contract of a ring change from 0 to 3, as structs. E0 is the interrupted ESP.
 */
#pragma once

#include "exception.h"

/*
 * At KiUserExceptionDispatcher (nt-facts 4.2). There is no return address.
 *
 *   E0 & ~3 ->  +------------------+
 *               | CONTEXT (2CC)    |  <- Context
 *               +------------------+
 *               | EXCEPTION_RECORD |  <- Record, cut to 14h + 4 * NumberParameters
 *               +------------------+
 *   ESP ----->  | Record, Context  |
 */
typedef struct _KEXCEPTION_STACK {
    /*00*/ PEXCEPTION_RECORD Record;
    /*04*/ PCONTEXT Context;
} KEXCEPTION_STACK;

/* At KiUserCallbackDispatcher (seed 000; nt-facts 5.2). The input data follows. */
typedef struct _KCALLBACK_STACK {
    /*00*/ ULONG ReturnAddress; /* meaningless; `add esp,4` skips it */
    /*04*/ ULONG ApiNumber;
    /*08*/ PVOID InputBuffer;
    /*0C*/ ULONG InputLength;
    /*10*/ EXCEPTION_REGISTRATION_RECORD Registration; /* 2003: KiUserCallbackExceptionHandler */
} KCALLBACK_STACK;

typedef VOID(NTAPI *PKNORMAL_ROUTINE)(PVOID NormalContext, PVOID SystemArgument1,
                                      PVOID SystemArgument2);

/* At KiUserApcDispatcher (nt-facts 6.2). */
typedef struct _KAPC_STACK {
    /*000*/ PKNORMAL_ROUTINE NormalRoutine;
    /*004*/ PVOID NormalContext;
    /*008*/ PVOID SystemArgument1;
    /*00C*/ PVOID SystemArgument2;
    /*010*/ CONTEXT Context;
    /*2DC*/ EXCEPTION_REGISTRATION_RECORD Registration; /* 2003: room for one */
} KAPC_STACK;

/* EAX at `int 2D` (nt-facts 2.6). */
#define BREAKPOINT_BREAK 0
#define BREAKPOINT_PRINT 1
#define BREAKPOINT_PROMPT 2
#define BREAKPOINT_LOAD_SYMBOLS 3
#define BREAKPOINT_UNLOAD_SYMBOLS 4
#define BREAKPOINT_COMMAND_STRING 5

ASSERT_SIZE(KEXCEPTION_STACK, 8);
ASSERT_SIZE(KCALLBACK_STACK, 0x18);
ASSERT_OFFSET(KCALLBACK_STACK, InputBuffer, 8);
ASSERT_OFFSET(KAPC_STACK, Context, 0x10);
ASSERT_OFFSET(KAPC_STACK, Registration, 0x2DC);
ASSERT_SIZE(KAPC_STACK, 0x2E4);
