/* SPDX-License-Identifier: MIT */
/* A DLL that first.dll needs, so its DllMain runs before first.dll's. */
#include "mica.h"

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context);
ULONG NTAPI SecondAdd(ULONG A, ULONG B);

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    Print("second.dll: reason %lu, static %d, base %d\n", Reason, Context != NULL, Base != NULL);
    return TRUE;
}

ULONG NTAPI SecondAdd(ULONG A, ULONG B)
{
    return A + B;
}
