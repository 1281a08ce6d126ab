/* SPDX-License-Identifier: MIT */
/*
 * The scheduler's journal: what happened to whom, in fixed records, while somebody wants to know.
 * Off, a note costs one comparison. tests/scheduler.py holds it against a model.
 */
#include "ki.h"
#include "port.h"

ULONG KiJournalRoom;
static PMICA_JOURNAL_RECORD KiJournal;
static ULONG KiJournalCount;

VOID KiWriteNote(MICA_JOURNAL_KIND Kind, PKTHREAD Thread, LONG Argument)
{
    ULONG Flags = HalpDisableInterrupts();
    PMICA_JOURNAL_RECORD Last = &KiJournal[KiJournalCount - 1];

    /* Leaving the level is worth a note once, until something else happens. */
    if (Kind == JournalLeave && KiJournalCount <= KiJournalRoom && Last->Kind == JournalLeave) {
        HalpRestoreInterrupts(Flags);
        return;
    }
    if (KiJournalCount < KiJournalRoom) {
        KiJournal[KiJournalCount] = (MICA_JOURNAL_RECORD){
            .Thread = Thread,
            .Kind = (UCHAR)Kind,
            .Argument = (CHAR)Argument,
            .Priority = Thread->Priority,
            .BasePriority = Thread->BasePriority,
            .Quantum = Thread->Quantum,
        };
    }
    KiJournalCount++;
    HalpRestoreInterrupts(Flags);
}

VOID KeStartJournal(PMICA_JOURNAL_RECORD Memory, ULONG Records)
{
    KIRQL Irql = KiLockDispatcherDatabase();

    KiJournal = Memory;
    KiJournalCount = 0;
    KiJournalRoom = Records;
    KiNote(JournalStart, KeGetCurrentThread(), 0);
    KiNote(JournalIdle, KeGetCurrentPrcb()->IdleThread, 0);
    KiUnlockDispatcherDatabase(Irql);
}

ULONG KeStopJournal(VOID)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    ULONG Count = KiJournalCount;

    KiJournalRoom = 0;
    KiJournal = NULL;
    KiUnlockDispatcherDatabase(Irql);
    return Count;
}
