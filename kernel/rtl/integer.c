/* SPDX-License-Identifier: MIT */
/* 64-bit division, for which compilers would call a library that is not there. */
#include "rtl.h"

LARGE_INTEGER NTAPI RtlExtendedLargeIntegerDivide(LARGE_INTEGER Dividend, ULONG Divisor,
                                                  PULONG Remainder)
{
    LARGE_INTEGER Quotient;
    ULONG Rest = 0;

    /* The upper half first: its rest is below Divisor, so the second quotient fits. */
    __asm__("divl %2"
            : "=a"(Quotient.HighPart), "+d"(Rest)
            : "rm"(Divisor), "0"(Dividend.HighPart));
    __asm__("divl %2" : "=a"(Quotient.LowPart), "+d"(Rest) : "rm"(Divisor), "0"(Dividend.LowPart));
    if (Remainder != NULL) {
        *Remainder = Rest;
    }
    return Quotient;
}
