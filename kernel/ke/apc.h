/* SPDX-License-Identifier: MIT */
/* KAPC: a routine that a thread is to run. nt-facts 3.12, 6. */
#pragma once

#include "hal.h"
#include "nt/dispatch.h"

struct _KTHREAD;
struct _KAPC;

/* Before delivery, APC_LEVEL: the APC is its to free, and it may change the other four. */
typedef VOID (*PKKERNEL_ROUTINE)(struct _KAPC *Apc, PKNORMAL_ROUTINE *NormalRoutine,
                                 PVOID *NormalContext, PVOID *SystemArgument1,
                                 PVOID *SystemArgument2);
typedef VOID (*PKRUNDOWN_ROUTINE)(struct _KAPC *Apc); /* instead: the thread has ended */

typedef struct _KAPC {
    /*00*/ SHORT Type, Size;
    /*04*/ ULONG Spare0;
    /*08*/ struct _KTHREAD *Thread;
    /*0C*/ LIST_ENTRY ApcListEntry;
    /*14*/ PKKERNEL_ROUTINE KernelRoutine;
    /*18*/ PKRUNDOWN_ROUTINE RundownRoutine; /* of a user APC */
    /*1C*/ PKNORMAL_ROUTINE NormalRoutine;   /* NULL with KernelMode: a special APC */
    /*20*/ PVOID NormalContext, SystemArgument1, SystemArgument2;
    /*2C*/ CCHAR ApcStateIndex;
    /*2D*/ CHAR ApcMode;
    /*2E*/ BOOLEAN Inserted;
} KAPC, *PKAPC;

ASSERT_OFFSET(KAPC, ApcListEntry, 0x0C);
ASSERT_OFFSET(KAPC, NormalRoutine, 0x1C);
ASSERT_OFFSET(KAPC, Inserted, 0x2E);
ASSERT_SIZE(KAPC, 0x30);

VOID KeInitializeApc(PKAPC Apc, struct _KTHREAD *Thread, PKKERNEL_ROUTINE KernelRoutine,
                     PKRUNDOWN_ROUTINE RundownRoutine, PKNORMAL_ROUTINE NormalRoutine, CHAR Mode,
                     PVOID NormalContext);

/*
 * Queues it: special ones before normal ones, each last of its kind. It ends a wait that lets it
 * come. FALSE: it is queued already, or the thread takes no more. IRQL <= DISPATCH_LEVEL.
 */
BOOLEAN KeInsertQueueApc(PKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2, LONG Increment);

BOOLEAN KeRemoveQueueApc(PKAPC Apc); /* TRUE: it was queued */

/*
 * The same for a user APC that must come first and soon: any wait in UserMode ends. It is how a
 * thread is told to end; its KernelRoutine does not return.
 */
BOOLEAN KeForceUserApc(PKAPC Apc);

/*
 * The running thread lets its user APCs come: if there is one it is delivered on the way back to
 * ring 3. TRUE: somebody has alerted it, which is over now.
 */
BOOLEAN KeTestAlertThread(VOID);

/* Ends an alertable wait with STATUS_ALERTED, or the next one. TRUE: it was alerted already. */
BOOLEAN KeAlertThread(struct _KTHREAD *Thread, CHAR Mode);

/* No normal kernel APC comes between the two; they nest. */
VOID KeEnterCriticalRegion(VOID);
VOID KeLeaveCriticalRegion(VOID);

/* No APC is queued to the running thread any more; those that wait are run down. PASSIVE_LEVEL. */
VOID KeRundownApcs(VOID);

/* Takes the first user APC that is to be delivered, the pending flag with it; NULL: none. */
PKAPC KiTakeUserApc(PKAPC Copy);
/* The software interrupt of APC_LEVEL: runs the thread's kernel APCs. */
VOID KiDeliverApc(VOID);

/* suspend.c: the counts from before; STATUS_SUSPEND_COUNT_EXCEEDED above 127. */
NTSTATUS KeSuspendThread(struct _KTHREAD *Thread, PULONG Previous);
ULONG KeResumeThread(struct _KTHREAD *Thread);
VOID KeForceResumeThread(struct _KTHREAD *Thread); /* whatever the count is: it is to end */
/* All other threads of the running one's process, until as many thaws. Counted for themselves. */
VOID KeFreezeAllThreads(VOID);
VOID KeThawAllThreads(VOID);
VOID KiInitializeSuspension(struct _KTHREAD *Thread);
