/* SPDX-License-Identifier: MIT */
/*
 * What the kernel must not show ring 3: its stack through the unwritten parts of a CONTEXT, through
 * a service's frame, through registers a service destroys, through a 16-bit stack segment.
 */
#include "mica.h"

static ULONG NotZero;
static ULONG Resume;

static EXCEPTION_DISPOSITION Look(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Record;
    (VOID) Frame;
    (VOID) Dispatcher;
    for (ULONG i = 416; i < sizeof(Context->ExtendedRegisters); i++) {
        NotZero += Context->ExtendedRegisters[i] != 0; /* FXSAVE leaves these alone */
    }
    Context->Eip = Resume;
    return ExceptionContinueExecution;
}

static VOID Records(VOID)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {NtCurrentTeb()->NtTib.ExceptionList, Look};

    NtCurrentTeb()->NtTib.ExceptionList = &Frame;
    __asm__ volatile("movl $1f, %0\n\tud2\n1:" : "=m"(Resume)::"memory");
    NtCurrentTeb()->NtTib.ExceptionList = Frame.Next;
    Print("bytes of the kernel's in a CONTEXT: %lu\n", NotZero);
}

/* A CONTEXT without any group: the thread goes on behind the int, with what the frame held. */
static VOID Continue(VOID)
{
    ULONG Eax, Ecx, Edx;
    CONTEXT Context = {.ContextFlags = CONTEXT_i386};
    ULONG Arguments[2] = {(ULONG)&Context, 0};

    __asm__ volatile("int $0x2e"
                     : "=a"(Eax), "=c"(Ecx), "=d"(Edx)
                     : "0"(0x13), "2"(Arguments)
                     : "memory");
    Print("an empty continue: %lX %lX %lX\n", Eax, Ecx, Edx);
    __asm__ volatile("int $0x2e" : "=a"(Eax), "=c"(Ecx), "=d"(Edx) : "0"(0xD2), "2"(0) : "memory");
    Print("behind a service: %lX %lX\n", Ecx, Edx);
}

/* Selector 43 is a 16-bit data segment: IRET to it would load only the lower half of ESP. */
static ULONG SmallStack(UCHAR Number)
{
    static ULONG Saved, Seen;
    static UCHAR Door; /* no local: ESP is elsewhere */

    Door = Number;
    __asm__ volatile("pushal\n\tmovl %%esp, %0\n\tmovw $0x43, %%cx\n\tmovw %%cx, %%ss\n\t"
                     "movl $0x8000, %%esp\n\tmovl $0xD2, %%eax\n\txorl %%edx, %%edx\n\t"
                     "cmpb $0x2a, %2\n\tje 2f\n\tint $0x2e\n\tjmp 3f\n2:\tint $0x2a\n3:\t"
                     "movl %%esp, %1\n\tmovw $0x23, %%cx\n\tmovw %%cx, %%ss\n\t"
                     "movl %0, %%esp\n\tpopal"
                     : "+m"(Saved), "+m"(Seen)
                     : "m"(Door)
                     : "memory", "cc");
    return Seen;
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Records();
    Continue();
    Print("esp of a 16-bit stack: %lX %lX\n", SmallStack(0x2A), SmallStack(0x2E));
    return 0;
}
