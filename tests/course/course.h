/* SPDX-License-Identifier: MIT */
/*
 * What the chapters share: numbered cases, and a way to run an instruction and see what came of it.
 */
#pragma once

#include "mica.h"

#define MAYBE_UNUSED __attribute__((unused))

#define FLAG_TF 0x100UL
#define FLAG_DF 0x400UL
#define FLAG_NT 0x4000UL
#define FLAG_RF 0x10000UL
#define FLAG_AC 0x40000UL

static ULONG CaseNumber;

/* Begins a case: its title says which fact the lines below it show. */
#define CASE(title)                                                                                \
    (CaseNumber++, Print("%s%lu. " title "\n", CaseNumber > 1 ? "\n" : "", CaseNumber))

/* A page for code or data that a chapter writes; its own, so it can be protected and freed. */
static PVOID MAYBE_UNUSED NewPages(ULONG Count, ULONG Protection)
{
    PVOID Base = NULL;
    ULONG Size = Count * PAGE_SIZE;

    NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT,
                            Protection);
    return Base;
}

static VOID MAYBE_UNUSED Protect(PVOID Base, ULONG Bytes, ULONG Protection)
{
    ULONG Old;

    NtProtectVirtualMemory(NtCurrentProcess(), &Base, &Bytes, Protection, &Old);
}

/* The last exception that Watch saw. */
typedef struct _SEEN {
    ULONG Count;
    EXCEPTION_RECORD Record;
    CONTEXT Context;
} SEEN;

static SEEN Seen;
static ULONG Resume, ResumeEsp;

/* Keeps the first exception and goes on behind the code being run, flags made harmless. */
static EXCEPTION_DISPOSITION MAYBE_UNUSED Watch(PEXCEPTION_RECORD Record,
                                                PEXCEPTION_REGISTRATION_RECORD Frame,
                                                PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    if (Seen.Count++ == 0) {
        Seen.Record = *Record;
        Seen.Context = *Context;
    }
    Context->Eip = Resume;
    Context->EFlags &= ~(FLAG_TF | FLAG_DF | FLAG_NT | FLAG_AC);
    return ExceptionContinueExecution;
}

static inline PVOID MAYBE_UNUSED ChainHead(VOID)
{
    return NtCurrentTeb()->NtTib.ExceptionList;
}

static inline VOID MAYBE_UNUSED SetChainHead(PVOID Frame)
{
    NtCurrentTeb()->NtTib.ExceptionList = Frame;
}

/*
 * Calls Code with EAX = 1, ECX = EDX = 0 under Watch; it ends with a ret or with an exception.
 * EBX = ESI = EDI = Data, for what needs an address.
 */
static VOID MAYBE_UNUSED Run(const VOID *Code, PVOID Data)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {ChainHead(), Watch};

    Seen.Count = 0;
    SetChainHead(&Frame);
    __asm__ volatile("pushal\n\t"
                     "movl %%esp, %1\n\tmovl $1f, %0\n\t"
                     "movl %2, %%ebp\n\tmovl %3, %%ebx\n\t"
                     "movl %%ebx, %%esi\n\tmovl %%ebx, %%edi\n\t"
                     "xorl %%edx, %%edx\n\txorl %%ecx, %%ecx\n\tmovl $1, %%eax\n\t"
                     "call *%%ebp\n"
                     "1:\tmovl %1, %%esp\n\tcld\n\tpopal"
                     : "=m"(Resume), "=m"(ResumeEsp)
                     : "a"(Code), "c"(Data)
                     : "memory", "cc", "edx");
    SetChainHead(Frame.Next);
}

/* An address: relative to Code when it is near, "code+n", else the number. */
static PCSTR MAYBE_UNUSED Where(ULONG Address, const VOID *Code)
{
    static CHAR Text[4][16];
    static ULONG Turn;
    PCHAR To = Text[Turn++ % ARRAYSIZE(Text)];

    if (Address - (ULONG)Code < 64) {
        sprintf(To, "+%lu", Address - (ULONG)Code);
    } else {
        sprintf(To, "%08lX", Address);
    }
    return To;
}

/* One line: the status, where, where a handler would go on, and the parameters. */
static VOID MAYBE_UNUSED Report(PCSTR Name, const VOID *Code)
{
    if (Seen.Count == 0) {
        Print("  %-26s no exception\n", Name);
        return;
    }
    Print("  %-26s %08lX at %s, eip %s", Name, Seen.Record.ExceptionCode,
          Where((ULONG)Seen.Record.ExceptionAddress, Code), Where(Seen.Context.Eip, Code));
    if (Seen.Record.ExceptionCode == STATUS_BREAKPOINT) {
        /* parameters 1 and 2 are undefined (nt-facts 2.1) */
        Print(", %lu parameters {%lX, ...}", Seen.Record.NumberParameters,
              Seen.Record.ExceptionInformation[0]);
    } else {
        for (ULONG i = 0; i < Seen.Record.NumberParameters; i++) {
            Print(i == 0 ? " {%lX" : ", %lX", Seen.Record.ExceptionInformation[i]);
        }
        Print(Seen.Record.NumberParameters != 0 ? "}" : "");
    }
    Print("%s\n", Seen.Count > 1 ? ", more than once" : "");
}

/* Bytes of code in .text; behind them a ret. */
#define CODE(name, ...)                                                                            \
    static const UCHAR name[]                                                                      \
        __attribute__((section(".text"))) = {__VA_ARGS__, 0xC3, 0x90, 0x90, 0x90}

/* A line of a table: runs the bytes and reports. */
#define ROW(name, ...)                                                                             \
    do {                                                                                           \
        CODE(Bytes_, __VA_ARGS__);                                                                 \
        Run(Bytes_, Scratch);                                                                      \
        Report(name, Bytes_);                                                                      \
    } while (0)

static ULONG MAYBE_UNUSED Scratch[64];

/*
 * For what rtl refuses while the chain is of no use: a vectored handler sees the exception that is
 * raised about the first one, and ends the case.
 */
static LONG NTAPI MAYBE_UNUSED SeeChained(PEXCEPTION_POINTERS Pointers)
{
    PEXCEPTION_RECORD Record = Pointers->ExceptionRecord;

    if (Record->ExceptionRecord == NULL) {
        return 0;
    }
    Print("  then: %s, flags %lX, %lu parameters, about %s\n", StatusName(Record->ExceptionCode),
          Record->ExceptionFlags, Record->NumberParameters,
          StatusName(Record->ExceptionRecord->ExceptionCode));
    Pointers->ContextRecord->Eip = Resume;
    Pointers->ContextRecord->Esp = ResumeEsp;
    return -1;
}

/* Runs Body; SeeChained comes back behind it, with the chain as it was. */
#define ESCAPING(body)                                                                             \
    do {                                                                                           \
        PVOID Chain_ = ChainHead();                                                                \
        PVOID Escape_ = RtlAddVectoredExceptionHandler(1, SeeChained);                             \
        __asm__ volatile("pushal\n\tmovl %%esp, %1\n\tmovl $1f, %0\n\tcall *%2\n1:\tmovl %1, "     \
                         "%%esp\n\tpopal"                                                          \
                         : "=m"(Resume), "=m"(ResumeEsp)                                           \
                         : "r"(body)                                                               \
                         : "memory", "cc");                                                        \
        SetChainHead(Chain_);                                                                      \
        RtlRemoveVectoredExceptionHandler(Escape_);                                                \
    } while (0)
