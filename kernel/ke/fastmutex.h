/* SPDX-License-Identifier: MIT */
/* FAST_MUTEX, at NT 4's layout. */
#pragma once

#include "dispatcher.h"

typedef struct _FAST_MUTEX {
    /*00*/ LONG Count; /* 1: free; below: held, and so many wait */
    /*04*/ struct _KTHREAD *Owner;
    /*08*/ ULONG Contention;
    /*0C*/ KEVENT Event;
    /*1C*/ ULONG OldIrql;
} FAST_MUTEX, *PFAST_MUTEX;

ASSERT_SIZE(FAST_MUTEX, 0x20);

VOID ExInitializeFastMutex(PFAST_MUTEX Mutex);
/* Raises to APC_LEVEL, and waits. IRQL <= APC_LEVEL; not the owner. */
VOID ExAcquireFastMutex(PFAST_MUTEX Mutex);
VOID ExReleaseFastMutex(PFAST_MUTEX Mutex);
