/* SPDX-License-Identifier: MIT */
/* Does not want to be loaded; and needs right.dll. */
#include "dllmain.h"

ULONG NTAPI RightHalf(ULONG Value);
ULONG NTAPI Refused(ULONG Value);

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    (VOID) Base;
    Say("refuse", Reason, Context);
    return FALSE;
}

ULONG NTAPI Refused(ULONG Value)
{
    return RightHalf(Value);
}
