/* SPDX-License-Identifier: MIT */
/*
 * __try/__except/__finally as stock clang compiles them: filters that execute, search and
 * continue; across functions; finally blocks in order, innermost first, before the body.
 * Source: nt-facts 4.5-4.7, 4.11; the same under Wine.
 */
#include "mica.h"

static LONG Note(PCSTR Name, PEXCEPTION_POINTERS Pointers, LONG Verdict)
{
    Print("  filter %s: %s -> %ld\n", Name, StatusName(Pointers->ExceptionRecord->ExceptionCode),
          Verdict);
    return Verdict;
}

static VOID Execute(VOID)
{
    Print("execute\n");
    __try {
        Peek((PVOID)0x10);
        Print("  not reached\n");
    } __except (Note("execute", GetExceptionInformation(), EXCEPTION_EXECUTE_HANDLER)) {
        Print("  body: %s\n", StatusName(GetExceptionCode()));
    }
}

static VOID Inner(VOID)
{
    __try {
        __try {
            Poke((PVOID)0x20, 1);
        } __finally {
            Print("  finally inner, abnormal %d\n", _abnormal_termination());
        }
    } __except (Note("inner", GetExceptionInformation(), EXCEPTION_CONTINUE_SEARCH)) {
        Print("  not reached\n");
    }
}

static VOID Search(VOID)
{
    Print("search, across functions\n");
    __try {
        __try {
            Inner();
        } __finally {
            Print("  finally outer, abnormal %d\n", _abnormal_termination());
        }
    } __except (Note("outer", GetExceptionInformation(), EXCEPTION_EXECUTE_HANDLER)) {
        Print("  body\n");
    }
}

static ULONG Cell;

/* Points the faulting load at something that can be read: Peek's pointer is in a register. */
static LONG Mend(PEXCEPTION_POINTERS Pointers)
{
    PCONTEXT Context = Pointers->ContextRecord;

    Note("mend", Pointers, EXCEPTION_CONTINUE_EXECUTION);
    Context->Eax = Context->Eax == 0x30 ? (ULONG)&Cell : Context->Eax;
    Context->Ecx = Context->Ecx == 0x30 ? (ULONG)&Cell : Context->Ecx;
    Context->Edx = Context->Edx == 0x30 ? (ULONG)&Cell : Context->Edx;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static VOID Continue(VOID)
{
    Print("continue\n");
    Cell = 77;
    __try {
        Print("  read %lu\n", Peek((PVOID)0x30));
    } __except (Mend(GetExceptionInformation())) {
        Print("  not reached\n");
    }
}

static VOID Normal(VOID)
{
    Print("no exception\n");
    __try {
        Print("  try\n");
    } __finally {
        Print("  finally, abnormal %d\n", _abnormal_termination());
    }
}

static ULONG Leave(ULONG Value)
{
    __try {
        if (Value == 1) {
            __leave;
        }
        Print("  in the body\n");
        return Value + 1;
    } __finally {
        Print("  finally, abnormal %d\n", _abnormal_termination());
    }
    return 100;
}

/* An exception in a filter is nested; the outer filter sees the second one first. */
static LONG Clumsy(PEXCEPTION_POINTERS Pointers)
{
    if (Pointers->ExceptionRecord->ExceptionInformation[1] == 0x40) {
        Note("clumsy", Pointers, EXCEPTION_CONTINUE_SEARCH);
        Peek((PVOID)0x50);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG SayAddress(PEXCEPTION_POINTERS Pointers)
{
    Print("  outer filter: address %lX, flags %lX\n",
          Pointers->ExceptionRecord->ExceptionInformation[1],
          Pointers->ExceptionRecord->ExceptionFlags);
    return EXCEPTION_EXECUTE_HANDLER;
}

static VOID Nested(VOID)
{
    Print("exception in a filter\n");
    __try {
        __try {
            Peek((PVOID)0x40);
        } __except (Clumsy(GetExceptionInformation())) {
            Print("  not reached\n");
        }
    } __except (SayAddress(GetExceptionInformation())) {
        Print("  body\n");
    }
}

/* An exception in a finally block replaces the first one; the outer blocks still run once. */
static VOID Collided(VOID)
{
    Print("exception in a finally\n");
    __try {
        __try {
            __try {
                __try {
                    Peek((PVOID)0x60);
                } __finally {
                    Print("  finally 1\n");
                    Peek((PVOID)0x70);
                }
            } __finally {
                Print("  finally 2\n");
            }
        } __except (
            Note("first", GetExceptionInformation(),
                 GetExceptionInformation()->ExceptionRecord->ExceptionInformation[1] == 0x60)) {
            Print("  not reached\n");
        }
    } __except (SayAddress(GetExceptionInformation())) {
        Print("  body\n");
    }
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Execute();
    Search();
    Continue();
    Normal();
    Print("leave\n  %lu\n", Leave(1));
    Print("return\n  %lu\n", Leave(2));
    Nested();
    Collided();
    return 0;
}
