/* SPDX-License-Identifier: MIT */
/*
 * The cookie of compilers' stack checks. start.c makes it of the time; a check that
 * fails ends the process at once, no handler being asked: the chain may be the attacker's.
 */
#include "scopes.h"

#define DEFAULT_COOKIE 0xBB40E64EUL /* Visual C++'s: with this value it has not been set */

ULONG __security_cookie = DEFAULT_COOKIE;

VOID SehpInitializeCookie(VOID)
{
    LARGE_INTEGER Time, Counter;

    NtQuerySystemTime(&Time);
    NtQueryPerformanceCounter(&Counter, NULL);
    __security_cookie ^= Time.LowPart ^ (ULONG)Time.HighPart ^ Counter.LowPart << 7;
}

VOID __attribute__((fastcall)) __security_check_cookie(ULONG Value)
{
    EXCEPTION_RECORD Record = {
        .ExceptionCode = STATUS_STACK_BUFFER_OVERRUN,
        .ExceptionFlags = EXCEPTION_NONCONTINUABLE,
        .ExceptionAddress = __builtin_return_address(0),
    };
    CONTEXT Context;

    if (Value != __security_cookie) {
        RtlCaptureContext(&Context);
        NtRaiseException(&Record, &Context, FALSE); /* a second chance: there is no first */
        NtTerminateProcess(NtCurrentProcess(), STATUS_STACK_BUFFER_OVERRUN);
    }
}
