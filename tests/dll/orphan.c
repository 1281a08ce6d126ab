/* SPDX-License-Identifier: MIT */
/* Needs right.dll, and missing.dll, which is nowhere. */
#include "dllmain.h"

ULONG NTAPI RightHalf(ULONG Value);
ULONG NTAPI Missing(ULONG Value);
ULONG NTAPI Orphan(ULONG Value);

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    (VOID) Base;
    Say("orphan", Reason, Context);
    return TRUE;
}

ULONG NTAPI Orphan(ULONG Value)
{
    return Missing(RightHalf(Value));
}
