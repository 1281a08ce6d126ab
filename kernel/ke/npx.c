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

const FX_SAVE_AREA *KiFlushThreadNpx(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    ULONG Flags = HalpDisableInterrupts();

    if (Thread->NpxState == NPX_STATE_LOADED) {
        KiSaveNpx(KiNpxArea(Thread));
    }
    HalpRestoreInterrupts(Flags);
    return KiNpxArea(Thread);
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
    Flags = HalpDisableInterrupts(); /* or another thread takes the unit in between */
    KiFlushThreadNpx();              /* one group may come without the other */
    KiContextToNpx(Context, KiNpxArea(Thread));
    if (Thread->NpxState == NPX_STATE_LOADED) {
        KiLoadNpx(KiNpxArea(Thread));
    }
    HalpRestoreInterrupts(Flags);
}

VOID KeGetThreadContext(const KTRAP_FRAME *Frame, PCONTEXT Context)
{
    KeContextFromKframes(Frame, Context);
    if (KiHasNpxGroup(Context)) {
        KiNpxToContext(KiFlushThreadNpx(), Context);
    }
}

VOID KeSetThreadContext(PKTRAP_FRAME Frame, const CONTEXT *Context, KPROCESSOR_MODE Mode)
{
    PKTHREAD Thread = KeGetCurrentThread();

    KeContextToKframes(Frame, Context, Mode);
    if (Mode == UserMode) {
        Thread->DebugActive = Frame->Dr7 != 0;
        KiSetThreadNpx(Thread, Context);
    }
}
