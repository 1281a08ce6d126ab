/* SPDX-License-Identifier: MIT */
/* int 2D: the debug service. nt-facts 2.6. */
#include "i386/cpu.h"
#include "rtl/rtl.h"
#include "trap.h"

#define MAXIMUM_PRINT 512UL

/* Without a debugger a print goes to the kernel's messages. */
static NTSTATUS KiDebugPrint(const VOID *Text, ULONG Bytes)
{
    CHAR Buffer[MAXIMUM_PRINT + 1];
    NTSTATUS Status;

    if (Bytes > MAXIMUM_PRINT) {
        Bytes = MAXIMUM_PRINT;
    }
    Status = KeCopyFromUser(Buffer, Text, Bytes);
    if (NT_SUCCESS(Status)) {
        Buffer[Bytes] = 0;
        HalDisplayString(Buffer);
    }
    return Status;
}

/*
 * EIP is first moved over the byte behind the int (a CC by convention). Services that are handled
 * resume there; for the others the dispatcher's usual step back shows EIP behind the int.
 */
VOID KiDebugServiceHandler(PKTRAP_FRAME Frame)
{
    EXCEPTION_RECORD Record;

    if (!KiIsUserFrame(Frame)) {
        KeBugCheckTrap(KMODE_EXCEPTION_NOT_HANDLED, STATUS_BREAKPOINT, Frame->Eip, (ULONG)Frame, 0,
                       Frame);
    }
    KiEnableInterrupts();
    Frame->Eip++;
    switch (Frame->Eax) {
    case BREAKPOINT_PRINT:
        Frame->Eax = KiDebugPrint((PVOID)Frame->Ecx, Frame->Edx & 0xFFFF);
        return;
    case BREAKPOINT_LOAD_SYMBOLS:
    case BREAKPOINT_UNLOAD_SYMBOLS:
    case BREAKPOINT_COMMAND_STRING:
        return; /* for a debugger's ears only */
    }
    Record = (EXCEPTION_RECORD){
        .ExceptionCode = STATUS_BREAKPOINT,
        .ExceptionAddress = (PVOID)Frame->Eip,
        .NumberParameters = 3,
        .ExceptionInformation = {Frame->Eax, Frame->Ecx, Frame->Edx},
    };
    KiDispatchException(&Record, Frame, UserMode, TRUE);
}
