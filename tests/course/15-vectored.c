/* SPDX-License-Identifier: MIT */
/*
 * Vectored handlers: before all frames, in an order of their own, edits kept; and the continue
 * handlers behind everybody. Source: nt-facts 4.9 (Wine's tests on Windows XP and later).
 */
#include "course.h"

static ULONG Mode;
static PVOID First, Second, Third;

enum { Pass, Continue, RemoveSelf, RemoveOther, Recurse };

static LONG Note(PCSTR Name, PEXCEPTION_POINTERS Pointers, LONG Verdict)
{
    Print("  %s: %s\n", Name, StatusName(Pointers->ExceptionRecord->ExceptionCode));
    return Verdict;
}

static LONG NTAPI FirstHandler(PEXCEPTION_POINTERS Pointers)
{
    return Note("first", Pointers, 0);
}

static LONG NTAPI SecondHandler(PEXCEPTION_POINTERS Pointers)
{
    Note("second", Pointers, 0);
    switch (Mode) {
    case Continue:
        Pointers->ContextRecord->Eip += 2;
        return -1;
    case RemoveSelf:
        Print("  removes itself: %lu\n", RtlRemoveVectoredExceptionHandler(Second));
        return 0;
    case RemoveOther:
        Print("  removes the third: %lu\n", RtlRemoveVectoredExceptionHandler(Third));
        return 0;
    case Recurse:
        Mode = Pass;
        __try {
            Peek((PVOID)0x10);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            Print("  handled inside the second\n");
        }
        return 0;
    default:
        return 0;
    }
}

static LONG NTAPI ThirdHandler(PEXCEPTION_POINTERS Pointers)
{
    return Note("third", Pointers, 0);
}

static LONG NTAPI Going(PEXCEPTION_POINTERS Pointers)
{
    return Note("continue handler", Pointers, 0);
}

static LONG NTAPI Registers(PEXCEPTION_POINTERS Pointers)
{
    Pointers->ContextRecord->Eax = 0x1234;
    Pointers->ContextRecord->Eip += 2;
    return -1;
}

static EXCEPTION_DISPOSITION Frame(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Own,
                                   PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Own;
    (VOID) Dispatcher;
    Print("  frame: %s\n", StatusName(Record->ExceptionCode));
    Context->Eip += 2;
    return ExceptionContinueExecution;
}

static DECLSPEC_NOINLINE VOID Ud2(VOID)
{
    __asm__ volatile("ud2");
}

/* Needs no frame, so it works where the chain is damaged. */
static LONG NTAPI Mend(PEXCEPTION_POINTERS Pointers)
{
    Pointers->ContextRecord->Eip += 2;
    return -1;
}

static VOID All(ULONG Wanted)
{
    Mode = Wanted;
    Ud2();
}

int main(int argc, char **argv)
{
    EXCEPTION_REGISTRATION_RECORD Own = {ChainHead(), Frame};
    PVOID Handle;
    ULONG Eax;

    (VOID) argc;
    (VOID) argv;
    SetChainHead(&Own);
    CASE("asked before the frames, the last registered as first before the others");
    Second = RtlAddVectoredExceptionHandler(0, SecondHandler);
    Third = RtlAddVectoredExceptionHandler(0, ThirdHandler);
    First = RtlAddVectoredExceptionHandler(1, FirstHandler);
    All(Pass);

    CASE("one that continues ends it: neither the next nor a frame is asked");
    All(Continue);

    CASE("an exception inside one goes through all of them again");
    All(Recurse);

    CASE("one may remove itself while it runs, once");
    All(RemoveSelf);
    Print(" and afterwards, when removing it once more does nothing: %lu\n",
          RtlRemoveVectoredExceptionHandler(Second));
    All(Pass);

    CASE("one may remove the next");
    Second = RtlAddVectoredExceptionHandler(1, SecondHandler);
    All(RemoveOther);
    RtlRemoveVectoredExceptionHandler(Second);

    CASE("continue handlers are told when a frame, or a vectored handler, goes on");
    Handle = RtlAddVectoredContinueHandler(0, Going);
    All(Pass);
    Second = RtlAddVectoredExceptionHandler(0, SecondHandler);
    All(Continue);
    RtlRemoveVectoredContinueHandler(Handle);
    RtlRemoveVectoredExceptionHandler(Second);
    RtlRemoveVectoredExceptionHandler(First);

    CASE("nor when there is none any more");
    All(Pass);

    CASE("changes to the context hold");
    Handle = RtlAddVectoredExceptionHandler(0, Registers);
    __asm__ volatile("xorl %%eax, %%eax\n\tud2" : "=a"(Eax));
    Print("  eax %lX\n", Eax);
    RtlRemoveVectoredExceptionHandler(Handle);

    CASE("they come before the stack is looked at: a damaged chain does not matter");
    Handle = RtlAddVectoredExceptionHandler(0, Mend);
    SetChainHead((PVOID)0x30);
    Ud2();
    SetChainHead(Own.Next);
    RtlRemoveVectoredExceptionHandler(Handle);
    Print("  went on\n");

    CASE("what was never registered is not removed");
    Print("  %lu %lu\n", RtlRemoveVectoredExceptionHandler(NULL),
          RtlRemoveVectoredExceptionHandler(Handle));

    CASE("a thousand of them");
    {
        static PVOID Many[1000];
        ULONG Added = 0, Removed = 0;

        for (ULONG i = 0; i < ARRAYSIZE(Many); i++) {
            Many[i] = RtlAddVectoredExceptionHandler(0, Mend);
            Added += Many[i] != NULL;
        }
        Ud2();
        for (ULONG i = 0; i < ARRAYSIZE(Many); i++) {
            Removed += RtlRemoveVectoredExceptionHandler(Many[i]);
        }
        Print("  added %lu, removed %lu\n", Added, Removed);
    }
    return 0;
}
