/* SPDX-License-Identifier: MIT */
/*
 * RtlUnwind by hand: which handlers clean up, what they see, where it comes back, and how it can go
 * wrong. Source: nt-facts 4.7 (and Wine's tests for the return value).
 */
#include "course.h"

typedef struct _LINK {
    EXCEPTION_REGISTRATION_RECORD Registration;
    PCSTR Name;
    ULONG Answer, NewEax;
} LINK;

static EXCEPTION_RECORD Own;

static EXCEPTION_DISPOSITION Handler(PEXCEPTION_RECORD Record,
                                     PEXCEPTION_REGISTRATION_RECORD Registration, PCONTEXT Context,
                                     PVOID Dispatcher)
{
    LINK *Link = CONTAINING_RECORD(Registration, LINK, Registration);
    ULONG Answer;

    (VOID) Dispatcher;
    if (!(Record->ExceptionFlags & EXCEPTION_UNWIND)) {
        return ExceptionContinueSearch;
    }
    Print("  %s cleans up: %s, flags %lX\n", Link->Name, StatusName(Record->ExceptionCode),
          Record->ExceptionFlags);
    if (Link->NewEax != 0) {
        Context->Eax = Link->NewEax;
    }
    Answer = Link->Answer;
    Link->Answer = ExceptionContinueSearch; /* once: the unwind that follows comes here too */
    return (EXCEPTION_DISPOSITION)Answer;
}

/* Frames must lie in the order of their nesting, in the stack. */
static VOID Push(LINK *Frames, ULONG Count)
{
    static const PCSTR Names[] = {"the innermost", "the second", "the third", "the fourth"};

    for (ULONG i = Count; i-- != 0;) {
        Frames[i] = (LINK){{ChainHead(), Handler}, Names[i], ExceptionContinueSearch, 0};
        SetChainHead(&Frames[i].Registration);
    }
}

static ULONG EbxAfter, EbpKept;

/* RtlUnwind destroys EBX, ESI and EDI, so its caller here keeps them. */
static DECLSPEC_NOINLINE ULONG Unwind(PVOID Target, PEXCEPTION_RECORD Record, ULONG Value)
{
    ULONG Result;

    __asm__ volatile(
        "pushl %%ebx\n\tpushl %%esi\n\tpushl %%edi\n\tpushl %%ebp\n\t"
        "movl $0x1111, %%ebx\n\tpushl %%edx\n\tpushl %%ecx\n\tpushl $0\n\tpushl %%eax\n\t"
        "call _RtlUnwind@16\n\tmovl %%ebx, %1\n\t"
        "movl %%ebp, %%ecx\n\tsubl (%%esp), %%ecx\n\tmovl %%ecx, %2\n\t"
        "popl %%ebp\n\tpopl %%edi\n\tpopl %%esi\n\tpopl %%ebx"
        : "=a"(Result), "=m"(EbxAfter), "=m"(EbpKept)
        : "0"(Target), "c"(Record), "d"(Value)
        : "memory", "cc");
    return Result;
}

static LONG TellChained(PEXCEPTION_POINTERS Pointers)
{
    PEXCEPTION_RECORD Record = Pointers->ExceptionRecord;

    Print("  raised: %s, flags %lX", StatusName(Record->ExceptionCode), Record->ExceptionFlags);
    if (Record->ExceptionRecord != NULL) {
        Print(", about %s", StatusName(Record->ExceptionRecord->ExceptionCode));
    }
    Print("\n");
    return EXCEPTION_EXECUTE_HANDLER;
}

/* The frames stand inside this one's __try; a failing unwind raises into it. */
static DECLSPEC_NOINLINE VOID Guarded(VOID (*Body)(LINK *Frames, PVOID Outside))
{
    LINK Frames[4];

    __try {
        Body(Frames, ChainHead());
    } __except (TellChained(GetExceptionInformation())) {
    }
}

static VOID Between(LINK *Frames, PVOID Outside)
{
    (VOID) Outside;
    Push(Frames, 3);
    Unwind((PUCHAR)&Frames[1] - 4, NULL, 0);
}

static VOID Misaligned(VOID)
{
    PVOID Outside = ChainHead();
    LINK Frames[2];

    Push(Frames, 2);
    Frames[0].Registration.Next = (PVOID)((ULONG)&Frames[1] + 2);
    Unwind(Outside, NULL, 0);
}

static VOID Elsewhere(VOID)
{
    PVOID Outside = ChainHead();
    LINK Frames[1];

    Push(Frames, 1);
    Frames[0].Registration.Next = (PVOID)0x1000;
    Unwind(Outside, NULL, 0);
}

static VOID Answers(LINK *Frames, PVOID Outside)
{
    Push(Frames, 2);
    Frames[0].Answer = ExceptionContinueExecution;
    Unwind(Outside, NULL, 0);
}

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();
    ULONG Result;
    LINK Frames[4];

    (VOID) argc;
    (VOID) argv;
    CASE("the frames inside the target clean up, innermost first; the target itself is not called");
    Push(Frames, 4);
    Result = Unwind(&Frames[2], NULL, 0x77);
    Print("  back with %lX; the chain begins at the target: %d\n", Result,
          ChainHead() == &Frames[2].Registration);
    SetChainHead(Chain);

    CASE("the target may be the head: nothing to do");
    Push(Frames, 2);
    Result = Unwind(&Frames[0], NULL, 0x78);
    Print("  back with %lX; the chain begins at the target: %d\n", Result,
          ChainHead() == &Frames[0].Registration);
    SetChainHead(Chain);

    CASE("the caller's own record is used, and says UNWINDING afterwards");
    Push(Frames, 2);
    Own = (EXCEPTION_RECORD){.ExceptionCode = (NTSTATUS)0xE0000005};
    Unwind(&Frames[1], &Own, 0);
    Print("  flags now %lX\n", Own.ExceptionFlags);
    SetChainHead(Chain);

    CASE("a handler may change what RtlUnwind returns");
    Push(Frames, 3);
    Frames[1].NewEax = 0x1234;
    Result = Unwind(&Frames[2], NULL, 0x77);
    Print("  back with %lX\n", Result);
    SetChainHead(Chain);

    CASE("a target that is passed is none");
    Guarded(Between);

    CASE("a damaged chain (so no frame can see what is raised, a vectored handler can)");
    ESCAPING(Misaligned);
    ESCAPING(Elsewhere);

    CASE("an answer that is none");
    Guarded(Answers);

    CASE("the end of the chain as the target: everybody, and back");
    {
        EXCEPTION_REGISTRATION_RECORD *Outer = ChainHead();

        Push(Frames, 2);
        Frames[1].Registration.Next = EXCEPTION_CHAIN_END;
        Unwind(EXCEPTION_CHAIN_END, NULL, 0);
        Print("  the chain is empty: %d\n", ChainHead() == EXCEPTION_CHAIN_END);
        SetChainHead(Outer);
    }

    CASE("EBP is the caller's afterwards");
    Push(Frames, 2);
    Unwind(&Frames[1], NULL, 0);
    Print("  ebp differs by %lX\n", EbpKept);
    SetChainHead(Chain);
    return 0;
}
