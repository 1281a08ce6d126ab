/* SPDX-License-Identifier: MIT */
/*
 * setjmp and longjmp on the i386: a jump out of frames unwinds them. Source: Visual C++'s
 * documented behaviour (longjmp and termination handlers); Wine's msvcrt has the same buffer.
 */
#include "course.h"
#include "setjmp.h"

static jmp_buf Place;

static DECLSPEC_NOINLINE VOID Jump(int Value)
{
    longjmp(Place, Value);
}

static DECLSPEC_NOINLINE VOID ThroughFinally(int Value)
{
    __try {
        Jump(Value);
    } __finally {
        Print("  finally, abnormal %d\n", _abnormal_termination());
    }
}

static DECLSPEC_NOINLINE VOID ThroughExcept(int Value)
{
    __try {
        ThroughFinally(Value);
    } __except (Print("  a filter is not asked\n"), EXCEPTION_EXECUTE_HANDLER) {
        Print("  nor a body entered\n");
    }
}

static DECLSPEC_NOINLINE VOID Simple(VOID)
{
    volatile int Turns = 0;
    int Value = setjmp(Place);

    Print("  setjmp: %d\n", Value);
    if (Turns++ < 3) {
        Jump(Turns - 1); /* 0 arrives as 1 */
    }
}

static DECLSPEC_NOINLINE VOID Frames(VOID)
{
    if (setjmp(Place) == 0) {
        ThroughExcept(5);
    } else {
        Print("  back\n");
    }
}

/* The __try entered after setjmp belongs to setjmp's own function. */
static DECLSPEC_NOINLINE VOID OwnTry(VOID)
{
    __try {
        if (setjmp(Place) == 0) {
            __try {
                Jump(1);
            } __finally {
                Print("  inner finally\n");
            }
        } else {
            Print("  back, inside the outer __try\n");
        }
    } __finally {
        Print("  outer finally, abnormal %d\n", _abnormal_termination());
    }
}

static LONG JumpOut(VOID)
{
    Print("  filter jumps\n");
    Jump(7);
    return 0;
}

static DECLSPEC_NOINLINE VOID FromFilter(VOID)
{
    int Value = setjmp(Place);

    if (Value != 0) {
        Print("  out of a filter: %d\n", Value);
        return;
    }
    __try {
        Peek((PVOID)0x10);
    } __except (JumpOut()) {
        Print("  not reached\n");
    }
}

static DECLSPEC_NOINLINE VOID FromHandler(VOID)
{
    int Value = setjmp(Place);

    if (Value != 0) {
        Print("  out of an __except body: %d\n", Value);
        return;
    }
    __try {
        Peek((PVOID)0x10);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Jump(8);
    }
}

/* Nonvolatile registers are setjmp's, whatever the frames between did with them. */
static DECLSPEC_NOINLINE ULONG Registers(ULONG Seed)
{
    ULONG A = Seed * 3, B = Seed * 5, C = Seed * 7;

    if (setjmp(Place) == 0) {
        __asm__ volatile("" : "+b"(A), "+S"(B), "+D"(C));
        ThroughExcept((int)Seed);
    }
    return A + B + C;
}

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();

    (VOID) argc;
    (VOID) argv;
    CASE("0 first, then the value; 0 arrives as 1");
    Simple();

    CASE("a jump out of frames runs their __finally blocks, and asks no filter");
    Frames();

    CASE("blocks of setjmp's own function entered since run, the one around it does not");
    OwnTry();

    CASE("out of a filter: the dispatcher's frames go as well");
    FromFilter();

    CASE("out of an __except body");
    FromHandler();

    CASE("the chain is what it was");
    Print("  %d\n", ChainHead() == Chain);

    CASE("so are the nonvolatile registers");
    Print("  %lu\n", Registers(100));
    return 0;
}
