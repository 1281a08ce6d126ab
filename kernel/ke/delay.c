/* SPDX-License-Identifier: MIT */
/* Threads that wait for a time to come, soonest first. */
#include "i386/cpu.h"
#include "ke.h"
#include "port.h"
#include "rtl/list.h"

static LIST_ENTRY KiDelayList = {&KiDelayList, &KiDelayList};

#define KiDelayed(Entry) CONTAINING_RECORD(Entry, KTHREAD, WaitListEntry)

static VOID KiInsertDelay(PKTHREAD Thread)
{
    PLIST_ENTRY After = KiDelayList.Flink;

    while (After != &KiDelayList && KiDelayed(After)->DueTime <= Thread->DueTime) {
        After = After->Flink;
    }
    InsertTailList(After, &Thread->WaitListEntry);
}

NTSTATUS KeDelayExecutionThread(LONGLONG Interval)
{
    PKTHREAD Thread = KeGetCurrentThread();
    ULONG Flags = HalpDisableInterrupts();
    ULONGLONG Now = KeQueryInterruptTime();

    if (Interval < 0) {
        Thread->DueTime = Now - Interval;
    } else {
        ULONGLONG SystemTime = KeQuerySystemTime();
        Thread->DueTime = (ULONGLONG)Interval > SystemTime ? Now + (Interval - SystemTime) : Now;
    }
    if (Thread->DueTime > Now) {
        Thread->State = Waiting;
        KiInsertDelay(Thread);
        KiSwapThread();
    }
    HalpRestoreInterrupts(Flags);
    return STATUS_SUCCESS;
}

VOID KiExpireDelays(ULONGLONG InterruptTime)
{
    while (!IsListEmpty(&KiDelayList) && KiDelayed(KiDelayList.Flink)->DueTime <= InterruptTime) {
        KeReadyThread(KiDelayed(RemoveHeadList(&KiDelayList)));
    }
}
