/* SPDX-License-Identifier: MIT */
/* Exception records and the registration chain at fs:[0]. Seed 004 section 03; nt-facts 3.10, 4.5.
 */
#pragma once

#include "context.h"
#include "ntstatus.h"

#define EXCEPTION_MAXIMUM_PARAMETERS 15

typedef struct _EXCEPTION_RECORD {
    /*00*/ NTSTATUS ExceptionCode;
    /*04*/ ULONG ExceptionFlags;
    /*08*/ struct _EXCEPTION_RECORD *ExceptionRecord; /* the one this one was raised for */
    /*0C*/ PVOID ExceptionAddress;
    /*10*/ ULONG NumberParameters;
    /*14*/ ULONG ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

/* ExceptionFlags (seed 004). */
#define EXCEPTION_NONCONTINUABLE 0x01UL
#define EXCEPTION_UNWINDING 0x02UL
#define EXCEPTION_EXIT_UNWIND 0x04UL
#define EXCEPTION_STACK_INVALID 0x08UL
#define EXCEPTION_NESTED_CALL 0x10UL
#define EXCEPTION_UNWIND (EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND)

typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PCONTEXT ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;

/* XP: EXCEPTION_CONTINUE_EXECUTION (-1) goes on, anything else asks the next. */
typedef LONG(NTAPI *PVECTORED_EXCEPTION_HANDLER)(PEXCEPTION_POINTERS Pointers);
/* What a filter answers, a vectored handler too. */
#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

/* A filter as of an __except, for what no frame of a thread handles. */
typedef LONG(NTAPI *PTOP_LEVEL_EXCEPTION_FILTER)(PEXCEPTION_POINTERS Pointers);

typedef enum _EXCEPTION_DISPOSITION {
    ExceptionContinueExecution,
    ExceptionContinueSearch,
    ExceptionNestedException,
    ExceptionCollidedUnwind
} EXCEPTION_DISPOSITION;

struct _EXCEPTION_REGISTRATION_RECORD;

/* A handler is cdecl-shaped; its caller restores ESP itself, so a stdcall one works too. */
typedef EXCEPTION_DISPOSITION (*PEXCEPTION_ROUTINE)(PEXCEPTION_RECORD Record,
                                                    struct _EXCEPTION_REGISTRATION_RECORD *Frame,
                                                    PCONTEXT Context, PVOID DispatcherContext);

/* On the stack of whoever guards; fs:[0] points at the innermost one, in both rings. */
typedef struct _EXCEPTION_REGISTRATION_RECORD {
    /*00*/ struct _EXCEPTION_REGISTRATION_RECORD *Next;
    /*04*/ PEXCEPTION_ROUTINE Handler;
} EXCEPTION_REGISTRATION_RECORD, *PEXCEPTION_REGISTRATION_RECORD;

/* The end of the chain is all ones; NULL is just a bad pointer (nt-facts 10, row 12). */
#define EXCEPTION_CHAIN_END ((PEXCEPTION_REGISTRATION_RECORD)0xFFFFFFFFUL)

ASSERT_OFFSET(EXCEPTION_RECORD, ExceptionAddress, 0x0C);
ASSERT_OFFSET(EXCEPTION_RECORD, ExceptionInformation, 0x14);
ASSERT_SIZE(EXCEPTION_RECORD, 0x50);
ASSERT_SIZE(EXCEPTION_REGISTRATION_RECORD, 8);

/*
 * Offers Record to the handlers on the caller's chain, innermost first.
 * TRUE: a handler asked to continue with *Context (which it may have edited).
 * FALSE: nobody took it, or the chain is damaged (EXCEPTION_STACK_INVALID is then set).
 * Raises STATUS_NONCONTINUABLE_EXCEPTION and STATUS_INVALID_DISPOSITION. nt-facts 4.5.
 */
BOOLEAN NTAPI RtlDispatchException(PEXCEPTION_RECORD Record, PCONTEXT Context);

/*
 * Calls the handlers inside TargetFrame for clean-up, unlinks them and returns ReturnValue to the
 * caller (TargetIp is ignored on the i386). TargetFrame NULL: all of them, an exit unwind.
 * Destroys EBX, ESI and EDI. nt-facts 4.7.
 */
VOID NTAPI RtlUnwind(PVOID TargetFrame, PVOID TargetIp, PEXCEPTION_RECORD Record,
                     PVOID ReturnValue);

/* Raises *Record at the caller; the record stays the caller's. nt-facts 4.8. */
VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD Record);

/* Raises a noncontinuable exception with the code Status at the caller. */
DECLSPEC_NORETURN VOID NTAPI RtlRaiseStatus(NTSTATUS Status);

/* Fills *Context with the registers of the caller's caller-visible state. rtl/context.asm. */
VOID NTAPI RtlCaptureContext(PCONTEXT Context);
