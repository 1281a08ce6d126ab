/* SPDX-License-Identifier: MIT */
/*
 * #PF, vector 0E: what memory says no to, what the handler is told of it, and what it can do.
 * Source: nt-facts 2.3; Intel SDM 3A, 6.15. A fetch is told as a read: there is no no-execute bit.
 * Left out: instructions that read and write (a processor tells the write, QEMU's TCG the read).
 */
#include "course.h"

static PUCHAR Pages;

/* Addresses inside Pages as page and offset: where it lies is not the point. */
static VOID Tell(PCSTR Name)
{
    ULONG Address = Seen.Record.ExceptionInformation[1];

    if (Seen.Count == 0) {
        Print("  %-26s no exception\n", Name);
    } else if (Address - (ULONG)Pages < 16 * PAGE_SIZE) {
        Print("  %-26s %08lX {%lX, page %lu + %lX}\n", Name, Seen.Record.ExceptionCode,
              Seen.Record.ExceptionInformation[0], (Address - (ULONG)Pages) / PAGE_SIZE,
              Address % PAGE_SIZE);
    } else {
        Print("  %-26s %08lX {%lX, %lX}\n", Name, Seen.Record.ExceptionCode,
              Seen.Record.ExceptionInformation[0], Address);
    }
}

CODE(Load, 0x8B, 0x03);            /* mov eax, [ebx] */
CODE(Store, 0x89, 0x03);           /* mov [ebx], eax */
CODE(Pop, 0x6A, 0x01, 0x8F, 0x03); /* push 1; pop [ebx] */
CODE(Jump, 0xFF, 0xE3);            /* jmp ebx */

static VOID Touch(PCSTR Name, const VOID *Code, ULONG Address)
{
    Run(Code, (PVOID)Address);
    Tell(Name);
}

/* rep movsb from readable memory into what ends in a page that is not. */
static VOID String(VOID)
{
    CODE(Move, 0xB9, 0x20, 0, 0, 0, 0x8D, 0x7B, 0xF0, 0xBE, 0, 0, 0x40, 0, 0xF3, 0xA4);

    Run(Move, Pages + PAGE_SIZE);
    Tell("rep movsb over the edge");
    Print("  %-26s ecx %lX, edi page %lu + %lX, at %s\n", "", Seen.Context.Ecx,
          (Seen.Context.Edi - (ULONG)Pages) / PAGE_SIZE, Seen.Context.Edi % PAGE_SIZE,
          Where((ULONG)Seen.Record.ExceptionAddress, Move));
}

/* Commits what was touched, as a program's own demand paging does. */
static ULONG Committed;

static EXCEPTION_DISPOSITION Commit(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                    PCONTEXT Context, PVOID Dispatcher)
{
    PVOID Base = (PVOID)Record->ExceptionInformation[1];
    ULONG Size = 1;

    (VOID) Frame;
    (VOID) Context;
    (VOID) Dispatcher;
    if (Record->ExceptionCode != STATUS_ACCESS_VIOLATION ||
        !NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_COMMIT,
                                            PAGE_READWRITE))) {
        return ExceptionContinueSearch;
    }
    Committed++;
    return ExceptionContinueExecution;
}

static VOID Demand(VOID)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {ChainHead(), Commit};
    ULONG Size = 16 * PAGE_SIZE, Sum = 0;
    volatile UCHAR *Bytes;
    PVOID Base = NULL;

    NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_RESERVE, PAGE_READWRITE);
    Bytes = Base;
    SetChainHead(&Frame);
    for (ULONG i = 0; i < Size; i += PAGE_SIZE / 4) {
        Bytes[i] = 1;
        Sum += Bytes[i];
    }
    SetChainHead(Frame.Next);
    Print("  %lu writes, %lu pages committed\n", Sum, Committed);
}

/* Grows the stack a page at a time; the compiler must not make a loop of it. */
static ULONG Recurse(ULONG Depth);
static ULONG (*volatile Again)(ULONG) = Recurse;

static ULONG Recurse(ULONG Depth)
{
    volatile UCHAR Bytes[0x780];

    Bytes[Depth % sizeof(Bytes)] = 1;
    return Depth == 0 ? 1 : Again(Depth - 1) + Bytes[Depth % sizeof(Bytes)];
}

static VOID Stack(VOID)
{
    PTEB Teb = NtCurrentTeb();
    ULONG Before = (ULONG)Teb->NtTib.StackLimit;

    Recurse(20);
    Print("  the limit in the TEB went down: %d\n", (ULONG)Teb->NtTib.StackLimit < Before);
    Before = (ULONG)Teb->NtTib.StackLimit;
    Recurse(20);
    Print("  the second time it stays: %d\n", (ULONG)Teb->NtTib.StackLimit == Before);
}

static LONG TellOverflow(PEXCEPTION_POINTERS Pointers)
{
    PEXCEPTION_RECORD Record = Pointers->ExceptionRecord;
    PTEB Teb = NtCurrentTeb();

    Print("  %08lX, %lu parameters, a write %lu, flags %lX\n", Record->ExceptionCode,
          Record->NumberParameters, Record->ExceptionInformation[0], Record->ExceptionFlags);
    Print("  in the last page but one: %d, which is now the limit: %d\n",
          Record->ExceptionInformation[1] - (ULONG)Teb->DeallocationStack < 2 * PAGE_SIZE,
          PAGE_ALIGN(Record->ExceptionInformation[1]) == (ULONG)Teb->NtTib.StackLimit);
    return EXCEPTION_EXECUTE_HANDLER;
}

static VOID Overflow(VOID)
{
    __try {
        Recurse(0xFFFFFFFF);
    } __except (TellOverflow(GetExceptionInformation())) {
        Print("  going on\n");
    }
}

int main(int argc, char **argv)
{
    PVOID Base;
    ULONG Size;

    (VOID) argc;
    (VOID) argv;
    Pages = NewPages(4, PAGE_READWRITE);

    CASE("nothing there: a read says 0, a write 1, and the address is the one touched");
    Touch("read 10", Load, 0x10);
    Touch("write 10", Store, 0x10);
    Touch("pop to 10", Pop, 0x10);
    Touch("read ffff", Load, 0xFFFF);

    CASE("a fetch is a read at the address jumped to");
    Run(Jump, (PVOID)0x20);
    Report("jmp 20", Jump);

    CASE("addresses of the kernel are told as they are, whether something is there or not");
    Touch("read 80100000", Load, 0x80100000);
    Touch("write 80100000", Store, 0x80100000);
    Touch("read c0300000", Load, 0xC0300000);
    Touch("write ffdff000", Store, 0xFFDFF000);
    Touch("read 7fff0000", Load, 0x7FFF0000);

    CASE("protection: reads of a read-only page pass, writes do not");
    Protect(Pages, PAGE_SIZE, PAGE_READONLY);
    Touch("read", Load, (ULONG)Pages + 8);
    Touch("write", Store, (ULONG)Pages + 8);
    Touch("own code", Store, (ULONG)Load);
    Touch("shared user data", Store, 0x7FFE0000);

    CASE("PAGE_NOACCESS refuses both");
    Protect(Pages, PAGE_SIZE, PAGE_NOACCESS);
    Touch("read", Load, (ULONG)Pages + 8);
    Touch("write", Store, (ULONG)Pages + 8);
    Protect(Pages, PAGE_SIZE, PAGE_READWRITE);
    Touch("read, given back", Load, (ULONG)Pages + 8);

    CASE("an access across two pages tells the first address that failed");
    Protect(Pages + PAGE_SIZE, PAGE_SIZE, PAGE_NOACCESS);
    Touch("read of 2 + 2 bytes", Load, (ULONG)Pages + PAGE_SIZE - 2);
    Touch("write of 2 + 2 bytes", Store, (ULONG)Pages + PAGE_SIZE - 2);

    CASE("a string instruction has done what it could, and its registers say so");
    String();

    CASE("decommitted pages are nothing");
    Base = Pages + 2 * PAGE_SIZE;
    Size = PAGE_SIZE;
    NtFreeVirtualMemory(NtCurrentProcess(), &Base, &Size, MEM_DECOMMIT);
    Touch("read", Load, (ULONG)Base);
    Touch("the one behind", Load, (ULONG)Base + PAGE_SIZE);

    CASE("a guard page tells once, and is an ordinary page then");
    Protect(Pages + 3 * PAGE_SIZE, PAGE_SIZE, PAGE_READWRITE | PAGE_GUARD);
    Touch("first write", Store, (ULONG)Pages + 3 * PAGE_SIZE + 4);
    Touch("second write", Store, (ULONG)Pages + 3 * PAGE_SIZE + 4);
    Protect(Pages + 3 * PAGE_SIZE, PAGE_SIZE, PAGE_READWRITE | PAGE_GUARD);
    Touch("first read", Load, (ULONG)Pages + 3 * PAGE_SIZE + 8);

    CASE("a handler that commits the page makes the instruction work: demand paging by hand");
    Demand();

    CASE("the stack grows through its guard page without an exception");
    Stack();

    CASE("and overflows in its last page but one");
    Overflow();
    return 0;
}
