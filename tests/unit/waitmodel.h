/* SPDX-License-Identifier: MIT */
/*
 * What waiting means, without lists, blocks or locks. After each step, as long as some waiting
 * thread can have what it waits for, the one that has waited longest gets it. That is all.
 */
#pragma once

#include <string.h>

#define THREADS 3
#define OBJECTS 4 /* notification event, synchronisation event, semaphore, mutant */
#define SEMAPHORE_LIMIT 2
#define MUTANT_DEPTH 2 /* acquired no deeper than this */

enum { N, S, P, M };

typedef struct {
    int All, Count, Objects[3];
} WAIT_SET;

static const WAIT_SET ModelSets[] = {
    {0, 1, {N}},    {0, 1, {S}},    {0, 1, {P}},    {0, 1, {M}},       {0, 2, {S, M}},
    {0, 2, {P, N}}, {1, 2, {S, P}}, {1, 2, {P, M}}, {1, 3, {N, M, S}},
};
#define SETS ((int)(sizeof(ModelSets) / sizeof(ModelSets[0])))

enum {
    SetNotification,
    ResetNotification,
    PulseNotification,
    SetSynchronization,
    PulseSynchronization,
    ReleaseOne,
    ReleaseTwo,
    ReleaseMutant,
    EndThread, /* what it owns is abandoned; a new thread takes its place */
    TimeOut,
    Interrupt,
    FirstWait, /* each set twice: with a timeout, and without waiting at all */
    ACTIONS = FirstWait + 2 * 9
};
_Static_assert(sizeof(ModelSets) / sizeof(ModelSets[0]) == 9, "ACTIONS counts them");

#define MODEL_WAITS 0x7FFFFFFF /* no result yet */

typedef struct {
    int Signal[OBJECTS];        /* of a mutant: 1 minus how often it is owned */
    char Owner, Abandoned;      /* of the mutant: thread + 1, or 0 */
    char Waits[THREADS];        /* for set + 1, or 0 */
    char Order[THREADS];        /* who waits, the longest first: thread + 1; then 0 */
    int Woken, Status[THREADS]; /* by the last step: bits; what it returned, or the wait did */
} MODEL;

static void ModelBegin(MODEL *Model)
{
    memset(Model, 0, sizeof(*Model));
    Model->Signal[M] = 1;
}

static void ModelForget(MODEL *Model)
{
    Model->Woken = 0;
    memset(Model->Status, 0, sizeof(Model->Status));
}

static int Can(const MODEL *Model, int Thread, int Object)
{
    return Model->Signal[Object] > 0 || (Object == M && Model->Owner == Thread + 1);
}

/* Thread gets Object. TRUE: its owner had died. */
static int Take(MODEL *Model, int Thread, int Object)
{
    int Abandoned = Object == M && Model->Abandoned;

    if (Object != N) {
        Model->Signal[Object]--;
    }
    if (Object == M) {
        Model->Owner = (char)(Thread + 1);
        Model->Abandoned = 0;
    }
    return Abandoned;
}

/* What Thread's wait for Set ends with, now; MODEL_WAITS: not yet. */
static int TryWait(MODEL *Model, int Thread, const WAIT_SET *Set)
{
    int Ready = 0, First = -1, Abandoned = 0;

    for (int i = Set->Count - 1; i >= 0; i--) {
        if (Can(Model, Thread, Set->Objects[i])) {
            Ready++;
            First = i;
        }
    }
    if (Set->All ? Ready < Set->Count : Ready == 0) {
        return MODEL_WAITS;
    }
    for (int i = 0; i < Set->Count; i++) {
        if (Set->All || i == First) {
            Abandoned |= Take(Model, Thread, Set->Objects[i]);
        }
    }
    return (Abandoned ? STATUS_ABANDONED : 0) | (Set->All ? 0 : First);
}

static void ModelEndWait(MODEL *Model, int Thread, int Status)
{
    int At = 0;

    for (int i = 0; i < THREADS; i++) {
        if (Model->Order[i] != Thread + 1) {
            Model->Order[At++] = Model->Order[i];
        }
    }
    while (At < THREADS) {
        Model->Order[At++] = 0;
    }
    Model->Waits[Thread] = 0;
    Model->Woken |= 1 << Thread;
    Model->Status[Thread] = Status;
}

static void ModelSettle(MODEL *Model)
{
    for (int i = 0; i < THREADS && Model->Order[i] != 0;) {
        int Thread = Model->Order[i] - 1;
        int Status = TryWait(Model, Thread, &ModelSets[Model->Waits[Thread] - 1]);

        if (Status == MODEL_WAITS) {
            i++;
        } else {
            ModelEndWait(Model, Thread, Status);
            i = 0;
        }
    }
}

static int ModelCan(const MODEL *Model, int Thread, int Action)
{
    int Next = (Thread + 1) % THREADS;

    if (Model->Waits[Thread] != 0) {
        return 0;
    }
    if (Action == TimeOut || Action == Interrupt) {
        return Model->Waits[Next] != 0;
    }
    if (Action >= FirstWait && Model->Owner == Thread + 1 && Model->Signal[M] <= 1 - MUTANT_DEPTH) {
        const WAIT_SET *Set = &ModelSets[(Action - FirstWait) / 2];

        for (int i = 0; i < Set->Count; i++) {
            if (Set->Objects[i] == M) {
                return 0;
            }
        }
    }
    return 1;
}

static int ModelRelease(MODEL *Model, int By)
{
    if (Model->Signal[P] + By > SEMAPHORE_LIMIT) {
        return STATUS_SEMAPHORE_LIMIT_EXCEEDED;
    }
    Model->Signal[P] += By;
    return STATUS_SUCCESS;
}

static int ModelReleaseMutant(MODEL *Model, int Thread)
{
    if (Model->Owner != Thread + 1) {
        return Model->Abandoned ? STATUS_ABANDONED : STATUS_MUTANT_NOT_OWNED;
    }
    if (++Model->Signal[M] == 1) {
        Model->Owner = 0;
    }
    return STATUS_SUCCESS;
}

static int ModelWait(MODEL *Model, int Thread, int Set, int Poll)
{
    int Status = TryWait(Model, Thread, &ModelSets[Set]);

    if (Status != MODEL_WAITS || Poll) {
        return Status == MODEL_WAITS ? STATUS_TIMEOUT : Status;
    }
    Model->Waits[Thread] = (char)(Set + 1);
    for (int i = 0; i < THREADS; i++) {
        if (Model->Order[i] == 0) {
            Model->Order[i] = (char)(Thread + 1);
            break;
        }
    }
    return Status;
}

/* Events, set or pulsed: what it was before. */
static int ModelSet(MODEL *Model, int Object, int Pulse)
{
    int Before = Model->Signal[Object];

    Model->Signal[Object] = 1;
    ModelSettle(Model);
    if (Pulse) {
        Model->Signal[Object] = 0;
    }
    return Before;
}

static void ModelAct(MODEL *Model, int Thread, int Action)
{
    int Status = 0;

    switch (Action) {
    case SetNotification:
    case PulseNotification:
        Status = ModelSet(Model, N, Action == PulseNotification);
        break;
    case ResetNotification:
        Status = Model->Signal[N];
        Model->Signal[N] = 0;
        break;
    case SetSynchronization:
    case PulseSynchronization:
        Status = ModelSet(Model, S, Action == PulseSynchronization);
        break;
    case ReleaseOne:
    case ReleaseTwo:
        Status = ModelRelease(Model, Action == ReleaseOne ? 1 : 2);
        break;
    case ReleaseMutant:
        Status = ModelReleaseMutant(Model, Thread);
        break;
    case EndThread:
        if (Model->Owner == Thread + 1) {
            Model->Owner = 0;
            Model->Abandoned = 1;
            Model->Signal[M] = 1;
        }
        break;
    case TimeOut:
        ModelEndWait(Model, (Thread + 1) % THREADS, STATUS_TIMEOUT);
        break;
    case Interrupt:
        ModelEndWait(Model, (Thread + 1) % THREADS, STATUS_USER_APC);
        break;
    default:
        Status = ModelWait(Model, Thread, (Action - FirstWait) / 2, (Action - FirstWait) % 2);
        break;
    }
    ModelSettle(Model);
    Model->Status[Thread] = Status;
}

/* Who waits for Object, in order, four bits each. */
static unsigned ModelWaiters(const MODEL *Model, int Object)
{
    unsigned Result = 0;

    for (int i = 0; i < THREADS && Model->Order[i] != 0; i++) {
        const WAIT_SET *Set = &ModelSets[Model->Waits[Model->Order[i] - 1] - 1];

        for (int j = 0; j < Set->Count; j++) {
            if (Set->Objects[j] == Object) {
                Result = Result << 4 | (unsigned)Model->Order[i];
            }
        }
    }
    return Result;
}
