/* SPDX-License-Identifier: MIT */
/* KAPC: a routine that a thread is to run. nt-facts 3.12, 6. User APCs, so far. */
#pragma once

#include "ke.h"
#include "nt/dispatch.h"

#define ApcObject 18 /* KAPC.Type */

typedef struct _KAPC {
    /*00*/ SHORT Type, Size;
    /*04*/ ULONG Spare0;
    /*08*/ PKTHREAD Thread;
    /*0C*/ LIST_ENTRY ApcListEntry;
    /*14*/ VOID (*KernelRoutine)(struct _KAPC *Apc); /* before delivery: the APC is its to free */
    /*18*/ PVOID RundownRoutine;
    /*1C*/ PKNORMAL_ROUTINE NormalRoutine; /* ring 3's, and its three arguments */
    /*20*/ PVOID NormalContext, SystemArgument1, SystemArgument2;
    /*2C*/ CCHAR ApcStateIndex;
    /*2D*/ KPROCESSOR_MODE ApcMode;
    /*2E*/ BOOLEAN Inserted;
} KAPC, *PKAPC;

ASSERT_OFFSET(KAPC, ApcListEntry, 0x0C);
ASSERT_OFFSET(KAPC, NormalRoutine, 0x1C);
ASSERT_OFFSET(KAPC, Inserted, 0x2E);
ASSERT_SIZE(KAPC, 0x30);

/* A user APC for Thread. KernelRoutine is called when it has left the queue. */
VOID KeInitializeApc(PKAPC Apc, PKTHREAD Thread, VOID (*KernelRoutine)(PKAPC Apc),
                     PKNORMAL_ROUTINE NormalRoutine, PVOID NormalContext);

/* Queues it, last. FALSE: it is queued already. */
BOOLEAN KeInsertQueueApc(PKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2);

/*
 * The running thread lets its user APCs come: if there is one it is delivered on the way back to
 * ring 3. TRUE: there is.
 */
BOOLEAN KeTestAlertThread(VOID);

/* Takes the first user APC that is to be delivered, the pending flag with it; NULL: none. */
PKAPC KiTakeUserApc(VOID);
