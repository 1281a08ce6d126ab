/* SPDX-License-Identifier: MIT */
/*
 * Flags across an exception: none of TF, DF, NT, AC disturbs the dispatcher, all of them are in the
 * CONTEXT; and single-stepping by a handler that sets TF again and again. Source:
 * nt-facts 2.1, 4.2, 10 rows 4-8; Intel SDM 3A, 17.3.1.4. Left out: repeated string instructions,
 * of which QEMU's TCG makes a step too many.
 */
#include "course.h"

static ULONG DispatcherFlags, ContextFlags;

/* A vectored handler is the first code of a program that runs; it reads its own flags first. */
static LONG NTAPI ReadFlags(PEXCEPTION_POINTERS Pointers)
{
    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(DispatcherFlags));
    ContextFlags = Pointers->ContextRecord->EFlags;
    return 0;
}

static VOID ShowFlags(PCSTR Name, ULONG Flags)
{
    Print("  %-26s tf %d df %d nt %d ac %d\n", Name, (Flags & FLAG_TF) != 0, (Flags & FLAG_DF) != 0,
          (Flags & FLAG_NT) != 0, (Flags & FLAG_AC) != 0);
}

/* The steps: offsets from the code's start. */
static const UCHAR *Stepped;
static ULONG Steps, Last, Limit;

static EXCEPTION_DISPOSITION Step(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    if (Record->ExceptionCode != STATUS_SINGLE_STEP && Record->ExceptionCode != STATUS_BREAKPOINT) {
        Print(" %08lX", Record->ExceptionCode);
        Context->Eip += 2;
        return ExceptionContinueExecution;
    }
    Print(" %s%s", Record->ExceptionCode == STATUS_BREAKPOINT ? "int3 " : "",
          Where(Context->Eip, Stepped));
    Context->Eip += Record->ExceptionCode == STATUS_BREAKPOINT;
    if (++Steps < Limit && Context->Eip != Last) {
        Context->EFlags |= FLAG_TF;
    }
    return ExceptionContinueExecution;
}

/* Calls Code with TF set as by POPF; stops after At most steps, or behind the call. */
static DECLSPEC_NOINLINE VOID StepThrough(PCSTR Name, const VOID *Code, ULONG At)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {ChainHead(), Step};

    Stepped = Code;
    Steps = 0;
    Limit = At;
    SetChainHead(&Frame);
    Print("  %s:", Name);
    __asm__ volatile("movl $1f, %0\n\tmovl %2, %%esi\n\tmovl %2, %%edi\n\tmovl %2, %%ebx\n\t"
                     "movl $3, %%ecx\n\tpushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\tcall *%1\n1:"
                     : "=m"(Last)
                     : "a"(Code), "d"(Scratch)
                     : "ebx", "esi", "edi", "ecx", "memory", "cc");
    SetChainHead(Frame.Next);
    Print("\n");
}

CODE(Plain, 0x90, 0x40, 0xEB, 0x01, 0x90, 0x48); /* nop; inc; jmp +1; (nop); dec */
CODE(Call, 0xE8, 0x01, 0, 0, 0, 0xC3, 0x90);     /* call +1: the nop; ret; ret */
CODE(Clear, 0x90, 0x9C, 0x80, 0x64, 0x24, 0x01, 0xFE, 0x9D, 0x90, 0x90); /* popf without tf */
CODE(Service, 0xB8, 0xD2, 0, 0, 0, 0xCD, 0x2E, 0x90, 0x90); /* NtYieldExecution by hand */
CODE(Fault, 0x90, 0x0F, 0x0B, 0x90);                        /* nop; ud2; nop */
CODE(Break, 0x90, 0xCC, 0x90);                              /* nop; int3; nop */

int main(int argc, char **argv)
{
    PVOID Handler = RtlAddVectoredExceptionHandler(1, ReadFlags);
    CODE(TwoFlags, 0x9C, 0x81, 0x0C, 0x24, 0, 0x04, 0x04, 0, 0x9D, 0x0F, 0x0B); /* df ac; ud2 */
    CODE(NestedTask, 0x9C, 0x81, 0x0C, 0x24, 0, 0x40, 0, 0, 0x9D, 0x0F, 0x0B);  /* nt; ud2 */
    CODE(Trapped, 0x9C, 0x81, 0x0C, 0x24, 0, 0x05, 0, 0, 0x9D, 0x90);           /* tf df */

    (VOID) argc;
    (VOID) argv;
    CASE("the dispatcher is entered with clean flags, the CONTEXT has the program's");
    Run(TwoFlags, Scratch);
    ShowFlags("df, ac: dispatcher", DispatcherFlags);
    ShowFlags("df, ac: context", ContextFlags);

    CASE("a single step's CONTEXT has TF clear already: who wants the next one sets it");
    Run(Trapped, Scratch);
    Report("tf, df", Trapped);
    ShowFlags("dispatcher", DispatcherFlags);
    ShowFlags("context", ContextFlags);

    CASE("stepping: one exception an instruction, jumps where they go");
    StepThrough("nop, inc, jmp, dec, ret", Plain, 20);

    CASE("into a call and out of it");
    StepThrough("call, nop, ret, ret", Call, 20);

    CASE("a POPF that clears TF is stepped itself, and is the last");
    StepThrough("until popf", Clear, 4);

    CASE("over a service: INT clears TF, IRET sets it, so the instruction behind is stepped with "
         "it");
    StepThrough("mov, int 2E, nop, nop", Service, 4);

    CASE("a fault in the middle of stepping: TF is in its CONTEXT, and stepping goes on");
    StepThrough("nop, ud2 (skipped), nop", Fault, 4);

    CASE("a breakpoint in the middle of stepping");
    StepThrough("nop, int3, nop", Break, 4);

    CASE("NT, which would make the kernel's IRET return to another task");
    Run(NestedTask, Scratch);
    ShowFlags("nt: dispatcher", DispatcherFlags);
    ShowFlags("nt: context", ContextFlags);
    RtlRemoveVectoredExceptionHandler(Handler);
    return 0;
}
