/* SPDX-License-Identifier: MIT */
/*
 * Raising from software, and the two services behind it: what handlers see, what the services
 * refuse, and what no CONTEXT can get. Source: nt-facts 3.11, 4.8 (NT 4's way: through the kernel,
 * so the context has all its groups; Windows Server 2003 dispatches in ring 3 instead).
 */
#include "course.h"

static EXCEPTION_DISPOSITION GoOn(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    Seen.Count++;
    Seen.Record = *Record;
    Seen.Context = *Context;
    return ExceptionContinueExecution;
}

static VOID Tell(PCSTR Name)
{
    Print("  %-26s %08lX, flags %lX, %lu parameters\n", Name, Seen.Record.ExceptionCode,
          Seen.Record.ExceptionFlags, Seen.Record.NumberParameters);
}

/* Both know the address behind their call. */
static DECLSPEC_NOINLINE ULONG RaiseHere(PEXCEPTION_RECORD Record, ULONG *Behind)
{
    __asm__ volatile("movl $1f, %0\n\tpushl %1\n\tcall _RtlRaiseException@4\n1:"
                     : "=m"(*Behind)
                     : "r"(Record)
                     : "eax", "ecx", "edx", "memory");
    return *Behind;
}

static VOID Raising(PVOID Chain)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {Chain, GoOn};
    EXCEPTION_RECORD Inner = {.ExceptionCode = (NTSTATUS)0xE0000007};
    EXCEPTION_RECORD Record = {.ExceptionCode = (NTSTATUS)0xE0000001, .NumberParameters = 2};
    ULONG Behind;

    Record.ExceptionRecord = &Inner;
    Record.ExceptionInformation[0] = 0x11;
    Record.ExceptionInformation[1] = 0x22;
    SetChainHead(&Frame);

    CASE("RtlRaiseException: the record's address and the context's EIP are the return address");
    RaiseHere(&Record, &Behind);
    Tell("raised");
    Print("  %-26s address %d, eip %d, parameters %lX %lX, chained %08lX\n", "",
          (ULONG)Seen.Record.ExceptionAddress == Behind, Seen.Context.Eip == Behind,
          Seen.Record.ExceptionInformation[0], Seen.Record.ExceptionInformation[1],
          Seen.Record.ExceptionRecord->ExceptionCode);
    Print("  %-26s all groups of the context: %d, cs %lX, ss %lX, fs %lX\n", "",
          (Seen.Context.ContextFlags & 0x3F) == 0x3F, Seen.Context.SegCs, Seen.Context.SegSs,
          Seen.Context.SegFs);

    CASE("a raised breakpoint's EIP is stepped back by one, as if there were an INT3");
    Record = (EXCEPTION_RECORD){.ExceptionCode = STATUS_BREAKPOINT};
    Seen.Count = 0;
    __asm__ volatile("" ::: "memory");
    Frame.Handler = Watch;
    __asm__ volatile("movl $2f, %0\n\tmovl %%esp, %1\n\tmovl $1f, %2\n\tpushl %3\n\t"
                     "call _RtlRaiseException@4\n1:\tnop\n2:\tmovl %1, %%esp"
                     : "=m"(Resume), "=m"(ResumeEsp), "=m"(Behind)
                     : "r"(&Record)
                     : "eax", "ecx", "edx", "memory");
    Print("  address behind the call: %d, eip one before: %d\n",
          (ULONG)Seen.Record.ExceptionAddress == Behind, Seen.Context.Eip == Behind - 1);
    Frame.Handler = GoOn;

    CASE("fifteen parameters fit");
    Record = (EXCEPTION_RECORD){.ExceptionCode = (NTSTATUS)0xE0000002, .NumberParameters = 15};
    for (ULONG i = 0; i < 15; i++) {
        Record.ExceptionInformation[i] = i + 1;
    }
    RtlRaiseException(&Record);
    Tell("fifteen");
    Print("  %-26s first %lu, last %lu\n", "", Seen.Record.ExceptionInformation[0],
          Seen.Record.ExceptionInformation[14]);

    CASE("bit 28 of a code is the system's own: it is taken away");
    Record = (EXCEPTION_RECORD){.ExceptionCode = (NTSTATUS)0xF0000003};
    RtlRaiseException(&Record);
    Tell("f0000003");
    SetChainHead(Chain);
}

static LONG TellStatus(PEXCEPTION_POINTERS Pointers)
{
    Seen.Record = *Pointers->ExceptionRecord;
    return EXCEPTION_EXECUTE_HANDLER;
}

static VOID Status(VOID)
{
    CASE("RtlRaiseStatus: noncontinuable, without parameters");
    __try {
        RtlRaiseStatus(STATUS_NO_MEMORY);
    } __except (TellStatus(GetExceptionInformation())) {
        Tell("no memory");
    }
}

static VOID Refused(VOID)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = (NTSTATUS)0xE0000001, .NumberParameters = 16};
    CONTEXT Context = {.ContextFlags = CONTEXT_FULL};
    PCHAR Odd = (PCHAR)&Context + 1;

    CASE("what NtRaiseException refuses comes back as its status");
    Print("  sixteen parameters         %s\n",
          StatusName(NtRaiseException(&Record, &Context, TRUE)));
    Record.NumberParameters = 0;
    Print("  no record                  %s\n", StatusName(NtRaiseException(NULL, &Context, TRUE)));
    Print("  no context                 %s\n", StatusName(NtRaiseException(&Record, NULL, TRUE)));
    Print("  a context of the kernel's  %s\n",
          StatusName(NtRaiseException(&Record, (PCONTEXT)0x80100000, TRUE)));
    Print("  a context at an odd place  %s\n",
          StatusName(NtRaiseException(&Record, (PCONTEXT)Odd, TRUE)));

    CASE("and what NtContinue refuses");
    Print("  no context                 %s\n", StatusName(NtContinue(NULL, FALSE)));
    Print("  a context of the kernel's  %s\n", StatusName(NtContinue((PCONTEXT)0x80100000, FALSE)));
    Print("  one that ends there        %s\n", StatusName(NtContinue((PCONTEXT)0x7FFEFFFC, FALSE)));
    Print("  a context at an odd place  %s\n", StatusName(NtContinue((PCONTEXT)Odd, FALSE)));
}

/* NtContinue to just behind: what of a CONTEXT's wishes came true? */
static VOID Wish(PCSTR Name, ULONG Selector, ULONG Flags)
{
    volatile ULONG Turn = 0;
    USHORT Cs, Ss, Ds, Es, Fs;
    CONTEXT Context;
    ULONG EFlags;

    Context.ContextFlags = CONTEXT_FULL;
    __asm__ volatile("movl %%ebp, %0\n\tmovl %%ebx, %1\n\tmovl %%esi, %2\n\tmovl %%edi, %3\n\t"
                     "movl %%esp, %4\n\tmovl $1f, %5\n1:"
                     : "=m"(Context.Ebp), "=m"(Context.Ebx), "=m"(Context.Esi), "=m"(Context.Edi),
                       "=m"(Context.Esp), "=m"(Context.Eip)::"memory", "eax", "ecx", "edx");
    __asm__ volatile("pushfl\n\tpopl %0\n\tcld\n\tpushl $0x202\n\tpopfl" : "=m"(EFlags));
    if (Turn++ == 0) {
        Context.Eax = Context.Ecx = Context.Edx = 0;
        Context.SegCs = Context.SegSs = Context.SegDs = Context.SegEs = Selector;
        Context.SegFs = Context.SegGs = Selector;
        Context.EFlags = Flags;
        NtContinue(&Context, FALSE);
    }
    __asm__ volatile("movw %%cs, %0\n\tmovw %%ss, %1\n\tmovw %%ds, %2\n\tmovw %%es, %3\n\t"
                     "movw %%fs, %4"
                     : "=m"(Cs), "=m"(Ss), "=m"(Ds), "=m"(Es), "=m"(Fs));
    Print("  %-26s cs %X ss %X ds %X es %X fs %X, if %lu iopl %lu nt %lu\n", Name, Cs, Ss, Ds, Es,
          Fs, EFlags >> 9 & 1, EFlags >> 12 & 3, EFlags >> 14 & 1);
}

/* Only the groups that are named, and only with CONTEXT_i386, are set. */
static VOID Groups(VOID)
{
    ULONG Eax, Edi = 0;
    CONTEXT Context = {.ContextFlags = CONTEXT_i386};

    CASE("a CONTEXT without groups sets nothing: NtContinue is a call that returns nothing");
    Context.Edi = 0x99999999;
    Context.Eip = 0x10;
    __asm__ volatile("movl $0x13131313, %%edi\n\tpushl $0\n\tpushl %2\n\tpushl $0\n\t"
                     "leal 4(%%esp), %%edx\n\tmovl $0x13, %%eax\n\tint $0x2e\n\taddl $12, %%esp\n\t"
                     "movl %%edi, %0"
                     : "=m"(Edi), "=&a"(Eax)
                     : "b"(&Context)
                     : "ecx", "edx", "edi", "memory");
    Print("  edi %lX\n", Edi);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Raising(ChainHead());
    Status();
    Refused();
    CASE("NtContinue: selectors and flags that a program may have, whatever it asks for");
    Wish("ring 0", 0x08, 0x202);
    Wish("zero", 0, 0);
    Wish("everything", 0xFFFFFFFF, 0xFFFFFFFF & ~(FLAG_TF | 0x20000));
    Wish("the tss, iopl 3", 0x28, 0x3000);
    Groups();
    return 0;
}
