/* SPDX-License-Identifier: MIT */
/* The queues of ready threads. */
#include "ready.h"

#include "rtl/list.h"

static LIST_ENTRY KiDispatcherReadyListHead[MAXIMUM_PRIORITY];
static ULONG KiReadySummary; /* bit n: queue n is not empty */

VOID KiInitializeReadyQueues(VOID)
{
    for (ULONG i = 0; i < MAXIMUM_PRIORITY; i++) {
        InitializeListHead(&KiDispatcherReadyListHead[i]);
    }
    KiReadySummary = 0;
}

VOID KiInsertReady(PKTHREAD Thread, BOOLEAN First)
{
    PLIST_ENTRY Head = &KiDispatcherReadyListHead[(UCHAR)Thread->Priority % MAXIMUM_PRIORITY];

    if (First) {
        InsertHeadList(Head, &Thread->WaitListEntry);
    } else {
        InsertTailList(Head, &Thread->WaitListEntry);
    }
    KiReadySummary |= 1UL << (UCHAR)Thread->Priority % MAXIMUM_PRIORITY;
}

VOID KiRemoveReady(PKTHREAD Thread)
{
    ULONG Queue = (UCHAR)Thread->Priority % MAXIMUM_PRIORITY;

    RemoveEntryList(&Thread->WaitListEntry);
    if (IsListEmpty(&KiDispatcherReadyListHead[Queue])) {
        KiReadySummary &= ~(1UL << Queue);
    }
}

BOOLEAN KiIsReady(ULONG Lowest)
{
    return Lowest < MAXIMUM_PRIORITY && KiReadySummary >> Lowest != 0;
}

PKTHREAD KiTakeReady(ULONG Lowest)
{
    PLIST_ENTRY Head, Entry;
    ULONG Highest;

    if (!KiIsReady(Lowest)) {
        return NULL;
    }
    Highest = MAXIMUM_PRIORITY - 1 - (ULONG)__builtin_clz(KiReadySummary);
    Head = &KiDispatcherReadyListHead[Highest];
    Entry = RemoveHeadList(Head);
    if (IsListEmpty(Head)) {
        KiReadySummary &= ~(1UL << Highest);
    }
    return CONTAINING_RECORD(Entry, KTHREAD, WaitListEntry);
}
