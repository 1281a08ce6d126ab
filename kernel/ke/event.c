/* SPDX-License-Identifier: MIT */
/* Events: a flag that threads wait for. A synchronisation event lets one through and resets. */
#include "ki.h"
#include "rtl/list.h"

VOID KiInitializeHeader(PDISPATCHER_HEADER Header, UCHAR Type, ULONG Bytes, LONG SignalState)
{
    Header->Type = Type;
    Header->Absolute = Header->Inserted = FALSE;
    Header->Size = (UCHAR)(Bytes / sizeof(ULONG));
    Header->SignalState = SignalState;
    InitializeListHead(&Header->WaitListHead);
}

VOID KeInitializeEvent(PKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    KiInitializeHeader(&Event->Header, (UCHAR)Type, sizeof(*Event), State);
}

LONG KeSetEvent(PKEVENT Event, LONG Increment)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    LONG Previous = Event->Header.SignalState;

    Event->Header.SignalState = 1;
    if (Previous == 0) {
        KiWaitTest(Event, Increment);
    }
    KiUnlockDispatcherDatabase(Irql);
    return Previous;
}

LONG KePulseEvent(PKEVENT Event, LONG Increment)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    LONG Previous = Event->Header.SignalState;

    Event->Header.SignalState = 1;
    if (Previous == 0) {
        KiWaitTest(Event, Increment);
    }
    Event->Header.SignalState = 0;
    KiUnlockDispatcherDatabase(Irql);
    return Previous;
}

LONG KeResetEvent(PKEVENT Event)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    LONG Previous = Event->Header.SignalState;

    Event->Header.SignalState = 0;
    KiUnlockDispatcherDatabase(Irql);
    return Previous;
}
