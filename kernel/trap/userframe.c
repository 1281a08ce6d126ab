/* SPDX-License-Identifier: MIT */
/* Entering ring 3 at one of ntdll's dispatchers. */
#include "i386/cpu.h"
#include "trap.h"

/*
 * The dispatcher is called with nothing but its stack image: flat selectors, and none of the
 * flags that would disturb it. The general registers stay as they were (nt-facts 4.2).
 */
VOID KiSetUserDispatcher(PKTRAP_FRAME Frame, ULONG Dispatcher, ULONG Esp)
{
    Frame->SegCs = KGDT_R3_CODE | RPL_MASK;
    Frame->HardwareSegSs = Frame->SegDs = Frame->SegEs = KGDT_R3_DATA | RPL_MASK;
    Frame->SegFs = KGDT_R3_TEB | RPL_MASK;
    Frame->SegGs = 0;
    Frame->EFlags = (Frame->EFlags & ~EFLAGS_DISPATCHER_CLEAR) | EFLAGS_IF;
    Frame->Eip = Dispatcher;
    Frame->HardwareEsp = Esp;
}
