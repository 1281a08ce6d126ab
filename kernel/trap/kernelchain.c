/* SPDX-License-Identifier: MIT */
/*
 * What ring 0 adds to rtl's dispatching (rtl.h). There are no vectored handlers here, and a handler
 * is the kernel's own code or the chain is damaged.
 */
#include "rtl/rtl.h"
#include "trap.h"

extern CHAR KiImageStart[], KiTextEnd[]; /* linker.ld */

BOOLEAN RtlpCallVectoredHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    (VOID) Record;
    (VOID) Context;
    return FALSE;
}

VOID RtlpCallContinueHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    (VOID) Record;
    (VOID) Context;
}

ULONG RtlpChainPolicy(VOID)
{
    return RTLP_CHECK_HANDLER;
}

BOOLEAN RtlpIsChainValid(ULONG Low, ULONG High)
{
    (VOID) Low;
    (VOID) High;
    return TRUE;
}

BOOLEAN RtlpIsHandlerValid(PEXCEPTION_ROUTINE Handler, ULONG Policy, ULONG Low, ULONG High)
{
    (VOID) Policy;
    (VOID) Low;
    (VOID) High;
    return (ULONG)Handler >= (ULONG)KiImageStart && (ULONG)Handler < (ULONG)KiTextEnd;
}
