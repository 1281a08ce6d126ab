/* SPDX-License-Identifier: MIT */
/* DbgPrint and DbgPrompt: words with the kernel debugger, from either ring. nt-facts 2.6. */
#include "nt/dispatch.h"
#include "rtl.h"

ULONG DbgPrint(PCSTR Format, ...)
{
    CHAR Text[512];
    va_list Arguments;
    int Length;

    va_start(Arguments, Format);
    Length = _vsnprintf(Text, sizeof(Text), Format, Arguments);
    va_end(Arguments);
    if (Length < 0) {
        Length = sizeof(Text);
    }
    return RtlpDebugService(BREAKPOINT_PRINT, Text, (ULONG)Length, NULL, 0);
}

ULONG NTAPI DbgPrompt(PCSTR Prompt, PCHAR Response, ULONG MaximumResponseLength)
{
    return RtlpDebugService(BREAKPOINT_PROMPT, Prompt, (ULONG)strlen(Prompt), Response,
                            MaximumResponseLength);
}
