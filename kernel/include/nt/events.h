/* SPDX-License-Identifier: MIT */
/* The event log: what happened, in fixed records in a ring (ke/events.c): Mica's own. */
#pragma once

#include "ntdef.h"

typedef enum _MICA_EVENT_KIND {
#define EVENT(number, name, group, a, b, c, d) Event##name = number,
#include "events.def"
#undef EVENT
} MICA_EVENT_KIND;

typedef struct _MICA_EVENT {
    /*00*/ ULONGLONG Time; /* the processor's time stamp */
    /*08*/ UCHAR Kind;
    /*09*/ UCHAR Ring; /* in which it happened, or from which it came */
    /*0A*/ USHORT Reserved;
    /*0C*/ ULONG Thread; /* its KTHREAD; ThreadStart has its ids */
    /*10*/ ULONG Argument[4];
} MICA_EVENT, *PMICA_EVENT;

ASSERT_SIZE(MICA_EVENT, 0x20);

/* The symbol KeEventLog; the host reads it out of the machine's memory. */
typedef struct _MICA_EVENT_LOG {
    /*00*/ ULONG Records; /* room, a power of two; 0: no log is kept */
    /*04*/ ULONG Base;    /* physical address of the first */
    /*08*/ ULONG Count;   /* noted; those before the last Records are overwritten */
} MICA_EVENT_LOG;

/*
 * Service 1014h: ring 3 says what it does; ntdll's, when SharedUserData says that somebody listens.
 * STATUS_INVALID_PARAMETER_1: no kind that ring 3 can know of. In trap/events.c.
 */
NTSTATUS NTAPI NtMicaEvent(MICA_EVENT_KIND Kind, ULONG A, ULONG B, ULONG C, ULONG D);
