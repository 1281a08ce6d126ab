/* SPDX-License-Identifier: MIT */
/*
 * _except_handler4 (Visual C++ 8): the address of the frame's table is hidden by the cookie, and
 * the table says where in the frame cookies stand. They are checked before anything that a filter
 * or a __finally block decided takes effect. nt-facts 4.11.
 */
#include "scopes.h"

#define TRY_LEVEL_NONE 0xFFFFFFFEUL /* also: no GS cookie */

typedef struct _SEH4_TABLE {
    ULONG GSCookieOffset;    /* of the cookie from EBP, */
    ULONG GSCookieXOROffset; /* and what to add to EBP before it is xored with it */
    ULONG EHCookieOffset;
    ULONG EHCookieXOROffset;
    SEH_SCOPE Scope[];
} SEH4_TABLE;

static SEH_SCOPES SehpScopes4(const ULONG *Cookie, PEXCEPTION_REGISTRATION_RECORD Registration)
{
    SEH_SCOPE_FRAME *Frame = SehpFrame(Registration);
    const SEH4_TABLE *Table = (const SEH4_TABLE *)(Frame->Table ^ *Cookie);

    return (SEH_SCOPES){Frame, Table->Scope, TRY_LEVEL_NONE};
}

static VOID SehpCheckCookie(ULONG Ebp, ULONG Offset, ULONG XorOffset)
{
    __security_check_cookie((Ebp + XorOffset) ^ *(const ULONG *)(Ebp + Offset));
}

static VOID SehpCheckCookies(const SEH_SCOPES *Scopes)
{
    const SEH4_TABLE *Table = CONTAINING_RECORD(Scopes->Scope, SEH4_TABLE, Scope);
    ULONG Ebp = SehpEbp(Scopes->Frame);

    if (Table->GSCookieOffset != TRY_LEVEL_NONE) {
        SehpCheckCookie(Ebp, Table->GSCookieOffset, Table->GSCookieXOROffset);
    }
    SehpCheckCookie(Ebp, Table->EHCookieOffset, Table->EHCookieXOROffset);
}

VOID _local_unwind4(const ULONG *Cookie, PEXCEPTION_REGISTRATION_RECORD Registration,
                    ULONG StopLevel)
{
    SEH_SCOPES Scopes = SehpScopes4(Cookie, Registration);

    SehpLocalUnwind(&Scopes, StopLevel);
}

EXCEPTION_DISPOSITION _except_handler4(PEXCEPTION_RECORD Record,
                                       PEXCEPTION_REGISTRATION_RECORD Registration,
                                       PCONTEXT Context, PVOID DispatcherContext)
{
    SEH_SCOPES Scopes = SehpScopes4(&__security_cookie, Registration);

    (VOID) DispatcherContext;
    SehpCheckCookies(&Scopes); /* before the table's filters are called */
    return SehpDispatch(&Scopes, Record, Context, SehpCheckCookies);
}
