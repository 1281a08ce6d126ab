/* SPDX-License-Identifier: MIT */
/*
 * Cases of NtMicaKernelCase from 8 up: APCs and queues of ring 0; and from 16 up what no driver may
 * do, each of which stops the machine.
 */
#include "i386/cpu.h"
#include "ke/apc.h"
#include "ke/fastmutex.h"
#include "mm/pool.h"
#include "testcases.h"
#include "trap.h"

static PCHAR KiCaseLine;
static KAPC KiCaseApcs[5];

static ULONG KiCaseNumber(PKAPC Apc)
{
    return (ULONG)(Apc - KiCaseApcs) + 1;
}

static VOID KiCaseKernelRoutine(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine, PVOID *NormalContext,
                                PVOID *SystemArgument1, PVOID *SystemArgument2)
{
    (VOID) NormalContext;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    if (*NormalRoutine == NULL) {
        KiNote(KiCaseLine, "special %lu, ", KiCaseNumber(Apc));
    }
}

static VOID NTAPI KiCaseNormalRoutine(PVOID Context, PVOID SystemArgument1, PVOID SystemArgument2)
{
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    KiNote(KiCaseLine, "normal %lu ", (ULONG)Context);
    KiNote(KiCaseLine, "at IRQL %lu, ", KeGetCurrentIrql());
}

static VOID KiQueueCase(ULONG Number, BOOLEAN Special)
{
    PKAPC Apc = &KiCaseApcs[Number - 1];

    KeInitializeApc(Apc, KeGetCurrentThread(), KiCaseKernelRoutine, NULL,
                    Special ? NULL : KiCaseNormalRoutine, KernelMode, (PVOID)Number);
    KeInsertQueueApc(Apc, NULL, NULL, 0);
}

/* Special ones come first; none above PASSIVE_LEVEL. */
static VOID KiApcCase(PCHAR Line)
{
    KIRQL Irql = KfRaiseIrql(APC_LEVEL);

    KiCaseLine = Line;
    KiQueueCase(1, FALSE);
    KiQueueCase(2, TRUE);
    KiQueueCase(3, FALSE);
    KiQueueCase(4, TRUE);
    KiNote(Line, "queued, ", 0);
    KfLowerIrql(Irql);
    KiNote(Line, "all have come", 0);
}

/* In a critical region a special one comes at once, a normal one when it is left. */
static VOID KiCriticalRegionCase(PCHAR Line)
{
    KiCaseLine = Line;
    KeEnterCriticalRegion();
    KiQueueCase(1, FALSE);
    KiQueueCase(2, TRUE);
    KiNote(Line, "leaving, ", 0);
    KeLeaveCriticalRegion();
    KiNote(Line, "left", 0);
}

/* The one that removes them is counted; the queue is this thread's from then on. */
static VOID KiWorkQueueCase(PCHAR Line)
{
    static KQUEUE Queue;
    static LIST_ENTRY Entries[2];
    LARGE_INTEGER None = {.QuadPart = 0};

    if (KeGetCurrentThread()->Queue != &Queue) {
        KeInitializeQueue(&Queue, 1);
    }
    KiNote(Line, "before the first %lu, ", (ULONG)KeInsertQueue(&Queue, &Entries[0]));
    KiNote(Line, "before the second %lu, ", (ULONG)KeInsertQueue(&Queue, &Entries[1]));
    for (ULONG i = 0; i < 2; i++) {
        KiNote(Line, "taken %lu, ",
               (ULONG)(KeRemoveQueue(&Queue, KernelMode, &None) - Entries) + 1);
    }
    KiNote(Line, "then %lX, ", (ULONG)KeRemoveQueue(&Queue, KernelMode, &None));
    KiNote(Line, "running %lu", Queue.CurrentCount);
}

/* A timer's DPC runs above all threads, once. */
static VOID KiCaseTimerDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Dpc;
    (VOID) Argument1;
    (VOID) Argument2;
    KiNote(Context, "DPC at IRQL %lu, ", KeGetCurrentIrql());
}

static VOID KiTimerCase(PCHAR Line)
{
    static KTIMER Timer;
    static KDPC Dpc;

    KeInitializeTimer(&Timer, NotificationTimer);
    KeInitializeDpc(&Dpc, KiCaseTimerDpc, Line);
    KeSetTimerEx(&Timer, -100000, 0, &Dpc);
    KiNote(Line, "wait %lX, ", (ULONG)KeWaitForSingleObject(&Timer, KernelMode, FALSE, NULL));
    KiNote(Line, "cancel %lu", KeCancelTimer(&Timer));
}

static KEVENT KiCaseEvent;

static VOID KiWaitInDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Dpc;
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    KeWaitForSingleObject(&KiCaseEvent, KernelMode, FALSE, NULL);
}

static VOID KiDpcWaitCase(PCHAR Line)
{
    static KDPC Dpc;

    (VOID) Line;
    KeInitializeEvent(&KiCaseEvent, NotificationEvent, FALSE);
    KeInitializeDpc(&Dpc, KiWaitInDpc, NULL);
    KeInsertQueueDpc(&Dpc, NULL, NULL);
}

static VOID KiHighWaitCase(PCHAR Line)
{
    (VOID) Line;
    KeInitializeEvent(&KiCaseEvent, NotificationEvent, FALSE);
    KfRaiseIrql(DISPATCH_LEVEL);
    KeWaitForSingleObject(&KiCaseEvent, KernelMode, FALSE, NULL);
}

static VOID KiHighMutexCase(PCHAR Line)
{
    static FAST_MUTEX Mutex;

    (VOID) Line;
    ExInitializeFastMutex(&Mutex);
    KfRaiseIrql(DISPATCH_LEVEL);
    ExAcquireFastMutex(&Mutex);
}

/* Where nothing is: below DISPATCH_LEVEL it would be asked of Mm. */
static VOID KiHighTouchCase(PCHAR Line)
{
    (VOID) Line;
    KfRaiseIrql(DISPATCH_LEVEL);
    *(volatile ULONG *)0x1234 = 1;
}

static VOID KiAttachTwiceCase(PCHAR Line)
{
    (VOID) Line;
    KeAttachProcess(KeGetCurrentProcess());
    KeAttachProcess(KeGetCurrentProcess());
}

/* Each call wants a frame, and the page below the stack is not there. */
static DECLSPEC_NOINLINE ULONG KiDeep(volatile ULONG *Above)
{
    volatile ULONG Frame[64];

    Frame[0] = *Above + 1;
    return Frame[0] != 0 ? KiDeep(Frame) + Frame[0] : 0;
}

static VOID KiStackCase(PCHAR Line)
{
    volatile ULONG Start = 0;

    KiNote(Line, "%lu", KiDeep(&Start));
}

static VOID KiFreeTwiceCase(PCHAR Line)
{
    PVOID Block = ExAllocatePoolWithTag(NonPagedPool, 64, POOL_TAG('T', 'e', 's', 't'));

    (VOID) Line;
    ExFreePool(Block);
    ExFreePool(Block);
}

/* Seen by a checked build only. */
static VOID KiOverrunCase(PCHAR Line)
{
    PUCHAR Block = ExAllocatePoolWithTag(PagedPool, 61, POOL_TAG('T', 'e', 's', 't'));

    Block[61] = 0;
    ExFreePool(Block);
    KiNote(Line, "nobody saw it", 0);
}

KI_CASE *KiDispatchCase(ULONG Number)
{
    static KI_CASE *const Cases[] = {
        [8] = KiApcCase,        [9] = KiCriticalRegionCase, [10] = KiWorkQueueCase,
        [11] = KiTimerCase,     [16] = KiHighWaitCase,      [17] = KiDpcWaitCase,
        [18] = KiHighMutexCase, [19] = KiHighTouchCase,     [20] = KiStackCase,
        [21] = KiFreeTwiceCase, [22] = KiAttachTwiceCase,   [23] = KiOverrunCase,
    };

    return Number < ARRAYSIZE(Cases) ? Cases[Number] : KiCrashCase(Number);
}
