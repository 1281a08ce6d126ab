/* SPDX-License-Identifier: MIT */
/* uses: kernel/rtl/exception.c */
/* RtlDispatchException on made-up stacks: every way a walk can go and end. nt-facts 4.5. */
#include "chain.h"

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

int main(void)
{
    Walks();
    Noncontinuable();
    Bounds();
    Nested();
    WhatRingsAdd();
    return UnitResult();
}
