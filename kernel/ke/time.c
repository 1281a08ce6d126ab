/* SPDX-License-Identifier: MIT */
/* The clock: tick count, interrupt time and system time in the shared page. nt-facts 3.7. */
#include "ki.h"
#include "nt/memory.h"
#include "nt/shared.h"

#define KiSharedData ((KUSER_SHARED_DATA *)KI_USER_SHARED_DATA)
#define TICK_MULTIPLIER 0x0A000000UL /* 10 ms a tick, in 8.24 fixed point */

C_ASSERT(HAL_CLOCK_INCREMENT == 10 * 10000 && TICK_MULTIPLIER == 10UL << 24);

/* High2 first and High1 last: a reader that sees them differ reads again. */
static VOID KiWriteTime(volatile KSYSTEM_TIME *Time, ULONGLONG Value)
{
    Time->High2Time = (LONG)(Value >> 32);
    Time->LowPart = (ULONG)Value;
    Time->High1Time = (LONG)(Value >> 32);
}

static ULONGLONG KiReadTime(const volatile KSYSTEM_TIME *Time)
{
    LONG High;
    ULONG Low;

    do {
        High = Time->High1Time;
        Low = Time->LowPart;
    } while (High != Time->High2Time);
    return (ULONGLONG)(ULONG)High << 32 | Low;
}

VOID KeInitializeTime(VOID)
{
    KiSharedData->TickCountMultiplier = TICK_MULTIPLIER;
    KiWriteTime(&KiSharedData->SystemTime, HalQueryRealTimeClock());
}

VOID KeUpdateSystemTime(const KTRAP_FRAME *Frame)
{
    PKTHREAD Thread = KeGetCurrentThread();
    ULONGLONG InterruptTime = KiReadTime(&KiSharedData->InterruptTime) + HAL_CLOCK_INCREMENT;

    HalClockTick();
    KiSharedData->TickCountLow++;
    KiWriteTime(&KiSharedData->InterruptTime, InterruptTime);
    KiWriteTime(&KiSharedData->SystemTime,
                KiReadTime(&KiSharedData->SystemTime) + HAL_CLOCK_INCREMENT);
    if (KiIsUserFrame(Frame)) {
        KeGetCurrentPrcb()->UserTime++;
        Thread->UserTime++;
        Thread->ApcState.Process->UserTime++;
    } else {
        KeGetCurrentPrcb()->KernelTime++;
        Thread->KernelTime++;
        Thread->ApcState.Process->KernelTime++;
    }
    KiCheckTimers(InterruptTime);
    KiChargeQuantum(Thread);
}

ULONGLONG KeQueryInterruptTime(VOID)
{
    return KiReadTime(&KiSharedData->InterruptTime);
}

ULONG KeQueryTickCount(VOID)
{
    return KiSharedData->TickCountLow;
}

ULONGLONG KeQuerySystemTime(VOID)
{
    return KiReadTime(&KiSharedData->SystemTime);
}
