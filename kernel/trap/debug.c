/* SPDX-License-Identifier: MIT */
/* int 2D: the debug service, of either ring. nt-facts 2.6. */
#include "i386/cpu.h"
#include "trap.h"

/*
 * A breakpoint exception with the service's number and two arguments. EIP is first moved over the
 * byte behind the int (a CC by convention) and the dispatcher moves it back, so that a handler sees
 * it there; who carries the service out moves it on again (kd/service.c).
 */
VOID KiDebugServiceHandler(PKTRAP_FRAME Frame)
{
    BOOLEAN User = KiIsUserFrame(Frame);
    EXCEPTION_RECORD Record = {
        .ExceptionCode = STATUS_BREAKPOINT,
        .ExceptionAddress = (PVOID)(Frame->Eip + 1),
        .NumberParameters = 3,
        .ExceptionInformation = {Frame->Eax, Frame->Ecx, Frame->Edx},
    };

    if (User) {
        KiEnableInterrupts();
    }
    Frame->Eip++;
    KiDispatchException(&Record, Frame, User ? UserMode : KernelMode, TRUE);
}
