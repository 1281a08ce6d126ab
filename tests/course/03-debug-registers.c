/* SPDX-License-Identifier: MIT */
/*
 * Hardware breakpoints: Dr0-3, 6 and 7 are a thread's own. What may be set, when they fire, what
 * the handler sees. Source: nt-facts 2.1, 3.9, 3.11 (from Wine's tests on Windows); Intel SDM 3A,
 * 17.2.
 */
#include "course.h"

enum { Execute = 0, Write = 1, Access = 3 };

/* Dr7 for one breakpoint: Length in bytes, Kind as above. */
static ULONG Arm(ULONG Index, ULONG Kind, ULONG Length)
{
    return 1UL << Index * 2 | (Kind | (Length - 1) << 2) << (16 + Index * 4);
}

static const CONTEXT *Set(ULONG Dr0, ULONG Dr1, ULONG Dr2, ULONG Dr3, ULONG Dr6, ULONG Dr7)
{
    static CONTEXT Context;

    Context.ContextFlags = CONTEXT_DEBUG_REGISTERS;
    Context.Dr0 = Dr0;
    Context.Dr1 = Dr1;
    Context.Dr2 = Dr2;
    Context.Dr3 = Dr3;
    Context.Dr6 = Dr6;
    Context.Dr7 = Dr7;
    NtSetContextThread(NtCurrentThread(), &Context);
    Context.Dr0 = Context.Dr1 = Context.Dr2 = Context.Dr3 = Context.Dr6 = Context.Dr7 = 0x99;
    NtGetContextThread(NtCurrentThread(), &Context);
    return &Context;
}

static VOID ShowSet(PCSTR Name, const CONTEXT *Context)
{
    Print("  %-26s dr0 %lX dr1 %lX dr2 %lX dr3 %lX dr6 %lX dr7 %lX\n", Name, Context->Dr0,
          Context->Dr1, Context->Dr2, Context->Dr3, Context->Dr6 & 0xE00F,
          Context->Dr7 & ~0xDC00UL);
}

CODE(Store4, 0x89, 0x03);                /* mov [ebx], eax */
CODE(Store1, 0x88, 0x43, 0x01);          /* mov [ebx+1], al */
CODE(Load4, 0x8B, 0x03);                 /* mov eax, [ebx] */
CODE(Nops, 0x90, 0x40, 0x40, 0x90);      /* nop; inc eax; inc eax; nop */
CODE(Two, 0x89, 0x03, 0x89, 0x43, 0x04); /* mov [ebx], eax; mov [ebx+4], eax */

static VOID Fire(PCSTR Name, const VOID *Code)
{
    Run(Code, Scratch);
    Report(Name, Code);
    if (Seen.Count != 0) {
        Print("  %-26s dr6 %lX, tf %lu\n", "", Seen.Context.Dr6 & 0xE00F,
              (Seen.Context.EFlags & FLAG_TF) != 0);
    }
}

/* Steps over an execute breakpoint with RF, counts how often each address is met. */
static ULONG Hits;

static EXCEPTION_DISPOSITION WithRf(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                    PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    if (Record->ExceptionCode != STATUS_SINGLE_STEP || Hits++ > 8) {
        return ExceptionContinueSearch;
    }
    Context->EFlags |= FLAG_RF;
    return ExceptionContinueExecution;
}

/* Arms a write breakpoint from inside a handler, as a debugger without a debugger would. */
static EXCEPTION_DISPOSITION Arming(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                    PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    if (Record->ExceptionCode == STATUS_BREAKPOINT) {
        Context->Dr0 = (ULONG)Scratch;
        Context->Dr7 = Arm(0, Write, 4);
        Context->Eip++;
        return ExceptionContinueExecution;
    }
    Hits++;
    Print("  watched: %08lX, dr6 %lX, cell %lX\n", Record->ExceptionCode, Context->Dr6 & 0xE00F,
          Scratch[0]);
    Context->Dr7 = 0;
    return ExceptionContinueExecution;
}

static DECLSPEC_NOINLINE ULONG Call(const VOID *Code)
{
    return ((ULONG(*)(VOID))Code)();
}

int main(int argc, char **argv)
{
    EXCEPTION_REGISTRATION_RECORD Frame;
    LARGE_INTEGER Soon = {.QuadPart = -200000}, Now;
    ULONG Value;

    (VOID) argc;
    (VOID) argv;
    CASE("what is set is what is read, but for the bits that are not a program's");
    ShowSet("two of four armed", Set(0x42424240, 0, 0x126BB070, 0x0BADBAD0, 0, 0xFFFF0115));
    ShowSet("one armed", Set(0x42424242, 0, 0x100F0FE7, 0x0ABEBABE, 0, 0x115));
    ShowSet("global enables, GD", Set(0x1000, 0, 0, 0, 0, 0xFFFFFFFF));

    CASE("an address in the kernel is no breakpoint: it becomes 0");
    ShowSet("80000000 and up", Set(0x80000000, 0xFFDFF000, 0x7FFEFFFF, 0x7FFF0000, 0, 0x55));

    CASE("with none armed there are no debug registers");
    ShowSet("disarmed", Set(0x1000, 0x2000, 0x3000, 0x4000, 0, 0));

    CASE("a write breakpoint fires behind the instruction, not at reads");
    Set((ULONG)Scratch, 0, 0, 0, 0, Arm(0, Write, 4));
    Fire("mov [ebx], eax", Store4);
    Fire("mov eax, [ebx]", Load4);
    Fire("a byte of the four", Store1);

    CASE("an access breakpoint fires at both");
    Set((ULONG)Scratch, 0, 0, 0, 0, Arm(0, Access, 4));
    Fire("mov [ebx], eax", Store4);
    Fire("mov eax, [ebx]", Load4);

    CASE("its length counts");
    Set((ULONG)Scratch, 0, 0, 0, 0, Arm(0, Write, 1));
    Fire("byte 0 watched, 1 written", Store1);
    Set((ULONG)Scratch + 1, 0, 0, 0, 0, Arm(0, Write, 1));
    Fire("byte 1 watched, 1 written", Store1);

    CASE("Dr6 tells which of the four");
    Set((ULONG)Scratch + 32, (ULONG)Scratch + 48, 0, (ULONG)Scratch + 4, 0,
        Arm(0, Write, 4) | Arm(1, Write, 4) | Arm(3, Write, 4));
    Fire("the fourth", Two);

    CASE("an execute breakpoint fires before the instruction");
    Set(0, (ULONG)Nops + 2, 0, 0, 0, Arm(1, Execute, 1));
    Fire("at the second inc", Nops);

    CASE("with RF in the CONTEXT the instruction runs, once, without firing again");
    Frame = (EXCEPTION_REGISTRATION_RECORD){ChainHead(), WithRf};
    SetChainHead(&Frame);
    Hits = 0;
    Value = Call(Nops);
    Print("  hits %lu\n", Hits);
    Call(Nops);
    Print("  hits after a second run %lu\n", Hits);
    SetChainHead(Frame.Next);
    (VOID) Value;

    CASE("a handler can arm and disarm them through its CONTEXT");
    Set(0, 0, 0, 0, 0, 0);
    Frame = (EXCEPTION_REGISTRATION_RECORD){ChainHead(), Arming};
    SetChainHead(&Frame);
    Hits = 0;
    __asm__ volatile("int3" ::: "memory");
    *(volatile ULONG *)Scratch = 0xA1;
    *(volatile ULONG *)Scratch = 0xA2;
    Print("  hits %lu\n", Hits);
    SetChainHead(Frame.Next);

    CASE("the kernel writing there for us does not fire");
    Set((ULONG)&Now, 0, 0, 0, 0, Arm(0, Write, 4));
    Seen.Count = 0;
    Print("  NtQuerySystemTime: %s\n", StatusName(NtQuerySystemTime(&Now)));

    CASE("they survive services and other threads");
    Set((ULONG)Scratch, 0, 0, 0, 0, Arm(0, Write, 4));
    NtDelayExecution(FALSE, &Soon);
    Fire("after a sleep", Store4);
    Set(0, 0, 0, 0, 0, 0);
    Fire("disarmed", Store4);
    return 0;
}
