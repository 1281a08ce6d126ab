/* SPDX-License-Identifier: MIT */
/* uses: kernel/rtl/exception.c kernel/rtl/unwind.c */
/* RtlUnwind on made-up stacks. nt-facts 4.7. */
#include "chain.h"

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
    Targets();
    BadUnwinds();
    Collided();
    return UnitResult();
}
