/* SPDX-License-Identifier: MIT */
/*
 * uses: kernel/ke/wait.c kernel/ke/unwait.c kernel/ke/event.c kernel/ke/semaphore.c
 * kernel/ke/mutant.c */
/*
 * Waits against a model, exhaustively: three threads, an event of each kind, a semaphore and a
 * mutant. From every state that can be reached, each thread that runs does each thing it can, and
 * kernel and model must agree on who waits for what in which order, who was let go and with which
 * status, and on what each object then says. A state is kept as the bytes of the kernel's own
 * structures, so the kernel's code goes on from it as if nothing else had ever run.
 */
#include "ke/ki.h"
#include "kestubs.h"
#include "rtl/list.h"
#include "unit.h"
#include "waitmodel.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* Everything the kernel's code reads and writes. */
typedef struct {
    KTHREAD Threads[THREADS];
    KEVENT Notification, Synchronization;
    KSEMAPHORE Semaphore;
    KMUTANT Mutant;
    MODEL Model;
} WORLD;

static WORLD World;
static jmp_buf Switched;
static int Woken; /* bit n: thread n was made ready */

static void Check(BOOLEAN Right, PCSTR What, int Thread, int Action);

VOID KiReadyThread(PKTHREAD Thread, BOOLEAN First)
{
    (VOID) First;
    Thread->State = Running;
    Woken |= 1 << (Thread - World.Threads);
}
/* The caller waits. Its stack is left: what it would do next is return its WaitStatus. */
NTSTATUS KiSwapThread(KIRQL OldIrql)
{
    (VOID) OldIrql;
    longjmp(Switched, 1);
}

static PDISPATCHER_HEADER Objects[OBJECTS] = {&World.Notification.Header,
                                              &World.Synchronization.Header,
                                              &World.Semaphore.Header, &World.Mutant.Header};

static void Become(int Thread)
{
    KiTestPcr.PrcbData.CurrentThread = &World.Threads[Thread];
}

static void Begin(void)
{
    memset(&World, 0, sizeof(World));
    for (int i = 0; i < THREADS; i++) {
        InitializeListHead(&World.Threads[i].MutantListHead);
        KiInitializeHeader(&World.Threads[i].Timer.Header, TimerNotificationObject, sizeof(KTIMER),
                           0);
        World.Threads[i].State = Running;
    }
    Become(0);
    KeInitializeEvent(&World.Notification, NotificationEvent, FALSE);
    KeInitializeEvent(&World.Synchronization, SynchronizationEvent, FALSE);
    KeInitializeSemaphore(&World.Semaphore, 0, SEMAPHORE_LIMIT);
    KeInitializeMutant(&World.Mutant, FALSE);
    ModelBegin(&World.Model);
}

/* The wait of the kernel; MODEL_WAITS when it did not return. Poll: a timeout of none. */
static NTSTATUS Wait(int Set, BOOLEAN Poll)
{
    const WAIT_SET *Waits = &ModelSets[Set];
    LARGE_INTEGER Timeout = {.QuadPart = Poll ? 0 : -1};
    PVOID List[OBJECTS];

    for (int i = 0; i < Waits->Count; i++) {
        List[i] = Objects[Waits->Objects[i]];
    }
    if (setjmp(Switched) != 0) {
        return MODEL_WAITS;
    }
    return KeWaitForMultipleObjects((ULONG)Waits->Count, List, Waits->All ? WaitAll : WaitAny,
                                    UserMode, FALSE, &Timeout, NULL);
}

/* Thread does Action; MODEL_NONE: it cannot. */
static NTSTATUS Act(int Thread, int Action)
{
    PKTHREAD Target;

    Become(Thread);
    switch (Action) {
    case SetNotification:
        return KeSetEvent(&World.Notification, 0);
    case ResetNotification:
        return KeResetEvent(&World.Notification);
    case PulseNotification:
        return KePulseEvent(&World.Notification, 0);
    case SetSynchronization:
        return KeSetEvent(&World.Synchronization, 0);
    case PulseSynchronization:
        return KePulseEvent(&World.Synchronization, 0);
    case ReleaseOne:
        return KeReleaseSemaphore(&World.Semaphore, 0, 1, NULL);
    case ReleaseTwo:
        return KeReleaseSemaphore(&World.Semaphore, 0, 2, NULL);
    case ReleaseMutant:
        return KeReleaseMutant(&World.Mutant, 0, FALSE, NULL);
    case EndThread:
        while (!IsListEmpty(&World.Threads[Thread].MutantListHead)) {
            KeReleaseMutant(CONTAINING_RECORD(World.Threads[Thread].MutantListHead.Flink, KMUTANT,
                                              MutantListEntry),
                            0, TRUE, NULL);
        }
        return STATUS_SUCCESS;
    case TimeOut: /* of the next thread's wait */
        Target = &World.Threads[(Thread + 1) % THREADS];
        Target->Timer.Header.SignalState = 1;
        Target->Timer.Header.Inserted = FALSE;
        KiWaitTest(&Target->Timer, 0);
        return STATUS_SUCCESS;
    case Interrupt: /* the next thread's wait, as an APC does */
        KiUnwaitThread(&World.Threads[(Thread + 1) % THREADS], STATUS_USER_APC, 0);
        return STATUS_SUCCESS;
    default:
        return Wait((Action - FirstWait) / 2, (Action - FirstWait) % 2);
    }
}

/* The threads on an object's list, in order, four bits each. */
static unsigned Waiters(PDISPATCHER_HEADER Object)
{
    unsigned Order = 0;

    for (PLIST_ENTRY Entry = Object->WaitListHead.Flink; Entry != &Object->WaitListHead;
         Entry = Entry->Flink) {
        PKWAIT_BLOCK Block = CONTAINING_RECORD(Entry, KWAIT_BLOCK, WaitListEntry);

        Order = Order << 4 | (unsigned)(Block->Thread - World.Threads + 1);
    }
    return Order;
}

static void Compare(int Thread, int Action)
{
    const MODEL *Model = &World.Model;

    for (int i = 0; i < OBJECTS; i++) {
        Check(Objects[i]->SignalState == Model->Signal[i], "signal state", Thread, Action);
        Check(Waiters(Objects[i]) == ModelWaiters(Model, i), "waiters", Thread, Action);
    }
    Check(World.Mutant.OwnerThread == (Model->Owner == 0 ? NULL : &World.Threads[Model->Owner - 1]),
          "owner", Thread, Action);
    Check(World.Mutant.Abandoned == Model->Abandoned, "abandoned", Thread, Action);
    for (int i = 0; i < THREADS; i++) {
        const KTHREAD *Kernel = &World.Threads[i];
        BOOLEAN Waits = Model->Waits[i] != 0, WasWoken = Woken >> i & 1;

        Check((Kernel->State == Waiting) == Waits, "waits", Thread, Action);
        Check(Kernel->Timer.Header.Inserted == Waits, "its timeout", Thread, Action);
        Check(IsListEmpty(&Kernel->MutantListHead) == (Model->Owner != i + 1), "owns", Thread,
              Action);
        Check(WasWoken == (Model->Woken >> i & 1), "woken", Thread, Action);
        Check(!WasWoken || Kernel->WaitStatus == Model->Status[i], "with status", Thread, Action);
    }
}

/* --- the states found so far: the model's part is the key, the whole is where to go on from */

#define TABLE (1 << 18)
static WORLD *States;
static int Count, Room, Place[TABLE];

static BOOLEAN Known(void)
{
    unsigned Hash = 2166136261u;
    const unsigned char *Bytes = (const unsigned char *)&World.Model;

    for (unsigned i = 0; i < sizeof(MODEL); i++) {
        Hash = (Hash ^ Bytes[i]) * 16777619u;
    }
    for (Hash ^= Hash >> 15;; Hash++) {
        int At = Place[Hash % TABLE];

        if (At == 0) {
            Place[Hash % TABLE] = Count + 1;
            return FALSE;
        }
        if (memcmp(&States[At - 1].Model, &World.Model, sizeof(MODEL)) == 0) {
            return TRUE;
        }
    }
}

static void Keep(void)
{
    if (Known()) {
        return;
    }
    if (Count == Room) {
        Room = Room != 0 ? Room * 2 : 1024;
        States = realloc(States, (size_t)Room * sizeof(WORLD));
    }
    States[Count++] = World;
    if (Count > TABLE / 2) {
        printf("too many states\n");
        exit(1);
    }
}

static void Check(BOOLEAN Right, PCSTR What, int Thread, int Action)
{
    UnitChecks++;
    if (!Right && UnitFailures++ < 10) {
        printf("%s is not the model's when thread %d does action %d in state %d\n", What, Thread,
               Action, Count);
    }
}

int main(void)
{
    long Steps = 0;

    Begin();
    Keep();
    for (int At = 0; At < Count; At++) {
        for (int Thread = 0; Thread < THREADS; Thread++) {
            for (int Action = 0; Action < ACTIONS; Action++) {
                NTSTATUS Status;

                World = States[At];
                if (!ModelCan(&World.Model, Thread, Action)) {
                    continue;
                }
                Woken = 0;
                Status = Act(Thread, Action);
                ModelAct(&World.Model, Thread, Action);
                Check(Status == World.Model.Status[Thread], "result", Thread, Action);
                Compare(Thread, Action);
                ModelForget(&World.Model);
                Keep();
                Steps++;
            }
        }
    }
    printf("%d states, %ld steps\n", Count, Steps);
    CHECK(Count > 1000);
    return UnitResult();
}
