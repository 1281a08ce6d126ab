/* SPDX-License-Identifier: MIT */
/*
 * The ready threads: a queue for each of NT's 32 priorities, and a bit for each queue that is not
 * empty, so that the highest is found in one instruction however many there are. Interrupts off.
 */
#pragma once

#include "ke/thread.h"

/* Once, before the first thread is made ready. */
VOID KiInitializeReadyQueues(VOID);

/*
 * Queues Thread by its Priority: last of its equals, or first (it was running and did not want to
 * stop).
 */
VOID KiInsertReady(PKTHREAD Thread, BOOLEAN First);

VOID KiRemoveReady(PKTHREAD Thread); /* it is in a queue, by its Priority */

/* Takes the first thread of the highest priority, if that is at least Lowest; NULL: none. */
PKTHREAD KiTakeReady(ULONG Lowest);

/* Is there a thread of at least that priority? */
BOOLEAN KiIsReady(ULONG Lowest);
