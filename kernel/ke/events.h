/* SPDX-License-Identifier: MIT */
/* Noting what happens. Off, a note costs one comparison. */
#pragma once

#include "hal.h"
#include "loader.h"
#include "nt/events.h"

extern MICA_EVENT_LOG KeEventLog;
extern BOOLEAN KeLogInterrupts; /* the hardware's interrupts are noted too */
extern ULONG KiEventsOn;        /* assembly looks at it too */

/* Before MmInitialize: room behind the modules. FALSE: there is none. */
BOOLEAN KeReserveEvents(PLOADER_BLOCK Loader);
VOID KeStartEvents(VOID); /* once memory is mapped */

/* Any IRQL, any state. */
VOID KiWriteEvent(MICA_EVENT_KIND Kind, ULONG Ring, ULONG A, ULONG B, ULONG C, ULONG D);

static inline VOID KeLogEvent(MICA_EVENT_KIND Kind, ULONG Ring, ULONG A, ULONG B, ULONG C, ULONG D)
{
    if (KiEventsOn != 0) {
        KiWriteEvent(Kind, Ring, A, B, C, D);
    }
}
