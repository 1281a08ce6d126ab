/* SPDX-License-Identifier: MIT */
/* A DLL: exports by name and by ordinal, data, a forwarder to ntdll, one to second.dll. */
#include "mica.h"

__declspec(dllexport) ULONG FirstData = 0x1234;
ULONG NTAPI SecondAdd(ULONG A, ULONG B);
BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context);
ULONG NTAPI FirstAdd(ULONG A, ULONG B);
ULONG NTAPI FirstByOrdinal(VOID);
static ULONG *Pointer = &FirstData; /* needs a relocation */

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context)
{
    Print("first.dll: reason %lu, static %d, relocated pointer works %d\n", Reason, Context != NULL,
          *Pointer == 0x1234 && Base != NULL);
    return TRUE;
}

ULONG NTAPI FirstAdd(ULONG A, ULONG B)
{
    return SecondAdd(A, B) + 1;
}

ULONG NTAPI FirstByOrdinal(VOID)
{
    return 7;
}
