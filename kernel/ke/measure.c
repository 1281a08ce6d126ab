/* SPDX-License-Identifier: MIT */
/* How fast the processor is, by the 8254: fills MHz and StallScaleFactor. */
#include "i386/cpu.h"
#include "ke.h"

#define MEASURED_MICROSECONDS 256UL

VOID KiMeasureProcessor(VOID)
{
    ULONGLONG Start = KiReadTsc();
    ULONG Ticks;

    HalStallExecution(MEASURED_MICROSECONDS);
    Ticks = (ULONG)(KiReadTsc() - Start);
    KeGetCurrentPrcb()->MHz = Ticks / MEASURED_MICROSECONDS;
    KeGetPcr()->StallScaleFactor = KeGetCurrentPrcb()->MHz;
}
