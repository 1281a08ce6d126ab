/* SPDX-License-Identifier: MIT */
/*
 * _except_handler3: the handler that compilers put into every frame with a __try. It knows the
 * frame's scope table; dispatch and unwind are rtl's. nt-facts 4.11.
 */
#include "ntdll.h"

#define TRY_LEVEL_NONE 0xFFFFFFFFUL

typedef struct _SEH3_SCOPE {
    ULONG EnclosingLevel;
    PVOID Filter; /* NULL: Handler is a __finally block */
    PVOID Handler;
} SEH3_SCOPE;

/* What the registration record is part of; the compiler's EBP for the frame is behind it. */
typedef struct _SEH3_FRAME {
    ULONG SavedEsp;
    PEXCEPTION_POINTERS Pointers;
    EXCEPTION_REGISTRATION_RECORD Registration;
    const SEH3_SCOPE *Scopes;
    ULONG TryLevel;
} SEH3_FRAME;
ASSERT_SIZE(SEH3_FRAME, 0x18);

/* While a __finally block runs: should it raise and be unwound itself, the rest is not lost. */
typedef struct _SEH3_GUARD {
    EXCEPTION_REGISTRATION_RECORD Registration;
    PEXCEPTION_REGISTRATION_RECORD Frame;
    ULONG StopLevel;
} SEH3_GUARD;

LONG SehpCallFilter(PVOID Code, ULONG Ebp);
VOID SehpCallFinally(PVOID Code, ULONG Ebp);
DECLSPEC_NORETURN VOID SehpEnterHandler(PVOID Code, ULONG Ebp, PCONTEXT Context);
VOID _global_unwind2(PVOID Frame);
VOID _local_unwind2(PEXCEPTION_REGISTRATION_RECORD Registration, ULONG StopLevel);
EXCEPTION_DISPOSITION _except_handler3(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext);

static SEH3_FRAME *SehpFrame(PEXCEPTION_REGISTRATION_RECORD Registration)
{
    return CONTAINING_RECORD(Registration, SEH3_FRAME, Registration);
}

static ULONG SehpEbp(SEH3_FRAME *Frame)
{
    return (ULONG)(Frame + 1);
}

static EXCEPTION_DISPOSITION SehpGuardHandler(PEXCEPTION_RECORD Record,
                                              PEXCEPTION_REGISTRATION_RECORD Registration,
                                              PCONTEXT Context, PVOID DispatcherContext)
{
    SEH3_GUARD *Guard = CONTAINING_RECORD(Registration, SEH3_GUARD, Registration);

    (VOID) Context;
    if (!(Record->ExceptionFlags & EXCEPTION_UNWIND)) {
        return ExceptionContinueSearch;
    }
    _local_unwind2(Guard->Frame, Guard->StopLevel);
    *(PVOID *)DispatcherContext = Registration;
    return ExceptionCollidedUnwind;
}

static VOID SehpSetList(PEXCEPTION_REGISTRATION_RECORD Registration)
{
    __asm__ volatile("movl %0, %%fs:0" ::"r"(Registration) : "memory");
}

/* Runs the __finally blocks from the frame's level out to StopLevel, innermost first. */
VOID _local_unwind2(PEXCEPTION_REGISTRATION_RECORD Registration, ULONG StopLevel)
{
    SEH3_FRAME *Frame = SehpFrame(Registration);
    SEH3_GUARD Guard = {.Frame = Registration, .StopLevel = StopLevel};

    __asm__ volatile("movl %%fs:0, %0" : "=r"(Guard.Registration.Next));
    Guard.Registration.Handler = SehpGuardHandler;
    SehpSetList(&Guard.Registration);
    while (Frame->TryLevel != TRY_LEVEL_NONE && Frame->TryLevel != StopLevel) {
        const SEH3_SCOPE *Scope = &Frame->Scopes[Frame->TryLevel];

        Frame->TryLevel = Scope->EnclosingLevel; /* first: a block that raises is not run again */
        if (Scope->Filter == NULL) {
            SehpCallFinally(Scope->Handler, SehpEbp(Frame));
        }
    }
    SehpSetList(Guard.Registration.Next);
}

EXCEPTION_DISPOSITION _except_handler3(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext)
{
    SEH3_FRAME *Frame = SehpFrame(Registration);
    EXCEPTION_POINTERS Pointers = {Record, Context};

    (VOID) DispatcherContext;
    __asm__ volatile("cld");
    if (Record->ExceptionFlags & EXCEPTION_UNWIND) {
        _local_unwind2(Registration, TRY_LEVEL_NONE);
        return ExceptionContinueSearch;
    }
    Frame->Pointers = &Pointers;
    for (ULONG Level = Frame->TryLevel; Level != TRY_LEVEL_NONE;
         Level = Frame->Scopes[Level].EnclosingLevel) {
        const SEH3_SCOPE *Scope = &Frame->Scopes[Level];
        LONG Verdict = Scope->Filter != NULL ? SehpCallFilter(Scope->Filter, SehpEbp(Frame)) : 0;

        if (Verdict < 0) {
            return ExceptionContinueExecution;
        }
        if (Verdict > 0) {
            _global_unwind2(Registration);
            _local_unwind2(Registration, Level);
            Frame->TryLevel = Scope->EnclosingLevel;
            SehpEnterHandler(Scope->Handler, SehpEbp(Frame), Context);
        }
    }
    return ExceptionContinueSearch;
}
