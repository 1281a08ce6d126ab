/* SPDX-License-Identifier: MIT */
/* Ex: the objects to wait for, as programs have them: events, mutants, semaphores, timers. */
#pragma once

#include "ob/ob.h"

extern OBJECT_TYPE ExEventType, ExMutantType, ExSemaphoreType, ExTimerType;

/* Registers the types. Once, before the namespace is used. */
VOID ExInitialize(VOID);

/* The running thread ends: timers with an APC to it are cancelled. PASSIVE_LEVEL. */
VOID ExTimerRundown(VOID);

/* For the kernel: a permanent event; with a reference. */
NTSTATUS ExCreateNamedEvent(PCSTR Path, EVENT_TYPE Type, PKEVENT *Event);
