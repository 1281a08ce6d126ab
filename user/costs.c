/* SPDX-License-Identifier: MIT */
/*
 * What things cost, in guest instructions, and how the cost grows with the number of objects there
 * are: `tools/mica bench`, where an instruction is a tick of RDTSC. Each figure is the median of
 * 101 (handles, ranges and timers taken at random).
 */
#include "mica.h"

#define SAMPLES 101
#define MOST 10000
#define THREADS_MOST 1000
#define GRANULE 0x10000

static HANDLE *Events, *Timers, *Threads;
static PUCHAR *Ranges;
static ULONG Count; /* of each there is now */
static ULONG Random = 1;

static ULONG Next(VOID)
{
    Random = Random * 1664525 + 1013904223;
    return (Random >> 8) % Count;
}

static inline ULONG Instructions(VOID)
{
    ULONG Low;

    __asm__ volatile("rdtsc" : "=a"(Low) : : "edx", "memory");
    return Low;
}

#define NOTHING 2 /* between two of them, when nothing is */

static ULONG Median(PULONG Values)
{
    for (ULONG i = 1; i < SAMPLES; i++) {
        ULONG Value = Values[i], At = i;

        for (; At != 0 && Values[At - 1] > Value; At--) {
            Values[At] = Values[At - 1];
        }
        Values[At] = Value;
    }
    return Values[SAMPLES / 2];
}

/* --- one of each, by the number of what there is */

static VOID Nothing(ULONG Which)
{
    ULONG Service = 0xFFF; /* there is none of this number */

    (VOID) Which;
    __asm__ volatile("int $0x2E" : "+a"(Service) : : "ecx", "edx", "memory");
}

static VOID LookUpHandle(ULONG Which)
{
    NtResetEvent(Events[Which], NULL);
}

static VOID LookUpRange(ULONG Which)
{
    MEMORY_BASIC_INFORMATION Information;

    NtQueryVirtualMemory(NtCurrentProcess(), Ranges[Which], MemoryBasicInformation, &Information,
                         sizeof(Information), NULL);
}

static VOID InsertTimer(ULONG Which)
{
    LARGE_INTEGER DueTime = {.QuadPart = -10000000LL * (100 + (LONGLONG)(Which * 7919 % 100000))};

    NtSetTimer(Timers[Which], &DueTime, NULL, NULL, FALSE, 0, NULL);
}

static VOID SignalAndTake(ULONG Which)
{
    NtSetEvent(Events[Which], NULL);
    WaitFor(Events[Which], -1);
}

static HANDLE Ping, Pong;
static volatile BOOLEAN Ended;

/* From 16 on a priority stays what it is. */
static VOID Become16(VOID)
{
    LONG Priority = LOW_REALTIME_PRIORITY;

    NtSetInformationThread(NtCurrentThread(), ThreadPriority, &Priority, sizeof(Priority));
}

static NTSTATUS NTAPI Answer(PVOID Parameter)
{
    Become16();
    while (!Ended) {
        WaitFor(Ping, -1);
        NtSetEvent(Pong, NULL);
    }
    return (NTSTATUS)Parameter;
}

/* Another thread is woken, and wakes this one: two waits, two switches. */
static VOID WakeAnother(ULONG Which)
{
    (VOID) Which;
    NtSetEvent(Ping, NULL);
    WaitFor(Pong, -1);
}

static NTSTATUS NTAPI Yield(PVOID Parameter)
{
    Become16();
    while (!Ended) {
        NtYieldExecution();
    }
    return (NTSTATUS)Parameter;
}

/* To a thread that does the same, and back. */
static VOID SwitchTwice(ULONG Which)
{
    (VOID) Which;
    NtYieldExecution();
}

static ULONG Measure(VOID (*Routine)(ULONG))
{
    static ULONG Values[SAMPLES];

    for (ULONG i = 0; i < SAMPLES; i++) {
        ULONG Which = Next(), Before = Instructions();

        Routine(Which);
        Values[i] = Instructions() - Before - NOTHING;
    }
    return Median(Values);
}

/* The same with another thread that does its part. */
static ULONG MeasureWith(PUSER_THREAD_START_ROUTINE Partner, VOID (*Routine)(ULONG))
{
    HANDLE Thread;
    ULONG Cost;

    Ended = FALSE;
    Thread = StartThread(Partner, 0);
    Sleep(1); /* it has come so far */
    Cost = Measure(Routine);
    Ended = TRUE;
    NtSetEvent(Ping, NULL);
    JoinThread(Thread);
    NtResetEvent(Ping, NULL);
    NtResetEvent(Pong, NULL);
    return Cost;
}

/* --- more of everything */

static VOID Grow(ULONG To)
{
    for (; Count < To; Count++) {
        ULONG Size = GRANULE;

        Events[Count] = MakeEvent(SynchronizationEvent);
        Require(NtCreateTimer(&Timers[Count], TIMER_ALL_ACCESS, NULL, NotificationTimer), "timer");
        InsertTimer(Count);
        Require(NtAllocateVirtualMemory(NtCurrentProcess(), (PVOID *)&Ranges[Count], 0, &Size,
                                        MEM_RESERVE, PAGE_READWRITE),
                "range");
    }
}

static NTSTATUS NTAPI Stay(PVOID Parameter)
{
    WaitFor(Parameter, -1);
    return STATUS_SUCCESS;
}

static ULONG GrowThreads(ULONG From, ULONG To, HANDLE Go)
{
    for (; From < To; From++) {
        Require(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0x10000, 0, Stay, Go,
                                    &Threads[From], NULL),
                "thread");
    }
    Sleep(1); /* they wait */
    return From;
}

static const struct {
    PCSTR Name;
    VOID (*Routine)(ULONG);
    PUSER_THREAD_START_ROUTINE Partner;
} Rows[] = {
    {"null service (one that is not there)", Nothing, NULL},
    {"handle look-up (NtResetEvent)", LookUpHandle, NULL},
    {"signal and wait, oneself", SignalAndTake, NULL},
    {"signal and wait, there and back", WakeAnother, Answer},
    {"two context switches (yield)", SwitchTwice, Yield},
    {"VAD look-up (NtQueryVirtualMemory)", LookUpRange, NULL},
    {"timer insert (NtSetTimer)", InsertTimer, NULL},
};

static ULONG MeasureRow(ULONG Row)
{
    return Rows[Row].Partner != NULL ? MeasureWith(Rows[Row].Partner, Rows[Row].Routine)
                                     : Measure(Rows[Row].Routine);
}

static PVOID Room(ULONG Bytes)
{
    PVOID Block = RtlAllocateHeap(RtlProcessHeap(), HEAP_ZERO_MEMORY, Bytes);

    Require(Block != NULL ? STATUS_SUCCESS : STATUS_NO_MEMORY, "memory");
    return Block;
}

int main(int argc, char **argv)
{
    static ULONG Costs[ARRAYSIZE(Rows)][4];
    static const ULONG Steps[] = {10, 100, 1000, MOST};
    ULONG Others[3], ThreadCount = 0;
    HANDLE Go = MakeEvent(NotificationEvent);

    (VOID) argc;
    (VOID) argv;
    Become16();
    Events = Room(MOST * sizeof(HANDLE));
    Timers = Room(MOST * sizeof(HANDLE));
    Ranges = Room(MOST * sizeof(PUCHAR));
    Threads = Room(THREADS_MOST * sizeof(HANDLE));
    Ping = MakeEvent(SynchronizationEvent);
    Pong = MakeEvent(SynchronizationEvent);
    for (ULONG Step = 0; Step < ARRAYSIZE(Steps); Step++) {
        Grow(Steps[Step]);
        for (ULONG Row = 0; Row < ARRAYSIZE(Rows); Row++) {
            Costs[Row][Step] = MeasureRow(Row);
        }
    }
    for (ULONG Step = 0; Step < ARRAYSIZE(Others); Step++) {
        ThreadCount = GrowThreads(ThreadCount, Steps[Step], Go);
        Others[Step] = MeasureWith(Yield, SwitchTwice);
    }
    Print("guest instructions, with so many events, timers and ranges\n%-36s", "");
    for (ULONG Step = 0; Step < ARRAYSIZE(Steps); Step++) {
        Print("%8lu", Steps[Step]);
    }
    for (ULONG Row = 0; Row < ARRAYSIZE(Rows); Row++) {
        Print("\n%-36s%8lu%8lu%8lu%8lu", Rows[Row].Name, Costs[Row][0], Costs[Row][1],
              Costs[Row][2], Costs[Row][3]);
    }
    Print("\n%-36s%8lu%8lu%8lu\n", "  with so many waiting threads", Others[0], Others[1],
          Others[2]);
    return 0;
}
