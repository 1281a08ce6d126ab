/* SPDX-License-Identifier: MIT */
/* The scheduler's journal (ke/journal.c): Mica's own. */
#pragma once

#include "ntdef.h"

/* Argument is what stands behind the kind; the rest is the thread's before it happens. */
typedef enum _MICA_JOURNAL_KIND {
    JournalStart,        /* Thread runs */
    JournalIdle,         /* Thread runs when nobody wants to */
    JournalNew,          /* is ready for the first time */
    JournalWait,         /* runs no more: it waits, or has ended */
    JournalWake,         /* its wait ends: the increment */
    JournalTick,         /* a tick of its turn is over */
    JournalPriority,     /* its priority is set: to what */
    JournalBasePriority, /* its base is set: the increment to the process's */
    JournalYield,        /* it gives its turn away, if an equal is ready */
    JournalInterrupt,    /* DISPATCH_LEVEL's interrupt: a turn that is over ends now */
    JournalSwitch,       /* runs from now on: its fields are true for the moment */
    JournalLeave         /* runs, and IRQL sinks below DISPATCH_LEVEL: nobody is more urgent */
} MICA_JOURNAL_KIND;

typedef struct _MICA_JOURNAL_RECORD {
    /*0*/ PVOID Thread; /* its KTHREAD: a name, no more */
    /*4*/ UCHAR Kind;
    /*5*/ CHAR Argument, Priority, BasePriority, Quantum;
    /*9*/ UCHAR Reserved[3];
} MICA_JOURNAL_RECORD, *PMICA_JOURNAL_RECORD;

/*
 * Service 1013h. Records is not 0: starts the journal, with room for so many. 0: stops it, copies
 * what was noted to Buffer (room for Room records), and how many notes there were, though they may
 * not have fitted, to *Count. STATUS_NO_MEMORY; STATUS_INVALID_PARAMETER_1: more than 65536;
 * STATUS_INVALID_DEVICE_STATE: it runs, or it does not. In ps/testjournal.c.
 */
NTSTATUS NTAPI NtMicaJournal(ULONG Records, PMICA_JOURNAL_RECORD Buffer, ULONG Room, PULONG Count);
