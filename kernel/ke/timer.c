/* SPDX-License-Identifier: MIT */
/*
 * Timers: a wheel of six levels with 64 places each. The number of a tick, in base 64, has a digit
 * for each level; a timer lies on the level of the first digit in which its tick differs from the
 * hand's, in the place of its own digit there. So setting and cancelling take the same few steps
 * however many timers there are. When the hand's lower digits become 0, the place it comes to on
 * the next level is spread over the levels below.
 */
#include "ki.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define WHEEL_LEVELS 6
#define WHEEL_SHIFT 6
#define WHEEL_PLACES (1UL << WHEEL_SHIFT)
#define WHEEL_DIGIT(tick, level) ((ULONG)((tick) >> ((level)*WHEEL_SHIFT)) & (WHEEL_PLACES - 1))
#define WHEEL_LAST_TICK ((1ULL << (WHEEL_LEVELS * WHEEL_SHIFT)) - 1)

static LIST_ENTRY KiTimerTable[WHEEL_LEVELS][WHEEL_PLACES];
static ULONGLONG KiTimerHand; /* the last tick whose timers have expired */
static KDPC KiTimerExpireDpc;
static ULONG KiTimerRest; /* clock ticks until timers are looked at again */

static VOID KiTimerExpiration(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2);

VOID KiInitializeTimers(VOID)
{
    for (ULONG Level = 0; Level < WHEEL_LEVELS; Level++) {
        for (ULONG Place = 0; Place < WHEEL_PLACES; Place++) {
            InitializeListHead(&KiTimerTable[Level][Place]);
        }
    }
    KeInitializeDpc(&KiTimerExpireDpc, KiTimerExpiration, NULL);
}

ULONGLONG KiDueTime(LONGLONG Time)
{
    ULONGLONG Now = KeQueryInterruptTime(), SystemTime = KeQuerySystemTime();

    if (Time < 0) {
        /* The most negative ones lie beyond the end of time. */
        return -(ULONGLONG)Time > ~Now ? ~0ULL : Now - (ULONGLONG)Time;
    }
    return (ULONGLONG)Time > SystemTime ? Now + ((ULONGLONG)Time - SystemTime) : Now;
}

static ULONGLONG KiTickOf(ULONGLONG Time, PULONG Rest)
{
    LARGE_INTEGER Dividend = {.QuadPart = (LONGLONG)Time};

    return (ULONGLONG)RtlExtendedLargeIntegerDivide(Dividend, HAL_CLOCK_INCREMENT, Rest).QuadPart;
}

static VOID KiPlaceTimer(PKTIMER Timer)
{
    ULONG Rest, Level = 0;
    ULONGLONG Tick = KiTickOf(Timer->DueTime, &Rest);

    Tick += Rest != 0; /* not before its time */

    if (Tick > (KiTimerHand | WHEEL_LAST_TICK)) {
        Tick = KiTimerHand | WHEEL_LAST_TICK; /* looked at again then */
    }
    for (ULONGLONG Above = (Tick ^ KiTimerHand) >> WHEEL_SHIFT; Above != 0; Above >>= WHEEL_SHIFT) {
        Level++;
    }
    InsertTailList(&KiTimerTable[Level][WHEEL_DIGIT(Tick, Level)], &Timer->TimerListEntry);
}

BOOLEAN KiInsertTimer(PKTIMER Timer, ULONGLONG DueTime)
{
    Timer->DueTime = DueTime;
    Timer->Header.Inserted = TRUE;
    KiPlaceTimer(Timer);
    return DueTime <= KeQueryInterruptTime();
}

VOID KiExpireTimers(VOID)
{
    KeInsertQueueDpc(&KiTimerExpireDpc, NULL, NULL);
}

VOID KiRemoveTimer(PKTIMER Timer)
{
    Timer->Header.Inserted = FALSE;
    RemoveEntryList(&Timer->TimerListEntry);
}

/* Only looks: what there is to do is done at DISPATCH_LEVEL. CLOCK2_LEVEL. */
VOID KiCheckTimers(ULONGLONG InterruptTime)
{
    ULONGLONG Tick = KiTickOf(InterruptTime, NULL);

    if (KiTimerRest != 0
            ? --KiTimerRest == 0
            : WHEEL_DIGIT(Tick, 0) == 0 || !IsListEmpty(&KiTimerTable[0][WHEEL_DIGIT(Tick, 0)])) {
        KiExpireTimers();
    }
}

static VOID KiTakePlace(ULONG Level, PLIST_ENTRY Taken)
{
    PLIST_ENTRY Place = &KiTimerTable[Level][WHEEL_DIGIT(KiTimerHand, Level)];

    InitializeListHead(Taken);
    while (!IsListEmpty(Place)) {
        InsertTailList(Taken, RemoveHeadList(Place));
    }
}

/* The hand has come to a new place on each level up to the first digit that is not 0. */
static VOID KiSpreadTimers(VOID)
{
    ULONG Top = 0;

    while (Top < WHEEL_LEVELS - 1 && WHEEL_DIGIT(KiTimerHand, Top) == 0) {
        Top++;
    }
    for (ULONG Level = Top; Level > 0; Level--) {
        LIST_ENTRY Taken;

        KiTakePlace(Level, &Taken);
        while (!IsListEmpty(&Taken)) {
            KiPlaceTimer(CONTAINING_RECORD(RemoveHeadList(&Taken), KTIMER, TimerListEntry));
        }
    }
}

static VOID KiSignalTimer(PKTIMER Timer)
{
    PKDPC Dpc = Timer->Dpc;

    KiRemoveTimer(Timer);
    Timer->Header.SignalState = 1;
    if (Timer->Period != 0) {
        ULONGLONG Now = KeQueryInterruptTime(), Period = (ULONGLONG)Timer->Period * 10000;

        /* What was missed is not made up for. */
        if (KiInsertTimer(Timer,
                          Timer->DueTime + Period > Now ? Timer->DueTime + Period : Now + Period)) {
            KiExpireTimers();
        }
    }
    KiWaitTest(Timer, TIMER_INCREMENT); /* a thread's own timer may be gone after this */
    if (Dpc != NULL) {
        KeInsertQueueDpc(Dpc, NULL, NULL);
    }
}

/* Threads have as much time as the timers took, if that was more than a tick. */
static VOID KiRestTimers(ULONG Ticks)
{
    KIRQL Irql = KfRaiseIrql(CLOCK2_LEVEL);

    KiTimerRest = Ticks;
    if (Ticks != 0) {
        KeRemoveQueueDpc(&KiTimerExpireDpc);
    }
    KfLowerIrql(Irql);
}

/* Catches up with the clock, tick by tick. */
static VOID KiTimerExpiration(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    ULONGLONG Now = KiTickOf(KeQueryInterruptTime(), NULL);

    (VOID) Dpc;
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    while (KiTimerHand < Now) {
        PLIST_ENTRY Place;

        KiTimerHand++;
        KiSpreadTimers();
        Place = &KiTimerTable[0][WHEEL_DIGIT(KiTimerHand, 0)];
        while (!IsListEmpty(Place)) {
            KiSignalTimer(CONTAINING_RECORD(Place->Flink, KTIMER, TimerListEntry));
        }
    }
    KiRestTimers((ULONG)(KiTickOf(KeQueryInterruptTime(), NULL) - Now));
}

VOID KeInitializeTimer(PKTIMER Timer, TIMER_TYPE Type)
{
    UCHAR Kind = Type == NotificationTimer ? TimerNotificationObject : TimerSynchronizationObject;

    KiInitializeHeader(&Timer->Header, Kind, sizeof(*Timer), 0);
    Timer->DueTime = 0;
    Timer->Dpc = NULL;
    Timer->Period = 0;
}

BOOLEAN KeSetTimerEx(PKTIMER Timer, LONGLONG DueTime, LONG Period, PKDPC Dpc)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    BOOLEAN Running = Timer->Header.Inserted;
    ULONGLONG Due = KiDueTime(DueTime);

    if (Running) {
        KiRemoveTimer(Timer);
    }
    Timer->Header.SignalState = 0;
    Timer->Header.Absolute = DueTime >= 0;
    Timer->Period = Period;
    Timer->Dpc = Dpc;
    if (KiInsertTimer(Timer, Due)) {
        KiSignalTimer(Timer);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Running;
}

BOOLEAN KeCancelTimer(PKTIMER Timer)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    BOOLEAN Running = Timer->Header.Inserted;

    if (Running) {
        KiRemoveTimer(Timer);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Running;
}
