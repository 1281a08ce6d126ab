/* SPDX-License-Identifier: MIT */
/*
 * Every exception vector a program can reach: code, ExceptionAddress and CONTEXT.Eip relative to
 * the instruction, parameters. Source: nt-facts 2.1-2.3, whose rows come from Wine's tests on
 * Windows. Left out because QEMU's TCG does not do it: ICEBP (#UD there) and access through a null
 * selector (no #GP there).
 */
#include "mica.h"

typedef struct _SEEN {
    ULONG Count;
    NTSTATUS Code;
    ULONG Address, Eip, EFlags, Flags, ContextFlags;
    ULONG Parameters, P0, P1;
} SEEN;

static SEEN Seen;
static ULONG Resume;

static EXCEPTION_DISPOSITION Handler(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                     PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    Seen.Count++;
    Seen.Code = Record->ExceptionCode;
    Seen.Flags = Record->ExceptionFlags;
    Seen.Address = (ULONG)Record->ExceptionAddress;
    Seen.Parameters = Record->NumberParameters;
    Seen.P0 = Record->ExceptionInformation[0];
    Seen.P1 = Record->ExceptionInformation[1];
    Seen.Eip = Context->Eip;
    Seen.EFlags = Context->EFlags;
    Seen.ContextFlags = Context->ContextFlags;
    Context->Eip = Resume;
    Context->EFlags &= ~0x100UL;
    return ExceptionContinueExecution;
}

/* Runs Code, which is data made executable by being in .text; a ret ends every row. */
static VOID Try(PCSTR Name, const UCHAR *Code)
{
    EXCEPTION_REGISTRATION_RECORD Frame;

    Seen = (SEEN){0};
    Frame.Handler = Handler;
    __asm__ volatile("movl %%fs:0, %%eax\n\t"
                     "movl %%eax, (%0)\n\t"
                     "movl %0, %%fs:0\n\t"
                     "pushal\n\t"
                     "movl %%esp, %2\n\t"
                     "movl $1f, %1\n\t"
                     "xorl %%edx, %%edx\n\t"
                     "xorl %%ecx, %%ecx\n\t"
                     "movl $1, %%eax\n\t"
                     "call *%3\n"
                     "1:\tmovl %2, %%esp\n\t"
                     "popal\n\t"
                     "movl (%0), %%eax\n\t"
                     "movl %%eax, %%fs:0"
                     :
                     : "r"(&Frame), "m"(Resume), "m"(*(ULONG *)&(ULONG){0}), "r"(Code)
                     : "eax", "ecx", "edx", "memory");
    if (Seen.Count == 0) {
        Print("%-22s no exception\n", Name);
        return;
    }
    if (Seen.Address - (ULONG)Code < 64) {
        Print("%-22s %08lX at +%ld, eip +%ld, %lu", Name, Seen.Code, Seen.Address - (ULONG)Code,
              Seen.Eip - (ULONG)Code, Seen.Parameters);
    } else {
        Print("%-22s %08lX at %lX, eip %lX, %lu", Name, Seen.Code, Seen.Address, Seen.Eip,
              Seen.Parameters);
    }
    if (Seen.Parameters == 2) {
        Print(" {%lX, %lX}", Seen.P0, Seen.P1);
    } else if (Seen.Parameters != 0) {
        Print(" {%lX, ...}", Seen.P0); /* the other two of a breakpoint are undefined */
    }
    Print("%s\n", Seen.Count > 1 ? " (more than once)" : "");
}

#define ROW(name, ...)                                                                             \
    do {                                                                                           \
        static const UCHAR Bytes[]                                                                 \
            __attribute__((section(".text"))) = {__VA_ARGS__, 0xC3, 0x90, 0x90, 0x90};             \
        Try(name, Bytes);                                                                          \
    } while (0)

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    ROW("nop", 0x90);
    ROW("div ecx (0)", 0xF7, 0xF1);
    ROW("idiv overflow", 0xB8, 0, 0, 0, 0x80, 0xBA, 0xFF, 0xFF, 0xFF, 0xFF, 0x83, 0xC9, 0xFF, 0xF7,
        0xF9);
    ROW("int3", 0xCC);
    ROW("cd 03", 0xCD, 0x03);
    ROW("into", 0xB0, 0x7F, 0x04, 0x01, 0xCE);
    ROW("into, no overflow", 0x30, 0xC0, 0xCE);
    /* bound eax, [esp] with bounds {return address, ...}: 1 is below */
    ROW("bound", 0x62, 0x04, 0x24);
    ROW("ud2", 0x0F, 0x0B);
    ROW("lock nop", 0xF0, 0x90);
    ROW("trap flag", 0x9C, 0x80, 0x4C, 0x24, 0x01, 0x01, 0x9D, 0x90, 0x90);
    ROW("hlt", 0xF4);
    ROW("cli", 0xFA);
    ROW("sti", 0xFB);
    ROW("in al, dx", 0xEC);
    ROW("out 80h, al", 0xE6, 0x80);
    ROW("rep outsb", 0xF3, 0x6E);
    ROW("mov eax, cr0", 0x0F, 0x20, 0xC0);
    ROW("mov dr7, eax", 0x0F, 0x23, 0xF8);
    ROW("clts", 0x0F, 0x06);
    ROW("wbinvd", 0x0F, 0x09);
    ROW("lgdt", 0x0F, 0x01, 0x14, 0x24);
    ROW("lidt", 0x0F, 0x01, 0x1C, 0x24);
    ROW("ltr", 0x0F, 0x00, 0xD8);
    ROW("rdmsr", 0x0F, 0x32);
    ROW("wrmsr", 0x0F, 0x30);
    ROW("prefixed hlt", 0x2E, 0x66, 0xF4);
    ROW("int 0", 0xCD, 0x00);
    ROW("int 0e", 0xCD, 0x0E);
    ROW("int 20", 0xCD, 0x20);
    ROW("int 30", 0xCD, 0x30);
    ROW("int ff", 0xCD, 0xFF);
    ROW("mov ss, cs", 0x8C, 0xC8, 0x8E, 0xD0);
    ROW("far jump to 8:", 0xEA, 0, 0, 0, 0, 0x08, 0x00);
    ROW("read 0", 0xA1, 0, 0, 0, 0);
    ROW("write 10", 0xA3, 0x10, 0, 0, 0);
    ROW("read 80100000", 0xA1, 0, 0, 0x10, 0x80);
    ROW("write 80100000", 0xA3, 0, 0, 0x10, 0x80);
    ROW("read 7fff0000", 0xA1, 0, 0, 0xFF, 0x7F);
    ROW("write shared data", 0xA3, 0, 0, 0xFE, 0x7F);
    ROW("jump to 20", 0xB8, 0x20, 0, 0, 0, 0xFF, 0xE0);
    Print("handlers see flags %lX, context %lX, TF %lu\n", Seen.Flags, Seen.ContextFlags,
          (Seen.EFlags >> 8) & 1);
    return 0;
}
