/* SPDX-License-Identifier: MIT */
/*
 * A canary: 10,000 faults, and every register, flag, x87 and SSE register is as before. The handler
 * steps over the instruction and clobbers what it can on the way. nt-facts 4.2, 4.8.
 */
#include "mica.h"

typedef struct _STATE {
    ULONG Edi, Esi, Ebp, Esp, Ebx, Edx, Ecx, Eax, EFlags;
} STATE;

static ULONG Handled;

static EXCEPTION_DISPOSITION Step(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    Handled++;
    __asm__ volatile("fldz\n\tfstp %%st(0)\n\txorps %%xmm0, %%xmm0\n\txorps %%xmm7, %%xmm7" :::);
    Context->Eip += Record->ExceptionCode == STATUS_BREAKPOINT ? 1 : 2;
    return ExceptionContinueExecution;
}

/* Loads a pattern, faults three ways, stores what is there then. */
static VOID Run(STATE *Before, STATE *After, const float *In, float *Out, double *X87)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {NtCurrentTeb()->NtTib.ExceptionList, Step};
    static ULONG Saved;

    NtCurrentTeb()->NtTib.ExceptionList = &Frame;
    __asm__ volatile("pushal\n\t"
                     "movups (%2), %%xmm0\n\tmovups (%2), %%xmm7\n\tfldpi\n\t"
                     "pushl %3\n\tpushl %4\n\tpushl %1\n\t"
                     "movl %%esp, %5\n\t"
                     "pushl %0\n\t"
                     "movl (%%esp), %%eax\n\tmovl %%esp, 12(%%eax)\n\t"
                     "movl %%eax, %%esp\n\tpopal\n\t" /* ESP in the image is skipped */
                     "movl %5, %%esp\n\tsubl $4, %%esp\n\t"
                     "pushl $0x8D5\n\tpopfl\n\t"
                     "ud2\n\tint3\n\t.byte 0x8A, 0x02\n\t" /* mov al, [edx]: edx is no address */
                     "pushfl\n\tpushal\n\t"
                     "cld\n\tmovl %%esp, %%esi\n\tmovl 40(%%esp), %%edi\n\t"
                     "movl $9, %%ecx\n\trep movsl\n\t"
                     "addl $40, %%esp\n\t"
                     "popl %%eax\n\tpopl %%ecx\n\tpopl %%edx\n\t"
                     "movups %%xmm0, (%%edx)\n\tmovups %%xmm7, 16(%%edx)\n\t"
                     "fstpl (%%ecx)\n\tpopal"
                     :
                     : "r"(Before), "r"(After), "r"(In), "r"(Out), "r"(X87), "m"(Saved)
                     : "memory", "cc");
    NtCurrentTeb()->NtTib.ExceptionList = Frame.Next;
}

int main(int argc, char **argv)
{
    static const float In[4] = {1.5f, -2.25f, 3.0f, 4.75f};
    ULONG Wrong = 0;

    (VOID) argc;
    (VOID) argv;
    for (ULONG i = 0; i < 3334; i++) {
        STATE Before = {0x11111111 + i, 0x22222222, 0x33333333, 0, 0x44444444, 4,
                        0x66666666,     0x77777777, 0};
        STATE After = {0};
        float Out[8] = {0};
        double Pi = 0;

        Run(&Before, &After, In, Out, &Pi);
        Wrong += After.Edi != Before.Edi || After.Esi != Before.Esi || After.Ebp != Before.Ebp ||
                 After.Ebx != Before.Ebx || After.Edx != Before.Edx || After.Ecx != Before.Ecx ||
                 After.Eax != Before.Eax || (After.EFlags & 0xCD5) != 0x8D5 ||
                 memcmp(Out, In, sizeof(In)) != 0 || memcmp(Out + 4, In, sizeof(In)) != 0 ||
                 !(Pi > 3.14 && Pi < 3.15);
    }
    Print("%lu faults, %lu rounds with a difference\n", Handled, Wrong);
    return 0;
}
