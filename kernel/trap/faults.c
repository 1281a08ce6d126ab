/* SPDX-License-Identifier: MIT */
/*
 * One routine per exception vector: from the vector to the exception NT makes of it. nt-facts
 * 2.1-2.4. Each is entered by KiEnterTrap with interrupts off. A fault of ring 0 is the kernel's
 * own mistake and a bugcheck, but for page faults, which the copy routines expect, for INT3, which
 * is dispatched as in ring 3, and for #DB, which means nothing there.
 */
#include "ke/events.h"
#include "i386/cpu.h"
#include "i386/npx.h"
#include "mm/mm.h"
#include "opcode.h"
#include "trap.h"

#define NO_ADDRESS 0xFFFFFFFFUL /* what a #GP reports as the address */

/* The frame comes from ring 3 from here on; interrupts are on. */
static VOID KiRequireUser(ULONG Vector, PKTRAP_FRAME Frame)
{
    if (!KiIsUserFrame(Frame)) {
        KeBugCheckTrap(UNEXPECTED_KERNEL_MODE_TRAP, Vector, Frame->ErrCode, Frame->Eip, 0, Frame);
    }
    KiEnableInterrupts();
}

static VOID KiRaise(ULONG Vector, PKTRAP_FRAME Frame, NTSTATUS Code, ULONG Address)
{
    KiRequireUser(Vector, Frame);
    KiRaiseFault(Frame, Code, Address, 0, 0, 0);
}

static VOID KiRaiseProtectionFault(ULONG Vector, PKTRAP_FRAME Frame)
{
    KiRequireUser(Vector, Frame);
    KiRaiseFault(Frame, STATUS_ACCESS_VIOLATION, Frame->Eip, 2, 0, NO_ADDRESS);
}

VOID KiTrap00Handler(PKTRAP_FRAME Frame)
{
    KiRaise(0x00, Frame, STATUS_INTEGER_DIVIDE_BY_ZERO, Frame->Eip);
}

/* TF goes before the CONTEXT is built: a handler that wants the next step sets it again. */
VOID KiTrap01Handler(PKTRAP_FRAME Frame)
{
    Frame->EFlags &= ~EFLAGS_TF;
    if (KiIsUserFrame(Frame)) {
        KiRaise(0x01, Frame, STATUS_SINGLE_STEP, Frame->Eip);
    }
    /*
     * From ring 0: a breakpoint of ring 3's that MOV SS held back until the door was open (the
     * processor delivers it behind the next instruction, which may be INT). It means nothing here.
     */
}

/* Parameters 1 and 2 are undefined (nt-facts 2.1); Mica leaves them 0. */
VOID KiTrap03Handler(PKTRAP_FRAME Frame)
{
    EXCEPTION_RECORD Record = {
        .ExceptionCode = STATUS_BREAKPOINT,
        .ExceptionAddress = (PVOID)(Frame->Eip - 1),
        .NumberParameters = 3,
        .ExceptionInformation = {BREAKPOINT_BREAK, 0, 0},
    };

    if (KiIsUserFrame(Frame)) {
        KiEnableInterrupts();
    }
    KiDispatchException(&Record, Frame, KiIsUserFrame(Frame) ? UserMode : KernelMode, TRUE);
}

/* A trap: EIP is behind INTO, and that is where a handler continues. */
VOID KiTrap04Handler(PKTRAP_FRAME Frame)
{
    KiRaise(0x04, Frame, STATUS_INTEGER_OVERFLOW, Frame->Eip - 1);
}

VOID KiTrap05Handler(PKTRAP_FRAME Frame)
{
    KiRaise(0x05, Frame, STATUS_ARRAY_BOUNDS_EXCEEDED, Frame->Eip);
}

VOID KiTrap06Handler(PKTRAP_FRAME Frame)
{
    KiRequireUser(0x06, Frame);
    KiRaiseFault(Frame,
                 KiHasLockPrefix(Frame->Eip) ? STATUS_INVALID_LOCK_SEQUENCE
                                             : STATUS_ILLEGAL_INSTRUCTION,
                 Frame->Eip, 0, 0, 0);
}

/* Not an exception of the program's: its floating-point state is elsewhere, and is fetched now. */
VOID KiTrap07Handler(PKTRAP_FRAME Frame)
{
    if (!KiIsUserFrame(Frame)) {
        KeBugCheckTrap(UNEXPECTED_KERNEL_MODE_TRAP, 0x07, 0, Frame->Eip, 0, Frame);
    }
    KiLoadThreadNpx();
}

VOID KiTrap09Handler(PKTRAP_FRAME Frame)
{
    KiRaiseProtectionFault(0x09, Frame);
}

/* A program can set NT and IRET: the TSS has no backlink, so that ends here. */
VOID KiTrap0AHandler(PKTRAP_FRAME Frame)
{
    Frame->EFlags &= ~EFLAGS_NT; /* or the IRET of the dispatcher's first caller ends here too */
    KiRaiseProtectionFault(0x0A, Frame);
}

VOID KiTrap0BHandler(PKTRAP_FRAME Frame)
{
    KiRequireUser(0x0B, Frame);
    KiRaiseFault(Frame, STATUS_ACCESS_VIOLATION, Frame->Eip, 2, 0, Frame->ErrCode & 0xFFFC);
}

VOID KiTrap0CHandler(PKTRAP_FRAME Frame)
{
    KiRaiseProtectionFault(0x0C, Frame);
}

VOID KiTrap0DHandler(PKTRAP_FRAME Frame)
{
    NTSTATUS Code;

    KiRequireUser(0x0D, Frame);
    Code = Frame->ErrCode != 0 ? STATUS_ACCESS_VIOLATION : KiClassifyProtectionFault(Frame->Eip);
    if (Code == STATUS_ACCESS_VIOLATION) {
        KiRaiseFault(Frame, Code, Frame->Eip, 2, 0, NO_ADDRESS);
    } else {
        KiRaiseFault(Frame, Code, Frame->Eip, 0, 0, 0);
    }
}

/* CR2 is read before interrupts come on: a fault in one of them would overwrite it. */
VOID KiTrap0EHandler(PKTRAP_FRAME Frame)
{
    ULONG Address = KiReadCr2();
    BOOLEAN User = KiIsUserFrame(Frame);
    NTSTATUS Status;

    if (!User && (!(Frame->EFlags & EFLAGS_IF) || KeGetCurrentIrql() >= DISPATCH_LEVEL)) {
        KeBugCheckTrap(IRQL_NOT_LESS_OR_EQUAL, Address, KeGetCurrentIrql(),
                       (Frame->ErrCode & PF_WRITE) != 0, Frame->Eip, Frame);
    }
    KiEnableInterrupts();
    Status = MmAccessFault(Frame->ErrCode, Address);
    KeLogEvent(EventFault, Frame->SegCs & 3, Address, Frame->ErrCode, Frame->Eip, (ULONG)Status);
    if (NT_SUCCESS(Status)) {
        return;
    }
    if (!User && Address >= MM_SYSTEM_RANGE_START) {
        KeBugCheckTrap(PAGE_FAULT_IN_NONPAGED_AREA, Address, (Frame->ErrCode & PF_WRITE) != 0,
                       Frame->Eip, 0, Frame);
    }
    KiRaiseFault(Frame, Status, Frame->Eip, 2, (Frame->ErrCode & PF_WRITE) != 0, Address);
}

/* Reserved vectors, machine check: nothing a program does leads here. */
VOID KiTrap0FHandler(PKTRAP_FRAME Frame)
{
    KeBugCheckTrap(UNEXPECTED_KERNEL_MODE_TRAP, 0x0F, Frame->ErrCode, Frame->Eip, 0, Frame);
}

static VOID KiRaiseFloatingFault(ULONG Vector, PKTRAP_FRAME Frame, BOOLEAN Simd)
{
    ULONG Address = Frame->Eip, DataOffset = 0;
    NTSTATUS Code;

    KiRequireUser(Vector, Frame);
    Code = KiFloatingErrorStatus(KiFlushThreadNpx(), Simd, &Address, &DataOffset);
    KiRaiseFault(Frame, Code, Address, Code == STATUS_FLOAT_STACK_CHECK ? 2 : 1, 0, DataOffset);
}

VOID KiTrap10Handler(PKTRAP_FRAME Frame)
{
    KiRaiseFloatingFault(0x10, Frame, FALSE);
}

/* CR0.AM is clear, so AC in a program's flags has no effect (nt-facts 2.1). */
VOID KiTrap11Handler(PKTRAP_FRAME Frame)
{
    KiRaise(0x11, Frame, STATUS_DATATYPE_MISALIGNMENT, Frame->Eip);
}

VOID KiTrap13Handler(PKTRAP_FRAME Frame)
{
    KiRaiseFloatingFault(0x13, Frame, TRUE);
}
