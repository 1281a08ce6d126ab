/* SPDX-License-Identifier: MIT */
/*
 * Dispatcher objects: what a thread can wait for. All begin with a DISPATCHER_HEADER; who waits
 * hangs on it by wait blocks. nt-facts 3.12; layouts of NT 4.
 */
#pragma once

#include "hal.h"
#include "nt/dispatch.h"
#include "nt/executive.h"

struct _KTHREAD;
struct _KPROCESS;

/* DISPATCHER_HEADER.Type, and the Type of what is no dispatcher object. */
enum {
    EventNotificationObject = 0,
    EventSynchronizationObject = 1,
    MutantObject = 2,
    ProcessObject = 3,
    QueueObject = 4,
    SemaphoreObject = 5,
    ThreadObject = 6,
    TimerNotificationObject = 8,
    TimerSynchronizationObject = 9,
    ApcObject = 18,
    DpcObject = 19
};

typedef struct _DISPATCHER_HEADER {
    /*00*/ UCHAR Type, Absolute, Size, Inserted;
    /*04*/ LONG SignalState; /* above 0: signaled */
    /*08*/ LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER, *PDISPATCHER_HEADER;

/* One thread's waiting for one object. WaitKey is what the wait returns when this one ends it. */
typedef struct _KWAIT_BLOCK {
    /*00*/ LIST_ENTRY WaitListEntry; /* in the object's WaitListHead */
    /*08*/ struct _KTHREAD *Thread;
    /*0C*/ PDISPATCHER_HEADER Object;
    /*10*/ struct _KWAIT_BLOCK *NextWaitBlock; /* of the same wait: a ring */
    /*14*/ USHORT WaitKey, WaitType;
} KWAIT_BLOCK, *PKWAIT_BLOCK;

typedef struct _KEVENT {
    DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT;

typedef struct _KSEMAPHORE {
    DISPATCHER_HEADER Header;
    /*10*/ LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE;

typedef struct _KMUTANT {
    DISPATCHER_HEADER Header;
    /*10*/ LIST_ENTRY MutantListEntry; /* in the owner's MutantListHead */
    /*18*/ struct _KTHREAD *OwnerThread;
    /*1C*/ BOOLEAN Abandoned;
    /*1D*/ UCHAR ApcDisable;
} KMUTANT, *PKMUTANT;

struct _KDPC;
typedef VOID (*PKDEFERRED_ROUTINE)(struct _KDPC *Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                                   PVOID SystemArgument2);

typedef struct _KDPC {
    /*00*/ SHORT Type;
    /*02*/ UCHAR Number, Importance;
    /*04*/ LIST_ENTRY DpcListEntry;
    /*0C*/ PKDEFERRED_ROUTINE DeferredRoutine;
    /*10*/ PVOID DeferredContext, SystemArgument1, SystemArgument2;
    /*1C*/ PULONG Lock; /* not NULL: queued */
} KDPC, *PKDPC;

typedef struct _KTIMER {
    DISPATCHER_HEADER Header;         /* Inserted: it runs */
    /*10*/ ULONGLONG DueTime;         /* interrupt time, 100 ns */
    /*18*/ LIST_ENTRY TimerListEntry; /* in timer.c's wheel */
    /*20*/ PKDPC Dpc;
    /*24*/ LONG Period; /* ms; 0: once */
} KTIMER, *PKTIMER;

typedef struct _KQUEUE {
    DISPATCHER_HEADER Header; /* SignalState: entries that wait for a thread */
    /*10*/ LIST_ENTRY EntryListHead;
    /*18*/ ULONG CurrentCount, MaximumCount; /* threads at work */
    /*20*/ LIST_ENTRY ThreadListHead;
} KQUEUE, *PKQUEUE;

ASSERT_SIZE(DISPATCHER_HEADER, 0x10);
ASSERT_SIZE(KWAIT_BLOCK, 0x18);
ASSERT_OFFSET(KWAIT_BLOCK, WaitKey, 0x14);
ASSERT_SIZE(KSEMAPHORE, 0x14);
ASSERT_SIZE(KMUTANT, 0x20);
ASSERT_SIZE(KDPC, 0x20);
ASSERT_OFFSET(KTIMER, TimerListEntry, 0x18);
ASSERT_SIZE(KTIMER, 0x28);
ASSERT_SIZE(KQUEUE, 0x28);

/*
 * Priority increments: how much a thread whose wait ends gains for a while (NT's io and ex
 * headers).
 */
#define EVENT_INCREMENT 1
#define SEMAPHORE_INCREMENT 1
#define MUTANT_INCREMENT 1
#define TIMER_INCREMENT 1
#define CONSOLE_INCREMENT 6 /* IO_KEYBOARD_INCREMENT */

/*
 * The objects' functions: IRQL <= DISPATCH_LEVEL, never wait. The memory is the caller's and stays
 * while anybody waits. Set, Reset, Release return the state from before.
 */
VOID KeInitializeEvent(PKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
LONG KeSetEvent(PKEVENT Event, LONG Increment);
LONG KePulseEvent(PKEVENT Event, LONG Increment); /* lets waiters through, and resets */
LONG KeResetEvent(PKEVENT Event);

VOID KeInitializeSemaphore(PKSEMAPHORE Semaphore, LONG Count, LONG Limit);
/* STATUS_SEMAPHORE_LIMIT_EXCEEDED, and nothing changed. */
NTSTATUS KeReleaseSemaphore(PKSEMAPHORE Semaphore, LONG Increment, LONG Adjustment, PLONG Previous);

VOID KeInitializeMutant(PKMUTANT Mutant, BOOLEAN InitialOwner);
/*
 * STATUS_MUTANT_NOT_OWNED. Abandon: the owner ends without releasing it; then the next to get it
 * learns so, and it is released however often it was acquired.
 */
NTSTATUS KeReleaseMutant(PKMUTANT Mutant, LONG Increment, BOOLEAN Abandon, PLONG Previous);

VOID KeInitializeTimer(PKTIMER Timer, TIMER_TYPE Type);
/* DueTime: negative 100 ns from now, else a system time. Period: ms, 0 once. TRUE: it was running.
 */
BOOLEAN KeSetTimerEx(PKTIMER Timer, LONGLONG DueTime, LONG Period, PKDPC Dpc);
BOOLEAN KeCancelTimer(PKTIMER Timer); /* TRUE: it was running */

/* dpc.c: Routine is called at DISPATCH_LEVEL, soon. FALSE: it is queued, or was not. Any IRQL. */
VOID KeInitializeDpc(PKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context);
BOOLEAN KeInsertQueueDpc(PKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);
BOOLEAN KeRemoveQueueDpc(PKDPC Dpc);

/*
 * queue.c: work for a number of threads, of which Count (0: one) are to be busy at a time.
 * KeRemoveQueue waits; what it returns may be one of the statuses of a wait (STATUS_TIMEOUT,
 * STATUS_USER_APC): those are below 200h.
 */
VOID KeInitializeQueue(PKQUEUE Queue, ULONG Count);
LONG KeInsertQueue(PKQUEUE Queue, PLIST_ENTRY Entry); /* the number waiting before */
PLIST_ENTRY KeRemoveQueue(PKQUEUE Queue, KPROCESSOR_MODE WaitMode, PLARGE_INTEGER Timeout);

/*
 * wait.c: waits for one object, or for any or all of at most 64. IRQL < DISPATCH_LEVEL unless
 * Timeout is zero. Timeout: as KeSetTimerEx's DueTime; NULL: for ever. WaitBlocks: Count of them,
 * needed above THREAD_WAIT_OBJECTS. STATUS_WAIT_0 + n; STATUS_ABANDONED_WAIT_0 + n; STATUS_TIMEOUT;
 * Alertable: STATUS_USER_APC, STATUS_ALERTED. WaitMode UserMode: an end of the thread ends the
 * wait too, STATUS_USER_APC.
 */
#define THREAD_WAIT_OBJECTS 3
NTSTATUS KeWaitForSingleObject(PVOID Object, KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                               PLARGE_INTEGER Timeout);
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Objects[], WAIT_TYPE WaitType,
                                  KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                  PLARGE_INTEGER Timeout, PKWAIT_BLOCK WaitBlocks);
/* Stops the caller for Interval (as a Timeout). STATUS_SUCCESS, or what ended it early. */
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable, LONGLONG Interval);
