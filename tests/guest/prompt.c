/* SPDX-License-Identifier: MIT */
/* DbgPrint and DbgPrompt, and breakpoints that a kernel debugger lets go: run with --kd. */
#include "mica.h"

#include "nt/shared.h"

int main(int argc, char **argv)
{
    const KUSER_SHARED_DATA *Shared = (const KUSER_SHARED_DATA *)0x7FFE0000;
    CHAR Answer[8];
    ULONG Length;

    (VOID) argc;
    (VOID) argv;
    Print("KdDebuggerEnabled %u\n", Shared->KdDebuggerEnabled);
    Print("DbgPrint: %lX\n", DbgPrint("from ring 3: %d\n", 42));
    DbgBreakPoint();
    Print("behind a breakpoint\n");
    memset(Answer, '#', sizeof(Answer));
    Length = DbgPrompt("your name? ", Answer, 4);
    Print("DbgPrompt: %lu '%.*s' %c\n", Length, (int)Length, Answer, Answer[4]);
    Length = DbgPrompt("and again? ", Answer, sizeof(Answer));
    Print("DbgPrompt: %lu '%s'\n", Length, Answer);
    __try {
        DbgBreakPoint();
        Print("not reached\n");
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("not handled there: %s\n", StatusName(GetExceptionCode()));
    }
    DbgBreakPoint();
    Print("nobody there: go\n");
    return 0;
}
