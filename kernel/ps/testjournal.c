/* SPDX-License-Identifier: MIT */
/* NtMicaJournal, service 1013h: the scheduler's journal for a program. nt/journal.h. */
#include "mm/pool.h"
#include "nt/journal.h"
#include "psp.h"

#define MAXIMUM_RECORDS 65536
#define TAG_JOURNAL POOL_TAG('J', 'u', 'r', 'n')

FAST_MUTEX PspJournalMutex;
static PMICA_JOURNAL_RECORD PspJournal;
static ULONG PspJournalRoom;

static NTSTATUS PspStartJournal(ULONG Records)
{
    PMICA_JOURNAL_RECORD Journal;

    if (Records > MAXIMUM_RECORDS) {
        return STATUS_INVALID_PARAMETER_1;
    }
    Journal = ExAllocatePoolWithTag(NonPagedPool, Records * sizeof(*Journal), TAG_JOURNAL);
    if (Journal == NULL) {
        return STATUS_NO_MEMORY;
    }
    PspJournal = Journal;
    PspJournalRoom = Records;
    KeStartJournal(Journal, Records);
    return STATUS_SUCCESS;
}

static NTSTATUS PspStopJournal(PMICA_JOURNAL_RECORD Buffer, ULONG Room, PULONG Count)
{
    ULONG Noted = KeStopJournal(), Copied = Noted < PspJournalRoom ? Noted : PspJournalRoom;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Copied > Room) {
        Copied = Room;
    }
    if (Copied != 0) {
        Status = KeCopyToCaller(Buffer, PspJournal, Copied * sizeof(*Buffer));
    }
    ExFreePool(PspJournal);
    PspJournal = NULL;
    return NT_SUCCESS(Status) ? KeCopyToCaller(Count, &Noted, sizeof(Noted)) : Status;
}

NTSTATUS NTAPI NtMicaJournal(ULONG Records, PMICA_JOURNAL_RECORD Buffer, ULONG Room, PULONG Count)
{
    NTSTATUS Status = STATUS_INVALID_DEVICE_STATE;

    ExAcquireFastMutex(&PspJournalMutex);
    if ((Records != 0) == (PspJournal == NULL)) {
        Status = Records != 0 ? PspStartJournal(Records) : PspStopJournal(Buffer, Room, Count);
    }
    ExReleaseFastMutex(&PspJournalMutex);
    return Status;
}
