/* SPDX-License-Identifier: MIT */
/* Kernel messages, and the order in which the HAL takes the machine over. */
#include "halp.h"

static BOOLEAN HalpMidLine; /* the kernel's port does not stand at the start of a line */

VOID HalSerialWriteKernel(PCSTR Bytes, ULONG Count)
{
    HalpMidLine = Count != 0 ? Bytes[Count - 1] != '\n' : HalpMidLine;
    HalSerialWrite(HalpHasSerial(HAL_COM2) ? HAL_COM2 : HAL_COM1, Bytes, Count);
}

VOID HalDisplayString(PCSTR String)
{
    ULONG Count = 0;

    while (String[Count] != 0) {
        Count++;
    }
    HalSerialWriteKernel(String, Count);
    HalScreenWrite(String, Count);
}

VOID HalFreshLine(VOID)
{
    if (HalpMidLine) {
        HalDisplayString("\n");
    }
}

VOID HalInitializeDisplay(VOID)
{
    HalpInitializeSerial();
    HalpClearScreen(); /* firmware and loader have left theirs */
}

VOID HalInitializeSystem(volatile UCHAR *Irql, volatile ULONG *Irr, volatile ULONG *Idr)
{
    HalpInitializePics(Irql, Irr, Idr);
}

VOID HalStartInterrupts(VOID)
{
    HalpStartClock();
    HalpEnableIrq(HAL_IRQ_CLOCK);
    HalpEnableIrq(HAL_IRQ_KEYBOARD);
    HalpEnableSerialInterrupts();
}
