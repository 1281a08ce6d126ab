/* SPDX-License-Identifier: MIT */
/* Uses first.dll every way there is: name, ordinal, data, forwarders, and by hand. */
#include "mica.h"

ULONG NTAPI FirstAdd(ULONG A, ULONG B);
ULONG NTAPI FirstByOrdinal(VOID);
ULONG NTAPI AddElsewhere(ULONG A, ULONG B);
__declspec(dllimport) extern ULONG FirstData;

int main(int argc, char **argv)
{
    ANSI_STRING Name;
    UNICODE_STRING Dll;
    PVOID Base, Address;

    (VOID) argc;
    (VOID) argv;
    Print("by name %lu, by ordinal %lu, data %lX, forwarded %lu\n", FirstAdd(1, 2),
          FirstByOrdinal(), FirstData, AddElsewhere(3, 4));
    RtlInitUnicodeString(&Dll, u"FIRST");
    Print("LdrGetDllHandle: %s\n", StatusName(LdrGetDllHandle(NULL, NULL, &Dll, &Base)));
    RtlInitAnsiString(&Name, "FirstAdd");
    Print("LdrGetProcedureAddress: %s",
          StatusName(LdrGetProcedureAddress(Base, &Name, 0, &Address)));
    Print(", works %d\n", ((ULONG(NTAPI *)(ULONG, ULONG))Address)(5, 5) == 11);
    RtlInitAnsiString(&Name, "nosuch");
    Print("missing name: %s\n", StatusName(LdrGetProcedureAddress(Base, &Name, 0, &Address)));
    Print("missing ordinal: %s\n", StatusName(LdrGetProcedureAddress(Base, NULL, 43, &Address)));
    RtlInitAnsiString(&Name, "Nowhere");
    Print("forwarder to nowhere: %s\n",
          StatusName(LdrGetProcedureAddress(Base, &Name, 0, &Address)));
    RtlInitUnicodeString(&Dll, u"nosuch.dll");
    Print("missing dll: %s\n", StatusName(LdrGetDllHandle(NULL, NULL, &Dll, &Base)));
    return 0;
}
