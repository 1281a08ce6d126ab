/* SPDX-License-Identifier: MIT */
/* Kernel messages. */
#include "ke.h"
#include "rtl/rtl.h"

VOID KeDisplay(PCSTR Format, ...)
{
    CHAR Text[512];
    va_list Arguments;

    va_start(Arguments, Format);
    _vsnprintf(Text, sizeof(Text), Format, Arguments);
    va_end(Arguments);
    Text[sizeof(Text) - 1] = 0; /* cut, when it was longer */
    HalDisplayString(Text);
}
