/* SPDX-License-Identifier: MIT */
/*
 * The same rtl in ring 0, over the list in the KPCR: raised, handled and unwound in the kernel, by
 * Mica's own service. Source: nt-facts 4.1, 4.5; the design's third promise.
 */
#include "course.h"

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
    CASE("there is no such case");
    SHOW(7);
    Print("  too little room: %s\n", StatusName(NtMicaKernelCase(0, Line, 4)));
    Print("  room of the kernel's: %s\n", StatusName(NtMicaKernelCase(0, (PCHAR)0x80100000, 256)));
    return 0;
}
