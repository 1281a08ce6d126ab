/* SPDX-License-Identifier: MIT */
/*
 * QEMU's IRET lets ring 3 set VM (and with it IOPL and IF), which no processor does. There CS is a
 * paragraph, and says nothing of the ring. Whatever comes out of that mode is an exception of flat
 * ring 3, or ring 3's own service; never ring 0, never IOPL.
 */
#include "mica.h"

#define CODE 0x10800UL /* in the page of the environment: the one that lies below 1 MB */

static ULONG Saved;
static NTSTATUS Code;
static ULONG Flags, Cs;

static EXCEPTION_DISPOSITION Back(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    Code = Record->ExceptionCode;
    Flags = Context->EFlags;
    Cs = Context->SegCs;
    __asm__ volatile("movl $1f, %0\n\tjmp 2f\n1:\tmovl %1, %%esp\n\tpopal\n\tret\n2:"
                     : "=r"(Context->Eip)
                     : "m"(Saved));
    return ExceptionContinueExecution;
}

/*
 * Enters Paragraph:offset of CODE, EFLAGS VM | IOPL 3 | IF; the exception brings us back. ESP is
 * one that a flat thread can use too.
 */
static DECLSPEC_NOINLINE VOID Enter(ULONG Paragraph)
{
    ULONG Offset = CODE - Paragraph * 16;

    __asm__ volatile("call 1f\n\tjmp 2f\n1:\tpushal\n\tmovl %%esp, %0\n\t"
                     "pushl $0\n\tpushl $0\n\tpushl $0\n\tpushl $0\n\tpushl $0x1000\n\t"
                     "pushl %0\n\tpushl $0x23202\n\tpushl %1\n\tpushl %2\n\tiretl\n2:"
                     : "+m"(Saved)
                     : "r"(Paragraph), "r"(Offset)
                     : "memory", "cc");
}

static VOID Try(PCSTR Name, ULONG Paragraph, UCHAR A, UCHAR B)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {NtCurrentTeb()->NtTib.ExceptionList, Back};
    UCHAR *Bytes = (UCHAR *)CODE;

    Bytes[0] = A;
    Bytes[1] = B;
    Bytes[2] = 0xF4; /* hlt */
    Code = 0;
    NtCurrentTeb()->NtTib.ExceptionList = &Frame;
    Enter(Paragraph);
    NtCurrentTeb()->NtTib.ExceptionList = Frame.Next;
    Print("%s: exception %d, cs %lX, iopl %lu, vm %lu, if %lu\n", Name, Code != 0, Cs,
          Flags >> 12 & 3, Flags >> 17 & 1, Flags >> 9 & 1);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Try("even cs, hlt", 0x1000, 0xF4, 0xF4);
    Try("odd cs, hlt", 0x1001, 0xF4, 0xF4);
    Try("even cs, int 2E", 0x1000, 0xCD, 0x2E);
    Try("odd cs, int 2E", 0x1001, 0xCD, 0x2E);
    Try("even cs, int3", 0x1000, 0xCC, 0xF4);
    Try("even cs, int 2B", 0x1000, 0xCD, 0x2B);
    return 0;
}
