/* SPDX-License-Identifier: MIT */
/*
 * __finally: when its block runs, in which order, and what it may do; built by several compilers at
 * several levels (tests/test_seh.py). Source: Microsoft's language reference; nt-facts 4.7, 4.11.
 */
#include "course.h"

static LONG Say(PCSTR Name, LONG Verdict)
{
    Print("  filter %s -> %ld\n", Name, Verdict);
    return Verdict;
}

static DECLSPEC_NOINLINE VOID Fault(VOID)
{
    *(volatile ULONG *)0x10 = 1;
}

static DECLSPEC_NOINLINE VOID Three(VOID)
{
    __try {
        __try {
            __try {
                Fault();
            } __finally {
                Print("  finally a\n");
            }
        } __except (Say("b", 0)) {
            Print("  not reached\n");
        }
    } __finally {
        Print("  finally c\n");
    }
}

static DECLSPEC_NOINLINE VOID Order(VOID)
{
    __try {
        Three();
    } __except (Say("d", 1)) {
        Print("  body d\n");
    }
}

static DECLSPEC_NOINLINE ULONG Return(VOID)
{
    __try {
        __try {
            return 1;
        } __finally {
            Print("  inner\n");
        }
    } __finally {
        Print("  outer\n");
    }
    return 2;
}

static DECLSPEC_NOINLINE VOID Loops(VOID)
{
    for (ULONG i = 0; i < 4; i++) {
        __try {
            if (i == 1) {
                continue;
            }
            if (i == 2) {
                break;
            }
            Print("  turn %lu\n", i);
        } __finally {
            Print("  finally %lu\n", i);
        }
    }
}

static DECLSPEC_NOINLINE VOID Leave(ULONG Value)
{
    __try {
        __try {
            if (Value != 0) {
                __leave;
            }
            Print("  to the end\n");
        } __finally {
            Print("  finally, abnormal %d\n", _abnormal_termination());
        }
        Print("  behind the inner\n");
    } __except (Say("unused", 1)) {
        Print("  not reached\n");
    }
}

static ULONG Depth;

static DECLSPEC_NOINLINE VOID Deep(ULONG Left)
{
    __try {
        if (Left == 0) {
            Fault();
        } else {
            Deep(Left - 1);
        }
    } __finally {
        Depth++;
    }
}

static DECLSPEC_NOINLINE VOID Recursion(VOID)
{
    Depth = 0;
    __try {
        Deep(100);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  %lu blocks ran\n", Depth);
    }
}

/* Through a pointer: clang 22 loses the __try around a __finally that it knows not to return. */
static VOID(NTAPI *volatile Raise)(NTSTATUS) = RtlRaiseStatus;

static DECLSPEC_NOINLINE VOID FinallyFaults(VOID)
{
    __try {
        __try {
            __try {
                Raise(STATUS_NO_MEMORY);
            } __finally {
                Print("  inner finally raises\n");
                Raise(STATUS_INVALID_HANDLE);
            }
        } __finally {
            Print("  outer finally\n");
        }
    } __except (Say(StatusName(GetExceptionCode()), 1)) {
        Print("  body: %s\n", StatusName(GetExceptionCode()));
    }
}

static DECLSPEC_NOINLINE ULONG ReturnFromFinally(VOID)
{
    ULONG Value = 5;

    __try {
        __try {
            Fault();
        } __finally {
            Value += 10;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Value += 100;
    }
    return Value;
}

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();

    (VOID) argc;
    (VOID) argv;
    CASE("filters from the inside out, then __finally blocks from the inside out, then the body");
    Order();

    CASE("a return passes through every __finally on its way");
    Print("  returns %lu\n", Return());

    CASE("so do break and continue");
    Loops();

    CASE("__leave goes to the end of its block, normally");
    Leave(0);
    Leave(1);

    CASE("a hundred and one frames");
    Recursion();

    CASE("an exception in a __finally takes the place of the first");
    FinallyFaults();

    CASE("locals that a __finally changed");
    Print("  %lu\n", ReturnFromFinally());

    CASE("afterwards the chain is what it was");
    Print("  %d\n", ChainHead() == Chain);
    return 0;
}
