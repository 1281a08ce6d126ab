/* SPDX-License-Identifier: MIT */
/* The SEH_ macros on bare accesses: execute, search, continue, nesting, loops, after the block. */
#include "mica.h"

static volatile ULONG Good = 5;
static volatile ULONG *volatile Where;

static LONG Search(PEXCEPTION_POINTERS Pointers)
{
    Print("  search %08lX\n", Pointers->ExceptionRecord->ExceptionCode);
    return EXCEPTION_CONTINUE_SEARCH;
}

/* The faulting instruction reads through whatever register holds 40. */
static LONG Mend(PEXCEPTION_POINTERS Pointers)
{
    ULONG *Registers[] = {&Pointers->ContextRecord->Eax, &Pointers->ContextRecord->Ebx,
                          &Pointers->ContextRecord->Ecx, &Pointers->ContextRecord->Edx,
                          &Pointers->ContextRecord->Esi, &Pointers->ContextRecord->Edi};

    for (ULONG i = 0; i < ARRAYSIZE(Registers); i++) {
        if (*Registers[i] == 0x40) {
            *Registers[i] = (ULONG)&Good;
        }
    }
    Print("  mend\n");
    return EXCEPTION_CONTINUE_EXECUTION;
}

static ULONG Simple(volatile ULONG *Pointer)
{
    volatile ULONG Result = 1;

    SEH_TRY {
        Result = *Pointer;
        Result += 10;
    } SEH_EXCEPT(SehExecuteHandler) {
        Result = SEH_CODE();
    } SEH_END
    return Result;
}

static ULONG Divide(ULONG Left, volatile ULONG Right)
{
    volatile ULONG Result = 0;

    SEH_TRY {
        Result = Left / Right;
    } SEH_EXCEPT(SehExecuteHandler) {
        Result = SEH_CODE();
    } SEH_END
    return Result;
}

static VOID Nested(VOID)
{
    volatile ULONG Step = 0;

    SEH_TRY {
        SEH_TRY {
            Step = 1;
            *(volatile ULONG *)0x10 = 1;
            Step = 99;
        } SEH_EXCEPT(Search) {
            Step = 98;
        } SEH_END
        Step = 97;
    } SEH_EXCEPT(SehExecuteHandler) {
        Print("nested: step %lu, %08lX\n", Step, SEH_CODE());
        SEH_TRY {
            *(volatile ULONG *)0x20 = 1;
        } SEH_EXCEPT(SehExecuteHandler) {
            Step = 5;
        } SEH_END
    } SEH_END
    Print("  then %lu\n", Step);
}

static VOID Loop(VOID)
{
    volatile ULONG Faults = 0, Fine = 0;

    for (volatile ULONG i = 0; i < 100; i++) {
        SEH_TRY {
            (VOID) *(i & 1 ? &Good : (volatile ULONG *)0x30);
            Fine++;
        } SEH_EXCEPT(SehExecuteHandler) {
            Faults++;
        } SEH_END
    }
    Print("loop: %lu fine, %lu faults\n", Fine, Faults);
}

static VOID Continue(VOID)
{
    volatile ULONG Value = 0;

    Where = (volatile ULONG *)0x40;
    SEH_TRY {
        Value = *Where;
    } SEH_EXCEPT(Mend) {
        Value = 99;
    } SEH_END
    Print("continue: %lu\n", Value);
}

/* Registers that a compiler keeps variables in survive the way back into the handler. */
static DECLSPEC_NOINLINE ULONG Keep(ULONG A, ULONG B, ULONG C, ULONG D)
{
    ULONG Sum = A * 3 + B * 5;

    SEH_TRY {
        Where = (volatile ULONG *)0x50;
        Good = *Where;
    } SEH_EXCEPT(SehExecuteHandler) {
    } SEH_END
    return Sum + C * 7 + D * 11;
}

int main(int argc, char **argv)
{
    PVOID List = NtCurrentTeb()->NtTib.ExceptionList;

    (VOID) argc;
    (VOID) argv;
    Print("simple: %lu %08lX\n", Simple(&Good), Simple((volatile ULONG *)0x10));
    Print("divide: %lu %08lX\n", Divide(10, 2), Divide(10, 0));
    Nested();
    Loop();
    Continue();
    Print("keep: %lu\n", Keep(1, 2, 3, 4));
    Print("chain as before: %d\n", NtCurrentTeb()->NtTib.ExceptionList == List);
    return 0;
}
