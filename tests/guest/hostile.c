/* SPDX-License-Identifier: MIT */
/*
 * A program that does its worst: CONTEXTs that ask for ring 0, flags and selectors it should not
 * have, IRETs of all kinds, system calls with segment registers emptied. Nothing may come of it.
 */
#include "mica.h"

static ULONG Resume;
static NTSTATUS Code;

static EXCEPTION_DISPOSITION Handler(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                     PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    Code = Record->ExceptionCode;
    Context->Eip = Resume;
    Context->EFlags &= ~0x4500UL; /* NT, DF, TF */
    Context->SegCs = 8;
    Context->SegSs = 0x10;
    Context->SegDs = Context->SegEs = 0x28;
    Context->SegFs = 0x30;
    Context->EFlags |= 0x3000;
    return ExceptionContinueExecution;
}

static VOID Report(PCSTR Name)
{
    USHORT Cs, Ss, Ds, Fs;
    ULONG Flags;

    __asm__ volatile("movw %%cs, %0" : "=m"(Cs));
    __asm__ volatile("movw %%ss, %0" : "=m"(Ss));
    __asm__ volatile("movw %%ds, %0" : "=m"(Ds));
    __asm__ volatile("movw %%fs, %0" : "=m"(Fs));
    __asm__ volatile("pushfl\n\tpopl %0" : "=r"(Flags));
    Print("%-24s %s; %02X %02X %02X %02X, iopl %lu, if %lu, df %lu\n", Name,
          Code != 0 ? StatusName(Code) : "-", Cs, Ss, Ds, Fs, Flags >> 12 & 3, Flags >> 9 & 1,
          Flags >> 10 & 1);
    Code = 0;
}

/* Runs the text with a handler that resumes behind it and asks for the moon. */
#define TRY(name, text)                                                                            \
    do {                                                                                           \
        EXCEPTION_REGISTRATION_RECORD Frame = {NtCurrentTeb()->NtTib.ExceptionList, Handler};      \
        static ULONG Esp;                                                                          \
        NtCurrentTeb()->NtTib.ExceptionList = &Frame;                                              \
        __asm__ volatile("pushal\n\tmovl %%esp, %0\n\tmovl $1f, %1\n\t" text                       \
                         "\n1:\tmovw $0x23, %%ax\n\tmovw %%ax, %%ds\n\tmovw %%ax, %%es\n\t"        \
                         "movw $0x3b, %%ax\n\tmovw %%ax, %%fs\n\tmovl %0, %%esp\n\tpopal\n\tcld"   \
                         : "+m"(Esp), "+m"(Resume)::"memory", "cc");                               \
        NtCurrentTeb()->NtTib.ExceptionList = Frame.Next;                                          \
        Report(name);                                                                              \
    } while (0)

static VOID Continue(PCSTR Name, ULONG Cs, ULONG Ss, ULONG Data, ULONG Fs, ULONG Flags)
{
    volatile ULONG Back = 0;
    CONTEXT Context;

    Context.ContextFlags = CONTEXT_FULL;
    __asm__ volatile("movl %%ebp, %0\n\tmovl %%ebx, %1\n\tmovl %%esi, %2\n\tmovl %%edi, %3\n\t"
                     "movl %%esp, %4\n\tmovl $1f, %5\n1:"
                     : "=m"(Context.Ebp), "=m"(Context.Ebx), "=m"(Context.Esi), "=m"(Context.Edi),
                       "=m"(Context.Esp), "=m"(Context.Eip)::"memory", "eax", "ecx", "edx");
    if (Back++ == 0) {
        Context.Eax = Context.Ecx = Context.Edx = 0;
        Context.SegCs = Cs;
        Context.SegSs = Ss;
        Context.SegDs = Context.SegEs = Data;
        Context.SegFs = Context.SegGs = Fs;
        Context.EFlags = Flags;
        NtContinue(&Context, FALSE);
    }
    Report(Name);
}

int main(int argc, char **argv)
{
    (VOID) argv;
    (VOID) argc;
    Continue("continue, ring 0", 8, 0x10, 0x10, 0x30, 0x202);
    Continue("continue, null", 0, 0, 0, 0, 0);
    Continue("continue, garbage", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFBFAFF & ~0x400UL);
    Continue("continue, tss", 0x28, 0x28, 0x50, 0x58, 0x23202);
    TRY("ud2, then asks", "ud2");
    TRY("int 2E, no segments",
        "xorl %%eax, %%eax\n\tmovw %%ax, %%ds\n\tmovw %%ax, %%es\n\tmovw %%ax, %%fs\n\t"
        "movl $0xD2, %%eax\n\tint $0x2e");
    TRY("fault, no segments", "xorl %%eax, %%eax\n\tmovw %%ax, %%es\n\tmovw %%ax, %%gs\n\tud2");
    TRY("int 2A, no segments",
        "xorl %%eax, %%eax\n\tmovw %%ax, %%ds\n\tmovw %%ax, %%es\n\tint $0x2a");
    TRY("direction flag", "std\n\tud2");
    TRY("trap flag over int 2E",
        "pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\tmovl $0xD2, %%eax\n\tint $0x2e\n\tnop");
    TRY("nested task, iret", "pushfl\n\torl $0x4000, (%%esp)\n\tpopfl\n\tiret");
    TRY("nested task, int 2E",
        "pushfl\n\torl $0x4000, (%%esp)\n\tpopfl\n\tmovl $0xD2, %%eax\n\tint $0x2e\n\t"
        "pushfl\n\tandl $~0x4000, (%%esp)\n\tpopfl");
    TRY("iret to ring 0", "pushfl\n\tpushl $8\n\tpushl $0x80101000\n\tiret");
    TRY("iret to nowhere", "pushfl\n\tpushl $0x1b\n\tpushl $0x80101000\n\tiret");
    TRY("load ss 10", "movw $0x10, %%ax\n\tmovw %%ax, %%ss");
    TRY("load fs 30", "movw $0x30, %%ax\n\tmovw %%ax, %%fs");
    TRY("load ds 28", "movw $0x28, %%ax\n\tmovw %%ax, %%ds");
    TRY("load ds 48 (no ldt)", "movw $0x4f, %%ax\n\tmovw %%ax, %%ds");
    TRY("lldt", "lldt %%ax");
    TRY("far call 50", ".byte 0x9a, 0, 0, 0, 0, 0x53, 0");
    TRY("far call 1b", ".byte 0x9a\n\t.long 1f\n\t.word 0x1b");
    TRY("esp at 8, int3", "movl $8, %%esp\n\tmovl $0xD2, %%eax\n\tint $0x2e");
    TRY("x87 error", "fninit\n\tpushl $0x340\n\tfldcw (%%esp)\n\tfldz\n\tfldz\n\tfdivp\n\tfwait");
    TRY("x87 error again",
        "fninit\n\tpushl $0x340\n\tfldcw (%%esp)\n\tfld1\n\tfldz\n\tfdivrp\n\tfwait");
    __asm__ volatile("fninit");
    Print("still here\n");
    return 0;
}
