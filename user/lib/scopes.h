/* SPDX-License-Identifier: MIT */
/*
 * The frames that compilers make for __try, and their scope tables. _except_handler3 and
 * _except_handler4 differ in how the table is found and where levels end. nt-facts 4.11.
 */
#pragma once

#include "ntdll.h"

typedef struct _SEH_SCOPE {
    ULONG EnclosingLevel;
    PVOID Filter; /* NULL: Handler is a __finally block */
    PVOID Handler;
} SEH_SCOPE;

/* What the registration record is part of; the compiler's EBP for the frame is behind it. */
typedef struct _SEH_SCOPE_FRAME {
    ULONG SavedEsp;
    PEXCEPTION_POINTERS Pointers;
    EXCEPTION_REGISTRATION_RECORD Registration;
    ULONG Table; /* the scopes' address; of _except_handler4 the table's, xor the cookie */
    ULONG TryLevel;
} SEH_SCOPE_FRAME;
ASSERT_SIZE(SEH_SCOPE_FRAME, 0x18);

/* A frame's scopes, wherever they were found, and the level outside of all. */
typedef struct _SEH_SCOPES {
    SEH_SCOPE_FRAME *Frame;
    const SEH_SCOPE *Scope;
    ULONG Outside; /* -1, of _except_handler4 -2 */
} SEH_SCOPES;

static inline SEH_SCOPE_FRAME *SehpFrame(PEXCEPTION_REGISTRATION_RECORD Registration)
{
    return CONTAINING_RECORD(Registration, SEH_SCOPE_FRAME, Registration);
}

static inline ULONG SehpEbp(const SEH_SCOPE_FRAME *Frame)
{
    return (ULONG)(Frame + 1);
}

/* scopes.asm: compilers' code, called or entered with the EBP it expects. */
LONG SehpCallFilter(PVOID Code, ULONG Ebp);
VOID SehpCallFinally(PVOID Code, ULONG Ebp);
DECLSPEC_NORETURN VOID SehpEnterHandler(PVOID Code, ULONG Ebp, PCONTEXT Context);

/* RtlUnwind to Frame, the registers that it destroys being kept. */
VOID _global_unwind2(PVOID Frame);

/* scopes.c: runs the __finally blocks from the frame's level out to StopLevel, innermost first. */
VOID SehpLocalUnwind(const SEH_SCOPES *Scopes, ULONG StopLevel);

/*
 * A handler's work: unwinds the frame, or asks its filters from its level outwards. Check is called
 * before a decision takes effect. Returns the disposition, or enters the __except body.
 */
EXCEPTION_DISPOSITION SehpDispatch(const SEH_SCOPES *Scopes, PEXCEPTION_RECORD Record,
                                   PCONTEXT Context, VOID (*Check)(const SEH_SCOPES *Scopes));

/* seh3.c, seh4.c: the handlers, by which longjmp knows the frames. */
EXCEPTION_DISPOSITION _except_handler3(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext);
EXCEPTION_DISPOSITION _except_handler4(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext);
VOID _local_unwind2(PEXCEPTION_REGISTRATION_RECORD Registration, ULONG StopLevel);
VOID _local_unwind4(const ULONG *Cookie, PEXCEPTION_REGISTRATION_RECORD Registration,
                    ULONG StopLevel);

/* cookie.c. The check is fastcall: the value is in ECX. */
extern ULONG __security_cookie;
VOID __attribute__((fastcall)) __security_check_cookie(ULONG Value);
VOID SehpInitializeCookie(VOID); /* once, by start.c */
