/* SPDX-License-Identifier: MIT */
/*
 * __try and __except, construct by construct; built by several compilers at several levels
 * (tests/test_seh.py). Source: Microsoft's language reference; nt-facts 4.11, 4.12.
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

static DECLSPEC_NOINLINE VOID Twice(VOID)
{
    for (ULONG i = 0; i < 3; i++) {
        __try {
            Fault();
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            Print("  body %lu\n", i);
        }
    }
}

static DECLSPEC_NOINLINE VOID Inside(VOID)
{
    __try {
        __try {
            Fault();
        } __except (Say("inner", 1)) {
            Print("  inner body faults\n");
            Fault();
        }
    } __except (Say("outer", 1)) {
        Print("  outer body\n");
    }
}

static LONG ByCode(NTSTATUS Code, NTSTATUS Wanted)
{
    return Code == Wanted ? 1 : 0;
}

static DECLSPEC_NOINLINE VOID Choose(NTSTATUS Code)
{
    __try {
        __try {
            __try {
                RtlRaiseStatus(Code);
            } __except (ByCode(GetExceptionCode(), STATUS_NO_MEMORY)) {
                Print("  no memory\n");
            }
        } __except (ByCode(GetExceptionCode(), STATUS_INVALID_HANDLE)) {
            Print("  invalid handle\n");
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  something else: %s\n", StatusName(GetExceptionCode()));
    }
}

static DECLSPEC_NOINLINE ULONG Locals(ULONG A, ULONG B)
{
    volatile ULONG Sum = A;

    __try {
        Sum += B;
        Fault();
        Sum += 1000;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Sum += A * B;
    }
    return Sum + A + B;
}

static LONG CallsTry(VOID)
{
    LONG Verdict = 0;

    __try {
        Fault();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  handled inside the filter\n");
        Verdict = 1;
    }
    return Verdict;
}

static DECLSPEC_NOINLINE VOID FilterWithTry(VOID)
{
    __try {
        RtlRaiseStatus(STATUS_NO_MEMORY);
    } __except (CallsTry()) {
        Print("  body: %s\n", StatusName(GetExceptionCode()));
    }
}

static LONG Continues(PEXCEPTION_POINTERS Pointers, ULONG *Count)
{
    Pointers->ContextRecord->Eip += 2;
    return ++*Count < 4 ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_EXECUTE_HANDLER;
}

static DECLSPEC_NOINLINE VOID Ud2s(VOID)
{
    __asm__ volatile("ud2\n\tud2\n\tud2\n\tud2\n\tud2");
}

static DECLSPEC_NOINLINE VOID ContinueFourTimes(VOID)
{
    ULONG Count = 0;

    __try {
        Ud2s();
    } __except (Continues(GetExceptionInformation(), &Count)) {
        Print("  the fourth executes: %lu\n", Count);
    }
}

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();

    (VOID) argc;
    (VOID) argv;
    CASE("a __try in a loop works each time");
    Twice();

    CASE("an exception in a body belongs to the blocks around it");
    Inside();

    CASE("filters may look at the code and choose");
    Choose(STATUS_NO_MEMORY);
    Choose(STATUS_INVALID_HANDLE);
    Choose(STATUS_UNSUCCESSFUL);

    CASE("volatile locals and parameters in a body");
    Print("  %lu\n", Locals(3, 7));

    CASE("a __try inside a filter");
    FilterWithTry();

    CASE("a filter that continues three times and then executes");
    ContinueFourTimes();

    CASE("afterwards the chain is what it was");
    Print("  %d\n", ChainHead() == Chain);
    return 0;
}
