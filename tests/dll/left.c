/* SPDX-License-Identifier: MIT */
/* Needs right.dll, which needs this one. */
#include "dllmain.h"

ULONG NTAPI LeftHalf(ULONG Value);
ULONG NTAPI RightHalf(ULONG Value);

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    (VOID) Base;
    Say("left", Reason, Context);
    return TRUE;
}

ULONG NTAPI LeftHalf(ULONG Value)
{
    return Value > 100 ? Value : RightHalf(Value + 1);
}
