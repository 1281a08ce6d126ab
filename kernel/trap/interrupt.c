/* SPDX-License-Identifier: MIT */
/* Hardware interrupts: the HAL raises IRQL, whoever owns the line is called from up here. */
#include "io/io.h"
#include "trap.h"

/*
 * The frame's error code is the vector (vectors.asm). Interrupts are off; the lowering of IRQL at
 * the end may run DPCs, with interrupts on, and another thread.
 */
VOID KiInterruptHandler(PKTRAP_FRAME Frame)
{
    ULONG Vector = Frame->ErrCode;
    KIRQL OldIrql;

    KeGetCurrentPrcb()->InterruptCount++;
    if (Vector >= HAL_VECTOR_BASE + HAL_IRQ_COUNT || !HalBeginSystemInterrupt(Vector, &OldIrql)) {
        return; /* nothing in the machine raises it, or it has to wait */
    }
    switch (Vector - HAL_VECTOR_BASE) {
    case HAL_IRQ_CLOCK:
        KeUpdateSystemTime(Frame);
        break;
    case HAL_IRQ_KEYBOARD:
    case HAL_IRQ_COM1:
        IoConsoleInterrupt();
        break;
    }
    HalEndSystemInterrupt(OldIrql);
}
