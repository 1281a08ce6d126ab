/* SPDX-License-Identifier: MIT */
/*
 * int 2D, the debug service, with every kind of EAX and no debugger: known services are carried out
 * and the byte behind the int is skipped; the others are breakpoints right behind it. Source:
 * nt-facts 2.6.
 */
#include "course.h"

/* mov eax, n; int 2D; then the byte that is skipped or not: inc eax. */
#define SERVICE(name, n)                                                                           \
    do {                                                                                           \
        CODE(Bytes_, 0xB8, (n)&0xFF, (n) >> 8 & 0xFF, (n) >> 16 & 0xFF, (ULONG)(n) >> 24, 0xCD,    \
             0x2D, 0x43);                                                                          \
        Run(Bytes_, Scratch);                                                                      \
        Report(name, Bytes_);                                                                      \
    } while (0)

/* Goes on where the CONTEXT says, and counts. */
static ULONG Hits;

static EXCEPTION_DISPOSITION GoOn(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Record;
    (VOID) Frame;
    (VOID) Context;
    (VOID) Dispatcher;
    Hits++;
    return ExceptionContinueExecution;
}

static ULONG Behind(ULONG Service)
{
    ULONG Count = 0;

    __asm__ volatile("xorl %%ecx, %%ecx\n\txorl %%edx, %%edx\n\tint $0x2d\n\tincl %%ebx"
                     : "+b"(Count), "+a"(Service)::"ecx", "edx", "memory");
    return Count;
}

static CHAR Reply[8] = "#######";

static VOID Ask(VOID)
{
    DbgPrompt("name? ", Reply, sizeof(Reply));
}

int main(int argc, char **argv)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {ChainHead(), GoOn};
    ULONG Skipped, Result;

    (VOID) argc;
    (VOID) argv;
    CASE("what is no service is a breakpoint: EAX, ECX and EDX are its parameters");
    SERVICE("0, break", 0);
    SERVICE("6", 6);
    SERVICE("7fffffff", 0x7FFFFFFF);
    SERVICE("ffffffff", 0xFFFFFFFF);

    CASE("so is a prompt, when nobody is there to answer");
    SERVICE("2, prompt", 2);

    CASE("print and the symbol services are done: no exception");
    SERVICE("1, print of nothing", 1);
    SERVICE("3, load symbols", 3);
    SERVICE("4, unload symbols", 4);
    SERVICE("5, command string", 5);

    CASE("where they go on: a service skips a byte, a breakpoint does not");
    SetChainHead(&Frame);
    Skipped = Behind(3);
    Print("  service 3: the byte behind ran %lu times\n", Skipped);
    Skipped = Behind(0);
    Print("  service 0: the byte behind ran %lu times, hits %lu\n", Skipped, Hits);

    CASE("DbgPrint's status");
    Print("  a line: %lX\n", DbgPrint("%s", ""));
    __asm__ volatile("int $0x2d\n\tint3" : "=a"(Result) : "0"(1), "c"(0x10), "d"(5) : "memory");
    Print("  a pointer to nothing: %lX\n", Result);

    CASE("DbgPrompt without a debugger: the breakpoint, and nothing is written");
    SetChainHead(Frame.Next);
    Run(Ask, NULL);
    Print("  %08lX, parameter 0: %lu, the reply: %s\n", Seen.Record.ExceptionCode,
          Seen.Record.ExceptionInformation[0], Reply);
    return 0;
}
