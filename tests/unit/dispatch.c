/* SPDX-License-Identifier: MIT */
/* uses: kernel/rtl/exception.c kernel/rtl/unwind.c */
/*
 * RtlDispatchException and RtlUnwind on made-up stacks: every way a walk can go and end. nt-facts
 * 4.5 and 4.7.
 */
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

/* TRUE, FALSE, or -1: it raised (in Raised). */
static int Dispatch(ULONG Flags)
{
    CONTEXT Context = {0};

    Record = (EXCEPTION_RECORD){.ExceptionCode = STATUS_ACCESS_VIOLATION, .ExceptionFlags = Flags};
    if (__builtin_setjmp(Out) != 0) {
        return -1;
    }
    return RtlDispatchException(&Record, &Context);
}

static void Walks(void)
{
    Build(0);
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(Record.ExceptionFlags, 0);
    Build(3);
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 3);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(Calls[i].Frame, FRAME(4 + 4 * i));
    }
    CHECK_EQ(Head, FRAME(4)); /* the search changes nothing */
    CHECK_EQ(Continued, 0);
    Build(3);
    Answer[8] = ExceptionContinueExecution;
    CHECK_EQ(Dispatch(0), TRUE);
    CHECK_EQ(CallCount, 2);
    CHECK_EQ(Continued, 1);
}

static void Noncontinuable(void)
{
    Build(2);
    Answer[4] = ExceptionContinueExecution;
    CHECK_EQ(Dispatch(EXCEPTION_NONCONTINUABLE), -1);
    CHECK_EQ(Raised.ExceptionCode, STATUS_NONCONTINUABLE_EXCEPTION);
    CHECK_EQ(Raised.ExceptionFlags, EXCEPTION_NONCONTINUABLE);
    CHECK_EQ(Raised.ExceptionRecord, &Record);
    CHECK_EQ(Raised.NumberParameters, 0);
    CHECK_EQ(Continued, 0);
    for (int Bad = 3; Bad < 6; Bad++) {
        Build(2);
        Answer[4] = (EXCEPTION_DISPOSITION)(Bad == 5 ? -1 : Bad);
        CHECK_EQ(Dispatch(0), -1);
        CHECK_EQ(Raised.ExceptionCode, STATUS_INVALID_DISPOSITION);
        CHECK_EQ(Raised.ExceptionFlags, EXCEPTION_NONCONTINUABLE);
        CHECK_EQ(Raised.ExceptionRecord, &Record);
    }
}

static void Damaged(PEXCEPTION_REGISTRATION_RECORD Second, int Expected)
{
    Build(1);
    FRAME(4)->Next = Second;
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, Expected);
    CHECK_EQ(Record.ExceptionFlags, Expected == 1 ? EXCEPTION_STACK_INVALID : 0);
}

static void Bounds(void)
{
    FRAME(62)->Next = EXCEPTION_CHAIN_END;
    Damaged((PVOID)0, 1); /* NULL is not the end */
    Damaged((PVOID)(LOW - 4), 1);
    Damaged((PVOID)(LOW - 8), 1);
    Damaged((PVOID)(HIGH - 4), 1);
    Damaged((PVOID)HIGH, 1);
    Damaged((PVOID)0xFFFFFFFC, 1);
    Damaged((PVOID)0xFFFFFFFE, 1);
    Damaged((PVOID)((ULONG)FRAME(8) + 1), 1);
    Damaged((PVOID)((ULONG)FRAME(8) + 2), 1);
    Damaged((PVOID)((ULONG)FRAME(8) + 3), 1);
    Build(1);
    FRAME(4)->Next = FRAME(62); /* the highest place, eight bytes below the end */
    FRAME(62)->Next = EXCEPTION_CHAIN_END;
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 2);
    CHECK_EQ(Record.ExceptionFlags, 0);
    Build(1);
    FRAME(4)->Next = FRAME(0); /* and the lowest; the walk does not ask for an order */
    FRAME(0)->Next = EXCEPTION_CHAIN_END;
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 2);
    Build(2);
    CHECK_EQ(Dispatch(EXCEPTION_STACK_INVALID),
             FALSE); /* already known: one handler, then no more */
    CHECK_EQ(CallCount, 1);
}

/* A protector at 4 says: the frame at 12 was running its handler. */
static void Nested(void)
{
    Build(4);
    Answer[4] = ExceptionNestedException;
    Dispatched[4] = FRAME(12);
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 4);
    CHECK_EQ(Calls[0].Flags, 0);
    CHECK_EQ(Calls[1].Flags, EXCEPTION_NESTED_CALL);
    CHECK_EQ(Calls[2].Flags, EXCEPTION_NESTED_CALL); /* that frame itself still */
    CHECK_EQ(Calls[3].Flags, 0);
    CHECK_EQ(Record.ExceptionFlags, 0);
    Build(5); /* two of them: the outer one counts */
    Answer[4] = Answer[8] = ExceptionNestedException;
    Dispatched[4] = FRAME(16);
    Dispatched[8] = FRAME(12);
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(Calls[3].Flags, EXCEPTION_NESTED_CALL);
    CHECK_EQ(Calls[4].Flags, 0);
    Build(4); /* accepted by the very frame that was running */
    Answer[4] = ExceptionNestedException;
    Dispatched[4] = FRAME(8);
    Answer[8] = ExceptionContinueExecution;
    CHECK_EQ(Dispatch(0), TRUE);
    CHECK_EQ(Record.ExceptionFlags, 0);
}

static void WhatRingsAdd(void)
{
    Build(2);
    Vectored = TRUE;
    CHECK_EQ(Dispatch(EXCEPTION_NONCONTINUABLE), TRUE);
    CHECK_EQ(CallCount, 0);
    CHECK_EQ(Continued, 1);
    Build(2);
    Policy = RTLP_CHECK_CHAIN;
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 0);
    CHECK_EQ(Record.ExceptionFlags, EXCEPTION_STACK_INVALID);
    Build(2);
    Policy = RTLP_CHECK_CHAIN;
    ChainValid = TRUE;
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 2);
    Build(3);
    Policy = RTLP_CHECK_HANDLER;
    Refused = FRAME(8)->Handler;
    CHECK_EQ(Dispatch(0), FALSE);
    CHECK_EQ(CallCount, 1);
    CHECK_EQ(Record.ExceptionFlags, EXCEPTION_STACK_INVALID);
}

static void Unwind(PVOID Target, PEXCEPTION_RECORD Given)
{
    if (__builtin_setjmp(Out) == 0) {
        RtlUnwind(Target, NULL, Given, (PVOID)0x1234);
    }
}

static void Targets(void)
{
    Build(4);
    Record = (EXCEPTION_RECORD){.ExceptionCode = STATUS_ACCESS_VIOLATION};
    Unwind(FRAME(12), &Record);
    CHECK_EQ(End, ContinuedAt);
    CHECK_EQ(CallCount, 2); /* not the target's */
    CHECK_EQ(Calls[0].Flags, EXCEPTION_UNWINDING);
    CHECK_EQ(Calls[1].Frame, FRAME(8));
    CHECK_EQ(Head, FRAME(12)); /* which stays linked */
    CHECK_EQ(Record.ExceptionFlags, EXCEPTION_UNWINDING);
    CHECK_EQ(Final.Eax, 0x1234);
    CHECK_EQ(Final.ContextFlags, CONTEXT_FULL);
    CHECK_EQ(Final.Ebx | Final.Esi | Final.Edi | Final.Ecx | Final.Edx, 0);
    Build(2);
    Unwind(FRAME(4), NULL); /* the head itself: nobody is called */
    CHECK_EQ(End, ContinuedAt);
    CHECK_EQ(CallCount, 0);
    Build(3);
    NewEax = 0x5678; /* a handler may choose what RtlUnwind returns */
    Unwind(FRAME(8), NULL);
    CHECK_EQ(Final.Eax, 0x5678);
    Build(3);
    Unwind(NULL, &Record); /* exit unwind: everybody, then the last chance */
    CHECK_EQ(End, LastChance);
    CHECK_EQ(CallCount, 3);
    CHECK_EQ(Calls[2].Flags, EXCEPTION_UNWINDING | EXCEPTION_EXIT_UNWIND);
    CHECK_EQ(Head, EXCEPTION_CHAIN_END);
    Build(3);
    Unwind(EXCEPTION_CHAIN_END, NULL); /* all of them, and back */
    CHECK_EQ(End, ContinuedAt);
    CHECK_EQ(CallCount, 3);
    Build(3);
    Unwind(FRAME(40), NULL); /* above the last: the chain ends first */
    CHECK_EQ(End, LastChance);
    CHECK_EQ(CallCount, 3);
    CHECK_EQ(Raised.ExceptionCode, STATUS_UNWIND);
}

static void BadUnwinds(void)
{
    Build(3);
    Unwind(FRAME(6), NULL); /* between two frames: passed */
    CHECK_EQ(End, RaisedIt);
    CHECK_EQ(CallCount, 1);
    CHECK_EQ(Raised.ExceptionCode, STATUS_INVALID_UNWIND_TARGET);
    CHECK_EQ(Raised.ExceptionFlags, EXCEPTION_NONCONTINUABLE);
    CHECK_EQ(Raised.ExceptionRecord->ExceptionCode, STATUS_UNWIND);
    Build(2);
    FRAME(4)->Next = (PVOID)(HIGH - 4);
    Unwind(EXCEPTION_CHAIN_END, NULL);
    CHECK_EQ(End, RaisedIt);
    CHECK_EQ(CallCount, 1);
    CHECK_EQ(Raised.ExceptionCode, STATUS_BAD_STACK);
    Build(2);
    FRAME(4)->Next = (PVOID)((ULONG)FRAME(8) + 2);
    Unwind(EXCEPTION_CHAIN_END, NULL);
    CHECK_EQ(Raised.ExceptionCode, STATUS_BAD_STACK);
    for (int Bad = 0; Bad < 5; Bad++) {
        if (Bad != ExceptionContinueSearch && Bad != ExceptionCollidedUnwind) {
            Build(2);
            Answer[4] = (EXCEPTION_DISPOSITION)Bad;
            Unwind(FRAME(8), NULL);
            CHECK_EQ(End, RaisedIt);
            CHECK_EQ(Raised.ExceptionCode, STATUS_INVALID_DISPOSITION);
        }
    }
}

/* A protector at 4 says: frame 12 is being unwound already. */
static void Collided(void)
{
    Build(5);
    Answer[4] = ExceptionCollidedUnwind;
    Dispatched[4] = FRAME(12);
    Unwind(FRAME(20), NULL);
    CHECK_EQ(End, ContinuedAt);
    CHECK_EQ(CallCount, 2);
    CHECK_EQ(Calls[0].Frame, FRAME(4));
    CHECK_EQ(Calls[1].Frame, FRAME(16)); /* behind that frame */
    CHECK_EQ(Head, FRAME(20));
}

int main(void)
{
    Walks();
    Noncontinuable();
    Bounds();
    Nested();
    WhatRingsAdd();
    Targets();
    BadUnwinds();
    Collided();
    return UnitResult();
}
