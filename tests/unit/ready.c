/* SPDX-License-Identifier: MIT */
/* uses: kernel/ke/ready.c */
/*
 * The ready queues against the plainest model there is, a list searched from its beginning: 50
 * seeds, a thousand steps each.
 */
#include "ke/ready.h"
#include "unit.h"

#define THREADS 40

static KTHREAD Threads[THREADS];
static KTHREAD *Model[THREADS]; /* ready, in the order in which equals are to run */
static int Count;
static ULONG Random;

static ULONG Next(ULONG Below)
{
    Random = Random * 1664525 + 1013904223;
    return (Random >> 8) % Below;
}

static void Insert(KTHREAD *Thread, int First)
{
    int At = First ? 0 : Count;

    for (int i = Count; i > At; i--) {
        Model[i] = Model[i - 1];
    }
    Model[At] = Thread;
    Count++;
}

/* The first of the highest, when it is high enough. */
static KTHREAD *Take(ULONG Lowest)
{
    int Best = -1;

    for (int i = 0; i < Count; i++) {
        if ((ULONG)Model[i]->Priority >= Lowest &&
            (Best < 0 || Model[i]->Priority > Model[Best]->Priority)) {
            Best = i;
        }
    }
    if (Best < 0) {
        return NULL;
    }
    KTHREAD *Taken = Model[Best];

    for (int i = Best; i < Count - 1; i++) {
        Model[i] = Model[i + 1];
    }
    Count--;
    return Taken;
}

static int IsInModel(const KTHREAD *Thread)
{
    for (int i = 0; i < Count; i++) {
        if (Model[i] == Thread) {
            return 1;
        }
    }
    return 0;
}

int main(void)
{
    for (ULONG Seed = 1; Seed <= 50; Seed++) {
        Random = Seed;
        Count = 0;
        KiInitializeReadyQueues();
        for (int Step = 0; Step < 1000; Step++) {
            KTHREAD *Thread = &Threads[Next(THREADS)];

            if (Next(2) == 0 && !IsInModel(Thread)) {
                int First = Next(4) == 0;

                Thread->Priority = (CHAR)Next(MAXIMUM_PRIORITY);
                KiInsertReady(Thread, (BOOLEAN)First);
                Insert(Thread, First);
            } else {
                ULONG Lowest = Next(3) == 0 ? Next(MAXIMUM_PRIORITY) : 0;
                KTHREAD *Expected = Take(Lowest);

                CHECK_EQ(KiIsReady(Lowest), Expected != NULL);
                CHECK_EQ(KiTakeReady(Lowest), Expected);
            }
        }
        while (Count != 0) {
            CHECK_EQ(KiTakeReady(0), Take(0));
        }
        CHECK_EQ(KiIsReady(0), 0);
        CHECK_EQ(KiTakeReady(0), 0);
    }
    return UnitResult();
}
