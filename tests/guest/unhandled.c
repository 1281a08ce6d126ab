/* SPDX-License-Identifier: MIT */
/* Exceptions nobody handles: the process ends with the code; the kernel's report says the rest. */
#include "mica.h"

static EXCEPTION_DISPOSITION Pass(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Context;
    (VOID) Dispatcher;
    Print("handler: %s\n", StatusName(Record->ExceptionCode));
    return ExceptionContinueSearch;
}

int main(int argc, char **argv)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {NtCurrentTeb()->NtTib.ExceptionList, Pass};
    PCSTR What = argc > 1 ? argv[1] : "";

    if (strcmp(What, "chain") == 0) {
        NtCurrentTeb()->NtTib.ExceptionList = &Frame;
        Peek((PVOID)0x14);
    } else if (strcmp(What, "status") == 0) {
        RtlRaiseStatus(0xE0001234);
    } else if (strcmp(What, "badchain") == 0) {
        NtCurrentTeb()->NtTib.ExceptionList = (PVOID)0x30;
        Peek((PVOID)0x14);
    } else if (strcmp(What, "badstack") == 0) {
        __asm__ volatile("movl $0x2000, %esp\n\tud2");
    } else if (strcmp(What, "kernelstack") == 0) {
        __asm__ volatile("movl $0x80100000, %esp\n\tud2");
    } else if (strcmp(What, "zerostack") == 0) {
        __asm__ volatile("xorl %esp, %esp\n\tpushl $1");
    } else if (strcmp(What, "breakpoint") == 0) {
        DbgBreakPoint();
    } else {
        Peek((PVOID)0x14);
    }
    Print("not reached\n");
    return 0;
}
