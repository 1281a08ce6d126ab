/* SPDX-License-Identifier: MIT */
/* What Ke's waits need around them: a clock that stands, no interrupts, no priorities. */
#pragma once

#include "ke/ki.h"
#include "unit.h"

KPCR KiTestPcr;
ULONG KiJournalRoom;
VOID KiWriteNote(MICA_JOURNAL_KIND Kind, PKTHREAD Thread, LONG Argument)
{
    (VOID) Kind, (VOID)Thread, (VOID)Argument;
}
KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    return NewIrql - DISPATCH_LEVEL;
}
VOID KfLowerIrql(KIRQL NewIrql)
{
    (VOID) NewIrql;
}
VOID KiUnlockDispatcherDatabase(KIRQL OldIrql)
{
    (VOID) OldIrql;
}
VOID KiActivateWaiterQueue(PKQUEUE Queue)
{
    (VOID) Queue;
}
VOID KiBoostPriority(PKTHREAD Thread, LONG Increment)
{
    (VOID) Thread, (VOID)Increment;
}
ULONGLONG KiDueTime(LONGLONG Time)
{
    return (ULONGLONG)-Time;
}
ULONGLONG KeQueryInterruptTime(VOID)
{
    return 0;
}
ULONG KeQueryTickCount(VOID)
{
    return 0;
}
BOOLEAN KiInsertTimer(PKTIMER Timer, ULONGLONG DueTime)
{
    Timer->DueTime = DueTime;
    Timer->Header.Inserted = TRUE;
    return FALSE;
}
VOID KiExpireTimers(VOID)
{
}
VOID KiRemoveTimer(PKTIMER Timer)
{
    Timer->Header.Inserted = FALSE;
}
DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4)
{
    printf("bugcheck %lX %lX %lX %lX %lX\n", Code, P1, P2, P3, P4);
    exit(1);
}
