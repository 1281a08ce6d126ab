/* SPDX-License-Identifier: MIT */
/*
 * The same rtl in ring 0, over the list in the KPCR: raised, handled and unwound in the kernel, by
 * Mica's own service. Source: nt-facts 4.1, 4.5; the design's third promise.
 */
#include "course.h"

static VOID FloatingPoint(VOID)
{
    CHAR Line[256];
    double Value = 0;
    ULONG Integer = 0, Scaled;

    __asm__ volatile("fninit\n\tfldpi\n\tmovl $0x1357, %%eax\n\tmovd %%eax, %%xmm6" ::: "eax");
    NtMicaKernelCase(7, Line, sizeof(Line));
    __asm__ volatile("fstpl %0\n\tmovd %%xmm6, %1" : "=m"(Value), "=r"(Integer)::"memory");
    Value *= 1000000.0;
    __asm__ volatile("fldl %1\n\tfistpl %0" : "=m"(Scaled) : "m"(Value));
    Print("  %s\n  st0 %lu millionths, xmm6 %lX\n", Line, Scaled, Integer);
    NtMicaKernelCase(7, Line, sizeof(Line));
    Print("  once more: %s\n", Line);
}

int main(int argc, char **argv)
{
    CHAR Line[256];

    (VOID) argc;
    (VOID) argv;
#define SHOW(n)                                                                                    \
    do {                                                                                           \
        NTSTATUS Status_ = NtMicaKernelCase(n, Line, sizeof(Line));                                \
        Print("  %s\n", NT_SUCCESS(Status_) ? Line : StatusName(Status_));                         \
    } while (0)
    CASE("RtlRaiseException, continued by a handler");
    SHOW(0);
    CASE("a breakpoint, stepped over by a handler");
    SHOW(1);
    CASE("two frames: the inner one searches on");
    SHOW(2);
    CASE("RtlUnwind to the outermost of three");
    SHOW(3);
    CASE("the copy routines: a fault in them is a status");
    SHOW(4);
    CASE("DbgPrint and DbgPrompt; without a debugger a prompt is a breakpoint");
    SHOW(5);
    CASE("RtlCaptureContext");
    SHOW(6);
    CASE("two threads' floating-point states change places, and come back");
    FloatingPoint();
    CASE("there is no such case");
    SHOW(99);
    Print("  too little room: %s\n", StatusName(NtMicaKernelCase(0, Line, 4)));
    Print("  room of the kernel's: %s\n", StatusName(NtMicaKernelCase(0, (PCHAR)0x80100000, 256)));
    return 0;
}
