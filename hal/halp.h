/* SPDX-License-Identifier: MIT */
/* What the HAL's files share among themselves. */
#pragma once

#include "hal.h"
#include "port.h"

VOID HalpInitializePics(volatile UCHAR *Irql, volatile ULONG *Irr, volatile ULONG *Idr);
VOID HalpEnableIrq(ULONG Irq);
BOOLEAN HalpIsIrqRequested(ULONG Irq); /* raised at the PIC, not served yet */
VOID HalpStartClock(VOID);
VOID HalpClearScreen(VOID);
VOID HalpInitializeSerial(VOID);
VOID HalpEnableSerialInterrupts(VOID);
BOOLEAN HalpHasSerial(ULONG Port);
