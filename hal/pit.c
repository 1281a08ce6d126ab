/* SPDX-License-Identifier: MIT */
/* The 8254: channel 0 is the clock (10 ms) and, read between two ticks, the fine counter. */
#include "halp.h"

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define PIT_LATCH0 0x00
#define PIT_RATE0 0x34 /* channel 0, low then high byte, mode 2 */
#define PIT_DIVISOR 11932UL

C_ASSERT(PIT_DIVISOR == HAL_PERFORMANCE_FREQUENCY / 100 + 1); /* 10 ms, within 15 ppm */

static ULONGLONG HalpTicks;
static ULONGLONG HalpLastCounter;

static ULONG HalpReadPit(VOID)
{
    ULONG Low;

    HalpOut8(PIT_COMMAND, PIT_LATCH0);
    Low = HalpIn8(PIT_CHANNEL0);
    return Low | (ULONG)HalpIn8(PIT_CHANNEL0) << 8;
}

VOID HalpStartClock(VOID)
{
    HalpOut8(PIT_COMMAND, PIT_RATE0);
    HalpOut8(PIT_CHANNEL0, (UCHAR)PIT_DIVISOR);
    HalpOut8(PIT_CHANNEL0, (UCHAR)(PIT_DIVISOR >> 8));
}

VOID HalClockTick(VOID)
{
    HalpTicks++;
}

ULONGLONG HalQueryPerformanceCounter(VOID)
{
    ULONG Flags = HalpDisableInterrupts();
    ULONG Count = HalpReadPit();
    ULONGLONG Now = HalpTicks * PIT_DIVISOR + (PIT_DIVISOR - Count);

    if (HalpIsIrqRequested(HAL_IRQ_CLOCK) && Count > PIT_DIVISOR / 2) {
        Now += PIT_DIVISOR; /* it has wrapped, and the tick is not counted yet */
    }
    if (Now < HalpLastCounter) {
        Now = HalpLastCounter;
    }
    HalpLastCounter = Now;
    HalpRestoreInterrupts(Flags);
    return Now;
}

VOID HalStallExecution(ULONG Microseconds)
{
    ULONG Wanted = Microseconds + Microseconds / 5; /* 1.193182 counts a microsecond */
    ULONG Passed = 0;
    ULONG Last = HalpReadPit();

    while (Passed < Wanted) {
        ULONG Now = HalpReadPit();

        Passed += Last >= Now ? Last - Now : Last + PIT_DIVISOR - Now;
        Last = Now;
    }
}
