/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints are INT3s that lie in the process's memory only while it runs. A thread that stands
 * on one goes a step without it first; another thread may slip past meanwhile.
 */
#include "ntsd.h"

#define MAXIMUM_BREAKPOINTS 32
#define INT3 0xCC
#define EFLAGS_TF 0x100UL

typedef struct {
    ULONG Address; /* 0: free */
    BOOLEAN Inserted;
    UCHAR Byte; /* what was there */
} BREAKPOINT;

static BREAKPOINT Breakpoints[MAXIMUM_BREAKPOINTS];
static BREAKPOINT Once;      /* behind a call that is stepped over */
static ULONG SteppingThread; /* whose step is for a breakpoint's sake; 0: nobody's */

static VOID Insert(BREAKPOINT *Point)
{
    static const UCHAR Int3 = INT3;

    if (Point->Address != 0 && !Point->Inserted && ReadBytes(Point->Address, &Point->Byte, 1)) {
        Point->Inserted = WriteBytes(Point->Address, &Int3, 1);
    }
}

static VOID Remove(BREAKPOINT *Point)
{
    if (Point->Inserted) {
        WriteBytes(Point->Address, &Point->Byte, 1);
        Point->Inserted = FALSE;
    }
}

VOID RemoveBreakpoints(VOID)
{
    for (ULONG i = 0; i < MAXIMUM_BREAKPOINTS; i++) {
        Remove(&Breakpoints[i]);
    }
    Remove(&Once);
}

static BREAKPOINT *At(ULONG Address)
{
    for (ULONG i = 0; i < MAXIMUM_BREAKPOINTS; i++) {
        if (Breakpoints[i].Address == Address) {
            return &Breakpoints[i];
        }
    }
    return NULL;
}

VOID AddBreakpoint(ULONG Address)
{
    BREAKPOINT *Free = At(0);
    UCHAR Byte;

    if (!ReadBytes(Address, &Byte, 1)) {
        Print("ntsd: there is no memory at %08lx\n", Address);
    } else if (At(Address) != NULL) {
        Print("ntsd: there is a breakpoint already\n");
    } else if (Free == NULL) {
        Print("ntsd: there are too many breakpoints\n");
    } else {
        Free->Address = Address;
    }
}

VOID ListBreakpoints(VOID)
{
    for (ULONG i = 0; i < MAXIMUM_BREAKPOINTS; i++) {
        if (Breakpoints[i].Address != 0) {
            Print("%2lu %08lx %s\n", i, Breakpoints[i].Address, Describe(Breakpoints[i].Address));
        }
    }
}

VOID ClearBreakpoints(PCSTR Which)
{
    BOOLEAN All = strcmp(Which, "*") == 0;
    ULONG Index = Number(Which);

    if (!All && (Which[0] < '0' || Which[0] > '9' || Index >= MAXIMUM_BREAKPOINTS ||
                 Breakpoints[Index].Address == 0)) {
        Print("ntsd: bc takes a breakpoint's number, or *\n");
        return;
    }
    for (ULONG i = 0; i < MAXIMUM_BREAKPOINTS; i++) {
        if (All || i == Index) {
            Breakpoints[i].Address = 0;
        }
    }
}

/* A thread's INT3 is behind it. */
BOOLEAN AtBreakpoint(VOID)
{
    const BREAKPOINT *Point = At(Context.Eip - 1);

    if (Event.NewState != DbgBreakpointStateChange ||
        (Point == NULL && Once.Address != Context.Eip - 1)) {
        return FALSE;
    }
    if (Point != NULL) {
        Print("Breakpoint %lu hit\n", (ULONG)(Point - Breakpoints));
    }
    Context.Eip--;
    ContextChanged = TRUE;
    return TRUE;
}

VOID ForgetStepping(VOID)
{
    SteppingThread = 0;
    Once.Address = 0;
}

VOID PrepareToRun(VOID)
{
    BREAKPOINT *Here = At(Context.Eip);

    for (ULONG i = 0; i < MAXIMUM_BREAKPOINTS; i++) {
        if (&Breakpoints[i] != Here) {
            Insert(&Breakpoints[i]);
        }
    }
    Insert(&Once);
    if (Here != NULL && Event.NewState >= DbgExceptionStateChange &&
        Event.NewState <= DbgSingleStepStateChange) {
        Context.EFlags |= EFLAGS_TF;
        ContextChanged = TRUE;
        SteppingThread = (ULONG)Event.AppClientId.UniqueThread;
    } else if (Here != NULL) {
        Insert(Here); /* a thread that tells of something else does not stand here */
    }
}

/* How long a CALL at Eip is; 0: something else is there. */
static ULONG CallLength(VOID)
{
    UCHAR Code[2];
    ULONG Mode, Memory;

    if (!ReadBytes(Context.Eip, Code, sizeof(Code))) {
        return 0;
    }
    if (Code[0] == 0xE8) {
        return 5;
    }
    if (Code[0] != 0xFF || (Code[1] & 0x38) != 0x10) {
        return 0;
    }
    Mode = Code[1] >> 6;
    Memory = Code[1] & 7;
    if (Mode == 3) {
        return 2;
    }
    return 2 + (Memory == 4) + (Mode == 1 ? 1 : Mode == 2 || Memory == 5 ? 4 : 0);
}

VOID PrepareToStep(BOOLEAN Over)
{
    ULONG Call = Over ? CallLength() : 0;

    if (Call != 0) {
        Once.Address = Context.Eip + Call;
        PrepareToRun();
    } else {
        Context.EFlags |= EFLAGS_TF;
        ContextChanged = TRUE;
    }
}

BOOLEAN FinishStep(VOID)
{
    BOOLEAN Ours = SteppingThread == (ULONG)Event.AppClientId.UniqueThread;

    SteppingThread = Ours ? 0 : SteppingThread;
    return Ours;
}
