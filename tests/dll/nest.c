/* SPDX-License-Identifier: MIT */
/* Loads left.dll when it is loaded, and unloads it when it is unloaded. left.LeftHalf is also its
   own export Far. */
#include "dllmain.h"

ULONG NTAPI Nested(VOID);

static PVOID Left;

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    UNICODE_STRING Name;

    (VOID) Base;
    Say("nest", Reason, Context);
    RtlInitUnicodeString(&Name, u"left.dll");
    if (Reason == 1) {
        return NT_SUCCESS(LdrLoadDll(NULL, NULL, &Name, &Left));
    }
    if (Reason == 0 && Context == NULL) {
        Print("  nest: unloads left: %s\n", StatusName(LdrUnloadDll(Left)));
    }
    return TRUE;
}

ULONG NTAPI Nested(VOID)
{
    return 1;
}
