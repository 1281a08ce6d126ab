/* SPDX-License-Identifier: MIT */
/*
 * _except_handler3: the handler that compilers put into every frame with a __try. Dispatch and
 * unwind are rtl's. nt-facts 4.11.
 */
#include "scopes.h"

#define TRY_LEVEL_NONE 0xFFFFFFFFUL

static SEH_SCOPES SehpScopes3(PEXCEPTION_REGISTRATION_RECORD Registration)
{
    SEH_SCOPE_FRAME *Frame = SehpFrame(Registration);

    return (SEH_SCOPES){Frame, (const SEH_SCOPE *)Frame->Table, TRY_LEVEL_NONE};
}

static VOID SehpCheckNothing(const SEH_SCOPES *Scopes)
{
    (VOID) Scopes;
}

VOID _local_unwind2(PEXCEPTION_REGISTRATION_RECORD Registration, ULONG StopLevel)
{
    SEH_SCOPES Scopes = SehpScopes3(Registration);

    SehpLocalUnwind(&Scopes, StopLevel);
}

EXCEPTION_DISPOSITION _except_handler3(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext)
{
    SEH_SCOPES Scopes = SehpScopes3(Registration);

    (VOID) DispatcherContext;
    return SehpDispatch(&Scopes, Record, Context, SehpCheckNothing);
}
