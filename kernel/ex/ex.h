/* SPDX-License-Identifier: MIT */
/* Ex: the objects to wait for, as programs have them: events, mutants, semaphores, timers. */
#pragma once

#include "ob/ob.h"

extern OBJECT_TYPE ExEventType, ExMutantType, ExSemaphoreType, ExTimerType;

/* Registers the types. Once, before the namespace is used. */
VOID ExInitialize(VOID);

/* The running thread ends: timers with an APC to it are cancelled. PASSIVE_LEVEL. */
VOID ExTimerRundown(VOID);

/*
 * userapc.c: a user APC to Thread, from the pool; NULL: no memory. Once it is queued it frees
 * itself, run or not; before that it is the caller's, for ExFreePool. <= DISPATCH_LEVEL.
 */
PKAPC ExCreateUserApc(PKTHREAD Thread, PVOID Routine, PVOID Context);

/* For the kernel: a permanent event; with a reference. */
NTSTATUS ExCreateNamedEvent(PCSTR Path, EVENT_TYPE Type, PKEVENT *Event);
