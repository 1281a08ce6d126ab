/* SPDX-License-Identifier: MIT */
/*
 * Queues of work: threads wait for entries, the one that came last first (its stack is warm), and
 * no more than MaximumCount of those that have one run at a time. One that waits for something else
 * meanwhile does not count.
 */
#include "ki.h"
#include "rtl/list.h"

VOID KeInitializeQueue(PKQUEUE Queue, ULONG Count)
{
    KiInitializeHeader(&Queue->Header, QueueObject, sizeof(*Queue), 0);
    InitializeListHead(&Queue->EntryListHead);
    InitializeListHead(&Queue->ThreadListHead);
    Queue->CurrentCount = 0;
    Queue->MaximumCount = Count != 0 ? Count : 1;
}

/* Hands Entry to the thread that waits: it is what its wait returns. KiUnwaitThread counts it in.
 */
static BOOLEAN KiGiveToWaiter(PKQUEUE Queue, PLIST_ENTRY Entry)
{
    PKTHREAD Thread;

    if (IsListEmpty(&Queue->Header.WaitListHead) || Queue->CurrentCount >= Queue->MaximumCount) {
        return FALSE;
    }
    Thread =
        CONTAINING_RECORD(Queue->Header.WaitListHead.Blink, KWAIT_BLOCK, WaitListEntry)->Thread;
    KiUnwaitThread(Thread, (NTSTATUS)Entry, 0);
    return TRUE;
}

VOID KiActivateWaiterQueue(PKQUEUE Queue)
{
    PLIST_ENTRY Entry = Queue->EntryListHead.Flink;

    Queue->CurrentCount--;
    if (Entry != &Queue->EntryListHead && KiGiveToWaiter(Queue, Entry)) {
        RemoveEntryList(Entry);
        Queue->Header.SignalState--;
    }
}

LONG KeInsertQueue(PKQUEUE Queue, PLIST_ENTRY Entry)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    LONG Before = Queue->Header.SignalState;

    if (!KiGiveToWaiter(Queue, Entry)) {
        Queue->Header.SignalState++;
        InsertTailList(&Queue->EntryListHead, Entry);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Before;
}

static VOID KiJoinQueue(PKTHREAD Thread, PKQUEUE Queue)
{
    if (Thread->Queue != NULL) {
        RemoveEntryList(&Thread->QueueListEntry);
        KiActivateWaiterQueue(Thread->Queue);
    }
    Thread->Queue = Queue;
    InsertTailList(&Queue->ThreadListHead, &Thread->QueueListEntry);
    Queue->CurrentCount++;
}

PLIST_ENTRY KeRemoveQueue(PKQUEUE Queue, KPROCESSOR_MODE WaitMode, PLARGE_INTEGER Timeout)
{
    PKTHREAD Thread = KeGetCurrentThread();
    KIRQL Irql = KiLockDispatcherDatabase();
    PLIST_ENTRY Entry = Queue->EntryListHead.Flink;

    if (Thread->Queue != Queue) {
        KiJoinQueue(Thread, Queue);
    }
    if (Entry != &Queue->EntryListHead && Queue->CurrentCount <= Queue->MaximumCount) {
        RemoveEntryList(Entry);
        Queue->Header.SignalState--;
        KiUnlockDispatcherDatabase(Irql);
        return Entry;
    }
    /* A queue satisfies no wait (KiIsSignaled): KeInsertQueue ends it itself. */
    Thread->WaitNext = TRUE;
    Thread->WaitIrql = Irql;
    return (PLIST_ENTRY)KeWaitForSingleObject(Queue, WaitMode, FALSE, Timeout);
}
