/* SPDX-License-Identifier: MIT */
/* How a wait ends: an object is signaled, and lets threads go. */
#include "ki.h"
#include "rtl/list.h"

BOOLEAN KiIsSignaled(PDISPATCHER_HEADER Object, PKTHREAD Thread)
{
    if (Object->Type == MutantObject &&
        CONTAINING_RECORD(Object, KMUTANT, Header)->OwnerThread == Thread) {
        return TRUE;
    }
    return Object->SignalState > 0 && Object->Type != QueueObject;
}

static VOID KiAcquireMutant(PKMUTANT Mutant, PKTHREAD Thread)
{
    if (--Mutant->Header.SignalState == 0) {
        Mutant->OwnerThread = Thread;
        InsertTailList(&Thread->MutantListHead, &Mutant->MutantListEntry);
        if (Mutant->Abandoned) {
            Mutant->Abandoned = FALSE;
            Thread->WaitStatus = STATUS_ABANDONED;
        }
    }
}

VOID KiSatisfyWait(PDISPATCHER_HEADER Object, PKTHREAD Thread)
{
    switch (Object->Type) {
    case EventSynchronizationObject:
    case TimerSynchronizationObject:
        Object->SignalState = 0;
        break;
    case SemaphoreObject:
        Object->SignalState--;
        break;
    case MutantObject:
        KiAcquireMutant(CONTAINING_RECORD(Object, KMUTANT, Header), Thread);
        break;
    }
}

/* A wait for all is satisfied whole or not at all. */
static BOOLEAN KiSatisfyAll(PKWAIT_BLOCK First)
{
    PKWAIT_BLOCK Block = First;

    do {
        if (!KiIsSignaled(Block->Object, Block->Thread)) {
            return FALSE;
        }
        Block = Block->NextWaitBlock;
    } while (Block != First);
    do {
        KiSatisfyWait(Block->Object, Block->Thread);
        Block = Block->NextWaitBlock;
    } while (Block != First);
    return TRUE;
}

VOID KiUnwaitThread(PKTHREAD Thread, NTSTATUS Status, LONG Increment)
{
    PKWAIT_BLOCK First = Thread->WaitBlockList, Block = First;
    PKWAIT_BLOCK Timeout = &Thread->WaitBlock[THREAD_WAIT_OBJECTS];

    Thread->WaitStatus |= Status; /* STATUS_ABANDONED may be there */
    while (Block != NULL) {
        RemoveEntryList(&Block->WaitListEntry);
        Block = Block->NextWaitBlock != First ? Block->NextWaitBlock : NULL;
    }
    Thread->WaitBlockList = NULL;
    if (Timeout->Thread != NULL) {
        RemoveEntryList(&Timeout->WaitListEntry);
        Timeout->Thread = NULL;
        if (Thread->Timer.Header.Inserted) {
            KiRemoveTimer(&Thread->Timer);
        }
    }
    if (Thread->Queue != NULL) {
        Thread->Queue->CurrentCount++;
    }
    KiBoostPriority(Thread, Increment);
    KiReadyThread(Thread, FALSE);
}

VOID KiWaitTest(PVOID Object, LONG Increment)
{
    PDISPATCHER_HEADER Header = Object;
    PLIST_ENTRY Entry = Header->WaitListHead.Flink;

    while (Header->SignalState > 0 && Entry != &Header->WaitListHead) {
        PKWAIT_BLOCK Block = CONTAINING_RECORD(Entry, KWAIT_BLOCK, WaitListEntry);
        PKTHREAD Thread = Block->Thread;

        Entry = Entry->Flink;
        if (Block->WaitType == WaitAny) {
            KiSatisfyWait(Header, Thread);
            KiUnwaitThread(Thread, Block->WaitKey, Increment);
        } else if (KiSatisfyAll(Block)) {
            KiUnwaitThread(Thread, STATUS_SUCCESS, Increment);
        } else {
            continue; /* it needs another object too */
        }
        /* The thread's other blocks are gone too, and the next entry may have been one. */
        Entry = Header->WaitListHead.Flink;
    }
}
