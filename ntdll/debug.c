/* SPDX-License-Identifier: MIT */
/* DbgPrint: int 2D, nt-facts 2.6. */
#include "ntdll.h"

#include "nt/dispatch.h"

ULONG DbgPrint(PCSTR Format, ...)
{
    CHAR Text[512];
    va_list Arguments;
    ULONG Status;
    int Length;

    va_start(Arguments, Format);
    Length = _vsnprintf(Text, sizeof(Text), Format, Arguments);
    va_end(Arguments);
    if (Length < 0) {
        Length = sizeof(Text);
    }
    /* The byte behind the int is skipped: INT3 by convention. */
    __asm__ volatile("int $0x2d\n\tint3"
                     : "=a"(Status)
                     : "0"(BREAKPOINT_PRINT), "c"(Text), "d"(Length)
                     : "memory");
    return Status;
}
