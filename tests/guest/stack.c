/* SPDX-License-Identifier: MIT */
/*
 * The user stack: grows through its guard page, tells its limit in the TEB, and overflows with
 * STATUS_STACK_OVERFLOW, which a handler can catch. nt-facts 2.3.
 */
#include "mica.h"

/* Through a pointer: a compiler that sees the recursion makes a loop of it. */
static ULONG Recurse(ULONG Depth);
static ULONG (*volatile Again)(ULONG) = Recurse;

static ULONG Recurse(ULONG Depth)
{
    volatile UCHAR Page[0x780];

    Page[Depth % sizeof(Page)] = (UCHAR)Depth; /* an index, so that all of it has to be there */
    return Depth == 0 ? Page[0] : Again(Depth - 1) + Page[1];
}

#pragma clang diagnostic ignored "-Wframe-larger-than"
/* A frame larger than the guard page: the compiler calls __chkstk. */
static DECLSPEC_NOINLINE ULONG LargeFrame(ULONG Index)
{
    volatile UCHAR Pages[0x20000];

    Pages[Index] = 9;
    return Pages[Index];
}

int main(int argc, char **argv)
{
    PTEB Teb = NtCurrentTeb();
    ULONG Before = (ULONG)Teb->NtTib.StackLimit;

    (VOID) argc;
    (VOID) argv;
    Print("a frame of many pages: %lu\n", LargeFrame(0x12345));
    Recurse(100);
    Print("grown: %d, limit inside the reservation: %d\n",
          (ULONG)Teb->NtTib.StackLimit<Before, Teb->NtTib.StackLimit> Teb->DeallocationStack);
    __try {
        Recurse(0xFFFFFFFF);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("overflow: %s\n", StatusName(GetExceptionCode()));
    }
    Print("going on\n");
    return 0;
}
