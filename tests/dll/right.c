/* SPDX-License-Identifier: MIT */
/* Needs left.dll, which needs this one. */
#include "dllmain.h"

ULONG NTAPI LeftHalf(ULONG Value);
ULONG NTAPI RightHalf(ULONG Value);

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    (VOID) Base;
    Say("right", Reason, Context);
    return TRUE;
}

ULONG NTAPI RightHalf(ULONG Value)
{
    return LeftHalf(2 * Value);
}
