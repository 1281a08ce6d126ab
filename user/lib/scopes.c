/* SPDX-License-Identifier: MIT */
/* What the handlers behind __try have in common: filters, __finally blocks, bodies. */
#include "scopes.h"

/* While a __finally block runs: should it raise and be unwound itself, the rest is not lost. */
typedef struct _SEHP_GUARD {
    EXCEPTION_REGISTRATION_RECORD Registration;
    const SEH_SCOPES *Scopes;
    ULONG StopLevel;
} SEHP_GUARD;
ASSERT_OFFSET(SEHP_GUARD, Scopes, 8);
ASSERT_OFFSET(SEH_SCOPES, Frame, 0);

EXCEPTION_DISPOSITION SehpGuardHandler(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext);

/* Not static: _abnormal_termination looks for it (scopes.asm). */
EXCEPTION_DISPOSITION SehpGuardHandler(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext)
{
    SEHP_GUARD *Guard = CONTAINING_RECORD(Registration, SEHP_GUARD, Registration);

    (VOID) Context;
    if (!(Record->ExceptionFlags & EXCEPTION_UNWIND)) {
        return ExceptionContinueSearch;
    }
    SehpLocalUnwind(Guard->Scopes, Guard->StopLevel);
    *(PVOID *)DispatcherContext = Registration;
    return ExceptionCollidedUnwind;
}

static VOID SehpSetList(PEXCEPTION_REGISTRATION_RECORD Registration)
{
    __asm__ volatile("movl %0, %%fs:0" ::"r"(Registration) : "memory");
}

VOID SehpLocalUnwind(const SEH_SCOPES *Scopes, ULONG StopLevel)
{
    SEH_SCOPE_FRAME *Frame = Scopes->Frame;
    SEHP_GUARD Guard = {.Scopes = Scopes, .StopLevel = StopLevel};

    __asm__ volatile("movl %%fs:0, %0" : "=r"(Guard.Registration.Next));
    Guard.Registration.Handler = SehpGuardHandler;
    SehpSetList(&Guard.Registration);
    while (Frame->TryLevel != Scopes->Outside && Frame->TryLevel != StopLevel) {
        const SEH_SCOPE *Scope = &Scopes->Scope[Frame->TryLevel];

        Frame->TryLevel = Scope->EnclosingLevel; /* first: a block that raises is not run again */
        if (Scope->Filter == NULL) {
            SehpCallFinally(Scope->Handler, SehpEbp(Frame));
        }
    }
    SehpSetList(Guard.Registration.Next);
}

EXCEPTION_DISPOSITION SehpDispatch(const SEH_SCOPES *Scopes, PEXCEPTION_RECORD Record,
                                   PCONTEXT Context, VOID (*Check)(const SEH_SCOPES *Scopes))
{
    SEH_SCOPE_FRAME *Frame = Scopes->Frame;
    EXCEPTION_POINTERS Pointers = {Record, Context};

    __asm__ volatile("cld");
    if (Record->ExceptionFlags & EXCEPTION_UNWIND) {
        SehpLocalUnwind(Scopes, Scopes->Outside);
        Check(Scopes);
        return ExceptionContinueSearch;
    }
    Frame->Pointers = &Pointers;
    for (ULONG Level = Frame->TryLevel; Level != Scopes->Outside;
         Level = Scopes->Scope[Level].EnclosingLevel) {
        const SEH_SCOPE *Scope = &Scopes->Scope[Level];
        LONG Verdict = Scope->Filter != NULL ? SehpCallFilter(Scope->Filter, SehpEbp(Frame)) : 0;

        if (Verdict == 0) {
            continue;
        }
        Check(Scopes);
        if (Verdict < 0) {
            return ExceptionContinueExecution;
        }
        _global_unwind2(&Frame->Registration);
        SehpLocalUnwind(Scopes, Level);
        Frame->TryLevel = Scope->EnclosingLevel;
        Check(Scopes);
        SehpEnterHandler(Scope->Handler, SehpEbp(Frame), Context);
    }
    return ExceptionContinueSearch;
}
