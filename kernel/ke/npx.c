/* SPDX-License-Identifier: MIT */
/*
 * Whose floating-point state is in the processor? KPRCB.NpxThread says. A switch to another thread
 * only sets CR0.TS; that thread's first floating-point instruction is a #NM, and then the states
 * change places. Threads that use none cost nothing.
 *
 * A thread's state has one home, the top of its kernel stack, wherever callbacks move InitialStack.
 */
#include "i386/context.h"
#include "i386/npx.h"
#include "ke.h"
#include "port.h"

static PFX_SAVE_AREA KiNpxArea(PKTHREAD Thread)
{
    return (PFX_SAVE_AREA)(Thread->StackBase - NPX_FRAME_LENGTH);
}

VOID KiInitializeThreadNpx(PKTHREAD Thread)
{
    KiInitializeNpxArea(KiNpxArea(Thread));
    Thread->NpxState = NPX_STATE_NOT_LOADED;
}

VOID KiSwapNpx(PKTHREAD New)
{
    KiSetNpxTrap(New->NpxState != NPX_STATE_LOADED);
}

/* #NM, interrupts off: the running thread wants its state, and somebody else's may be there. */
VOID KiLoadThreadNpx(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Owner = Prcb->NpxThread, Thread = Prcb->CurrentThread;

    KiSetNpxTrap(FALSE);
    if (Owner != NULL) {
        KiSaveNpx(KiNpxArea(Owner));
        Owner->NpxState = NPX_STATE_NOT_LOADED;
    }
    KiLoadNpx(KiNpxArea(Thread));
    Thread->NpxState = NPX_STATE_LOADED;
    Prcb->NpxThread = Thread;
}

/* Thread's area, brought up to date: its state may be in the processor while another runs. */
static PFX_SAVE_AREA KiFlushNpxOf(PKTHREAD Thread)
{
    ULONG Flags = HalpDisableInterrupts();

    if (Thread->NpxState == NPX_STATE_LOADED) {
        KiSetNpxTrap(FALSE);
        KiSaveNpx(KiNpxArea(Thread));
        KiSwapNpx(KeGetCurrentThread());
    }
    HalpRestoreInterrupts(Flags);
    return KiNpxArea(Thread);
}

const FX_SAVE_AREA *KiFlushThreadNpx(VOID)
{
    return KiFlushNpxOf(KeGetCurrentThread());
}

static BOOLEAN KiHasNpxGroup(const CONTEXT *Context)
{
    return CONTEXT_HAS(Context->ContextFlags, CONTEXT_FLOATING_POINT) ||
           CONTEXT_HAS(Context->ContextFlags, CONTEXT_EXTENDED_REGISTERS);
}

/* What is in the processor is out of date from now on. */
static VOID KiSetThreadNpx(PKTHREAD Thread, const CONTEXT *Context)
{
    ULONG Flags;

    if (!KiHasNpxGroup(Context)) {
        return;
    }
    Flags = HalpDisableInterrupts();               /* or another thread takes the unit in between */
    KiContextToNpx(Context, KiFlushNpxOf(Thread)); /* one group may come without the other */
    if (Thread->NpxState == NPX_STATE_LOADED) {
        KiSetNpxTrap(FALSE);
        KiLoadNpx(KiNpxArea(Thread));
        KiSwapNpx(KeGetCurrentThread());
    }
    HalpRestoreInterrupts(Flags);
}

VOID KeGetContextOf(PKTHREAD Thread, const KTRAP_FRAME *Frame, PCONTEXT Context)
{
    KeContextFromKframes(Frame, Context);
    if (KiHasNpxGroup(Context)) {
        KiNpxToContext(KiFlushNpxOf(Thread), Context);
    }
}

VOID KeSetContextOf(PKTHREAD Thread, PKTRAP_FRAME Frame, const CONTEXT *Context,
                    KPROCESSOR_MODE Mode)
{
    KeContextToKframes(Frame, Context, Mode);
    if (Mode == UserMode) {
        Thread->DebugActive = Frame->Dr7 != 0;
        KiSetThreadNpx(Thread, Context);
    }
}

VOID KeGetThreadContext(const KTRAP_FRAME *Frame, PCONTEXT Context)
{
    KeGetContextOf(KeGetCurrentThread(), Frame, Context);
}

VOID KeSetThreadContext(PKTRAP_FRAME Frame, const CONTEXT *Context, KPROCESSOR_MODE Mode)
{
    KeSetContextOf(KeGetCurrentThread(), Frame, Context, Mode);
}
