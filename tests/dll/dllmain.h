/* SPDX-License-Identifier: MIT */
/* A DllMain that says what it is told, for the DLLs of loader.c. */
#pragma once

#include "mica.h"

BOOLEAN NTAPI DllMain(PVOID Base, ULONG Reason, PVOID Context);

/* Context: of a process's begin, was the DLL imported? of its end, does all of it end? */
static inline VOID Say(PCSTR Name, ULONG Reason, PVOID Context)
{
    static const PCSTR Reasons[] = {"process detach", "process attach", "thread attach",
                                    "thread detach"};

    Print("  %s: %s%s\n", Name, Reasons[Reason], Context != NULL ? ", with the process" : "");
}
