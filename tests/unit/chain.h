/* SPDX-License-Identifier: MIT */
/* A made-up stack with a made-up chain on it, and all that rtl's walks call. */
#pragma once

#include "rtl/rtl.h"
#include "unit.h"

/* The made-up stack; the chain's head; what the handlers are told to do; what was done. */
static ULONG Stack[64];
static PEXCEPTION_REGISTRATION_RECORD Head;
static BOOLEAN Vectored, ChainValid;
static ULONG Policy, Continued;
static PEXCEPTION_ROUTINE Refused;

typedef struct _CALL {
    PEXCEPTION_REGISTRATION_RECORD Frame;
    ULONG Flags;
} CALL;
static CALL Calls[32];
static int CallCount;

static EXCEPTION_DISPOSITION Answer[64]; /* by position on the stack */
static PVOID Dispatched[64];
static ULONG NewEax;

static EXCEPTION_RECORD Raised;
static CONTEXT Final;
static enum { Returned, RaisedIt, ContinuedAt, LastChance } End;
static void *Out[5];

#define FRAME(i) ((PEXCEPTION_REGISTRATION_RECORD)&Stack[i])
#define LOW ((ULONG)&Stack[0])
#define HIGH ((ULONG)&Stack[64])

PEXCEPTION_REGISTRATION_RECORD RtlpGetExceptionList(VOID)
{
    return Head;
}
VOID RtlpSetExceptionList(PEXCEPTION_REGISTRATION_RECORD Frame)
{
    Head = Frame;
}
VOID RtlpGetStackLimits(ULONG *Low, ULONG *High)
{
    *Low = LOW;
    *High = HIGH;
}
BOOLEAN RtlpCallVectoredHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    (VOID) Record;
    (VOID) Context;
    return Vectored;
}
VOID RtlpCallContinueHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    (VOID) Record;
    (VOID) Context;
    Continued++;
}
ULONG RtlpChainPolicy(VOID)
{
    return Policy;
}
BOOLEAN RtlpIsChainValid(ULONG Low, ULONG High)
{
    CHECK_EQ(Low, LOW);
    CHECK_EQ(High, HIGH);
    return ChainValid;
}
BOOLEAN RtlpIsHandlerValid(PEXCEPTION_ROUTINE Handler, ULONG Asked, ULONG Low, ULONG High)
{
    (VOID) Low;
    (VOID) High;
    CHECK_EQ(Asked, Policy);
    return Handler != Refused;
}
void *memset(void *To, int Value, size_t Bytes)
{
    for (size_t i = 0; i < Bytes; i++) {
        ((volatile char *)To)[i] = (char)Value;
    }
    return To;
}

static EXCEPTION_DISPOSITION Call(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    ULONG Index = (ULONG)((ULONG *)Frame - Stack);

    if (CallCount < (int)ARRAYSIZE(Calls)) {
        Calls[CallCount] = (CALL){Frame, Record->ExceptionFlags};
    }
    CallCount++;
    if (Dispatched[Index] != NULL) {
        *(PVOID *)Dispatcher = Dispatched[Index];
    }
    if (NewEax != 0) {
        Context->Eax = NewEax;
    }
    return Answer[Index];
}
EXCEPTION_DISPOSITION NTAPI RtlpExecuteHandlerForException(PEXCEPTION_RECORD Record,
                                                           PEXCEPTION_REGISTRATION_RECORD Frame,
                                                           PCONTEXT Context, PVOID Dispatcher,
                                                           PEXCEPTION_ROUTINE Handler)
{
    CHECK_EQ(Handler, Frame->Handler);
    return Call(Record, Frame, Context, Dispatcher);
}
EXCEPTION_DISPOSITION NTAPI RtlpExecuteHandlerForUnwind(PEXCEPTION_RECORD Record,
                                                        PEXCEPTION_REGISTRATION_RECORD Frame,
                                                        PCONTEXT Context, PVOID Dispatcher,
                                                        PEXCEPTION_ROUTINE Handler)
{
    CHECK_EQ(Handler, Frame->Handler);
    return Call(Record, Frame, Context, Dispatcher);
}
VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD Record)
{
    Raised = *Record;
    End = RaisedIt;
    __builtin_longjmp(Out, 1);
}
NTSTATUS NTAPI ZwContinue(PCONTEXT Context, BOOLEAN TestAlert)
{
    CHECK_EQ(TestAlert, FALSE);
    Final = *Context;
    End = ContinuedAt;
    __builtin_longjmp(Out, 1);
}
NTSTATUS NTAPI ZwRaiseException(PEXCEPTION_RECORD Record, PCONTEXT Context, BOOLEAN FirstChance)
{
    CHECK_EQ(FirstChance, FALSE);
    Raised = *Record;
    Final = *Context;
    End = LastChance;
    __builtin_longjmp(Out, 1);
}

VOID RtlpNoteEvent(MICA_EVENT_KIND Kind, ULONG A, ULONG B, ULONG C, ULONG D)
{
    (VOID) Kind, (VOID)A, (VOID)B, (VOID)C, (VOID)D;
}

/* A chain of Count frames, four dwords apart, the innermost at index 4; all search on. */
static void Build(int Count)
{
    for (int i = 0; i < 64; i++) {
        Stack[i] = 0;
        Answer[i] = ExceptionContinueSearch;
        Dispatched[i] = NULL;
    }
    for (int i = 0; i < Count; i++) {
        FRAME(4 + 4 * i)->Next = i == Count - 1 ? EXCEPTION_CHAIN_END : FRAME(8 + 4 * i);
        FRAME(4 + 4 * i)->Handler = (PEXCEPTION_ROUTINE)(0x401000 + i);
    }
    Head = Count != 0 ? FRAME(4) : EXCEPTION_CHAIN_END;
    Vectored = ChainValid = FALSE;
    Policy = Continued = NewEax = 0;
    Refused = NULL;
    CallCount = 0;
    Raised = (EXCEPTION_RECORD){0};
    End = Returned;
}

static EXCEPTION_RECORD Record;
