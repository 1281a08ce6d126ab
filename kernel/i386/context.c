/* SPDX-License-Identifier: MIT */
/* KeContextFromKframes and KeContextToKframes: registers out of a trap frame and back into it. */
#include "context.h"

#include "cpu.h"
#include "nt/memory.h"

/* CF PF AF ZF SF TF DF OF NT RF VM AC VIF VIP ID: what NT lets through (nt-facts 3.11). */
#define KI_USER_EFLAGS 0x003F4DD7UL
/* Without virtual-8086 mode these are only good for stopping the machine. */
#define KI_UNSAFE_EFLAGS (EFLAGS_VM | EFLAGS_VIF | EFLAGS_VIP | EFLAGS_NT)

#define USER_CS (KGDT_R3_CODE | RPL_MASK)
#define USER_DS (KGDT_R3_DATA | RPL_MASK)
#define USER_FS (KGDT_R3_TEB | RPL_MASK)

ULONG KiSanitizeEFlags(ULONG EFlags, KPROCESSOR_MODE Mode)
{
    EFlags &= KI_USER_EFLAGS & ~KI_UNSAFE_EFLAGS;
    return Mode == UserMode ? EFlags | EFLAGS_IF : EFlags;
}

ULONG KiGetFrameEsp(const KTRAP_FRAME *Frame)
{
    if (KiIsUserFrame(Frame)) {
        return Frame->HardwareEsp;
    }
    return Frame->SegCs & FRAME_EDITED ? (ULONG)&Frame->HardwareEsp : Frame->TempEsp;
}

ULONG KiGetFrameCs(const KTRAP_FRAME *Frame)
{
    return (Frame->SegCs & FRAME_EDITED ? Frame->SegCs : Frame->TempSegCs) & 0xFFFF;
}

/* While Dr7 is 0 none is armed, and the frame's other slots mean nothing. */
static VOID KiReportDebugRegisters(const KTRAP_FRAME *Frame, PCONTEXT Context)
{
    BOOLEAN Armed = Frame->Dr7 != 0;

    Context->Dr0 = Armed ? Frame->Dr0 : 0;
    Context->Dr1 = Armed ? Frame->Dr1 : 0;
    Context->Dr2 = Armed ? Frame->Dr2 : 0;
    Context->Dr3 = Armed ? Frame->Dr3 : 0;
    Context->Dr6 = Armed ? Frame->Dr6 & DR6_USER : 0;
    Context->Dr7 = Armed ? Frame->Dr7 & DR7_USER : 0;
}

/* Breakpoints on the kernel are dropped; nothing armed is none at all (nt-facts 3.11). */
static VOID KiSetDebugRegisters(PKTRAP_FRAME Frame, const CONTEXT *Context)
{
    Frame->Dr0 = Context->Dr0 <= MM_HIGHEST_USER_ADDRESS ? Context->Dr0 : 0;
    Frame->Dr1 = Context->Dr1 <= MM_HIGHEST_USER_ADDRESS ? Context->Dr1 : 0;
    Frame->Dr2 = Context->Dr2 <= MM_HIGHEST_USER_ADDRESS ? Context->Dr2 : 0;
    Frame->Dr3 = Context->Dr3 <= MM_HIGHEST_USER_ADDRESS ? Context->Dr3 : 0;
    Frame->Dr6 = Context->Dr6 & DR6_USER;
    Frame->Dr7 = Context->Dr7 & DR7_ENABLES ? Context->Dr7 & DR7_USER : 0;
}

VOID KeContextFromKframes(const KTRAP_FRAME *Frame, PCONTEXT Context)
{
    ULONG Flags = Context->ContextFlags;

    if (CONTEXT_HAS(Flags, CONTEXT_CONTROL)) {
        Context->Ebp = Frame->Ebp;
        Context->Eip = Frame->Eip;
        Context->SegCs = KiGetFrameCs(Frame);
        Context->EFlags = Frame->EFlags;
        Context->Esp = KiGetFrameEsp(Frame);
        Context->SegSs = KiIsUserFrame(Frame) ? Frame->HardwareSegSs & 0xFFFF : KGDT_R0_DATA;
    }
    if (CONTEXT_HAS(Flags, CONTEXT_SEGMENTS)) {
        Context->SegDs = Frame->SegDs & 0xFFFF;
        Context->SegEs = Frame->SegEs & 0xFFFF;
        Context->SegFs = Frame->SegFs & 0xFFFF;
        Context->SegGs = Frame->SegGs & 0xFFFF;
    }
    if (CONTEXT_HAS(Flags, CONTEXT_INTEGER)) {
        Context->Edi = Frame->Edi;
        Context->Esi = Frame->Esi;
        Context->Ebx = Frame->Ebx;
        Context->Edx = Frame->Edx;
        Context->Ecx = Frame->Ecx;
        Context->Eax = Frame->Eax;
    }
    if (CONTEXT_HAS(Flags, CONTEXT_DEBUG_REGISTERS)) {
        KiReportDebugRegisters(Frame, Context);
    }
}

/* Selectors are not taken from a program at all: the flat ones are all it ever had. */
static VOID KiSetUserControl(PKTRAP_FRAME Frame, const CONTEXT *Context)
{
    Frame->SegCs = USER_CS;
    Frame->HardwareSegSs = USER_DS;
    Frame->HardwareEsp = Context->Esp;
}

/* A ring-0 frame can only be moved up; trap/exit.asm then pops it under the new ESP. */
static VOID KiSetKernelControl(PKTRAP_FRAME Frame, const CONTEXT *Context)
{
    if (Context->Esp != KiGetFrameEsp(Frame) && Context->Esp > (ULONG)&Frame->HardwareEsp) {
        Frame->TempSegCs = KGDT_R0_CODE;
        Frame->TempEsp = Context->Esp;
        Frame->SegCs = 0;
    }
}

VOID KeContextToKframes(PKTRAP_FRAME Frame, const CONTEXT *Context, KPROCESSOR_MODE Mode)
{
    ULONG Flags = Context->ContextFlags;

    if (CONTEXT_HAS(Flags, CONTEXT_CONTROL)) {
        Frame->EFlags = KiSanitizeEFlags(Context->EFlags, Mode);
        Frame->Ebp = Context->Ebp;
        Frame->Eip = Context->Eip;
        if (Mode == UserMode) {
            KiSetUserControl(Frame, Context);
        } else {
            Frame->EFlags |= Context->EFlags & EFLAGS_IF;
            KiSetKernelControl(Frame, Context);
        }
    }
    if (CONTEXT_HAS(Flags, CONTEXT_SEGMENTS) && Mode == UserMode) {
        Frame->SegDs = Frame->SegEs = USER_DS;
        Frame->SegFs = USER_FS;
        Frame->SegGs = 0;
    }
    if (CONTEXT_HAS(Flags, CONTEXT_INTEGER)) {
        Frame->Edi = Context->Edi;
        Frame->Esi = Context->Esi;
        Frame->Ebx = Context->Ebx;
        Frame->Edx = Context->Edx;
        Frame->Ecx = Context->Ecx;
        Frame->Eax = Context->Eax;
    }
    if (CONTEXT_HAS(Flags, CONTEXT_DEBUG_REGISTERS) && Mode == UserMode) {
        KiSetDebugRegisters(Frame, Context);
    }
}
