/* SPDX-License-Identifier: MIT */
/*
 * The event log: a ring of records behind the modules, in physical memory one after the other, so
 * that the host finds it in the machine's memory when all is over, however that came. The switch is
 * /EVENTS=hex, the number of records.
 */
#include "events.h"

#include "i386/cpu.h"
#include "ke.h"
#include "nt/memory.h"
#include "port.h"

MICA_EVENT_LOG KeEventLog;
ULONG KiEventsOn;
BOOLEAN KeLogInterrupts;
static PMICA_EVENT KiEvents;

BOOLEAN KeReserveEvents(PLOADER_BLOCK Loader)
{
    ULONG Records = 1;

    if (Loader->EventRecords == 0) {
        return TRUE;
    }
    while (Records * 2 <= Loader->EventRecords && Records < 1UL << 24) {
        Records *= 2;
    }
    if (Records > (Loader->MemoryEnd - Loader->ModulesEnd) / 2 / sizeof(MICA_EVENT)) {
        return FALSE;
    }
    KeLogInterrupts = Loader->EventInterrupts;
    KeEventLog.Records = Records;
    KeEventLog.Base = Loader->ModulesEnd;
    Loader->ModulesEnd += ROUND_TO_PAGES(Records * sizeof(MICA_EVENT));
    KiEvents = (PMICA_EVENT)(MM_SYSTEM_RANGE_START + KeEventLog.Base);
    return TRUE;
}

VOID KeStartEvents(VOID)
{
    KiEventsOn = KeEventLog.Records;
}

VOID KiWriteEvent(MICA_EVENT_KIND Kind, ULONG Ring, ULONG A, ULONG B, ULONG C, ULONG D)
{
    ULONG Flags = HalpDisableInterrupts();

    KiEvents[KeEventLog.Count++ & (KeEventLog.Records - 1)] = (MICA_EVENT){
        .Time = __builtin_ia32_rdtsc(),
        .Kind = (UCHAR)Kind,
        .Ring = (UCHAR)Ring,
        .Thread = (ULONG)KeGetCurrentThread(),
        .Argument = {A, B, C, D},
    };
    HalpRestoreInterrupts(Flags);
}
