/* SPDX-License-Identifier: MIT */
/* The services on time, and giving up the processor. */
#include "nt/services.h"
#include "nt/shared.h"
#include "ps.h"

/* SystemTime: 100 ns since 1601, UTC. */
NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER SystemTime)
{
    ULONGLONG Now = KeQuerySystemTime();

    return KeCopyToCaller(SystemTime, &Now, sizeof(Now));
}

/* Frequency, in counts a second, may be NULL. */
NTSTATUS NTAPI NtQueryPerformanceCounter(PLARGE_INTEGER Counter, PLARGE_INTEGER Frequency)
{
    ULONGLONG Now = HalQueryPerformanceCounter();
    ULONGLONG PerSecond = HAL_PERFORMANCE_FREQUENCY;
    NTSTATUS Status = KeCopyToCaller(Counter, &Now, sizeof(Now));

    if (NT_SUCCESS(Status) && Frequency != NULL) {
        Status = KeCopyToCaller(Frequency, &PerSecond, sizeof(PerSecond));
    }
    return Status;
}

/* Milliseconds since boot; not a status. The same value as int 2A's. */
ULONG NTAPI NtGetTickCount(VOID)
{
    const KUSER_SHARED_DATA *Shared = (const KUSER_SHARED_DATA *)KI_USER_SHARED_DATA;

    return (ULONG)((ULONGLONG)Shared->TickCountLow * Shared->TickCountMultiplier >> 24);
}

/* See KeDelayExecutionThread. An interval of 0 gives up the rest of the turn. */
NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER Interval)
{
    LONGLONG Value;
    NTSTATUS Status = KeCopyFromCaller(&Value, Interval, sizeof(Value));

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = KeDelayExecutionThread(KeGetPreviousMode(), Alertable, Value);
    if (Status == STATUS_SUCCESS && Value == 0) {
        KeYieldExecution();
    }
    return Status;
}

/* STATUS_NO_YIELD_PERFORMED when nobody else wants to run. */
NTSTATUS NTAPI NtYieldExecution(VOID)
{
    return KeYieldExecution();
}

/* Quick LPC's leftovers: no thread has an event pair (nt-facts 2.5). */
NTSTATUS NTAPI NtSetLowWaitHighThread(VOID)
{
    return STATUS_NO_EVENT_PAIR;
}

NTSTATUS NTAPI NtSetHighWaitLowThread(VOID)
{
    return STATUS_NO_EVENT_PAIR;
}
