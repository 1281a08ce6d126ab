/* SPDX-License-Identifier: MIT */
/*
 * A million callbacks, and a tenth as many that end by an exception outside: between the two lines
 * of input that it waits for, tests/test_leaks.py looks at the kernel from outside. nt-facts 5.
 */
#include "mica.h"

static NTSTATUS NTAPI Return(PVOID Input, ULONG Length)
{
    (VOID) Length;
    return (NTSTATUS) * (ULONG *)Input;
}

static NTSTATUS NTAPI Fault(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    Peek((PVOID)0x10);
    return STATUS_SUCCESS;
}

static PKERNEL_CALLBACK Table[] = {Return, Fault};

static DECLSPEC_NOINLINE ULONG Leave(VOID)
{
    __try {
        NtMicaCallback(1, NULL, 0, NULL, NULL);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 1;
    }
    return 0;
}

static VOID Work(ULONG Times)
{
    ULONG Good = 0, Left = 0;

    for (ULONG i = 0; i < Times; i++) {
        Good += (ULONG)NtMicaCallback(0, &i, sizeof(i), NULL, NULL) == i;
    }
    for (ULONG i = 0; i < Times / 10; i++) {
        Left += Leave();
    }
    Print("%lu callbacks, %lu left by an exception\n", Good, Left);
}

int main(int argc, char **argv)
{
    CHAR Line[8];

    (VOID) argc;
    (VOID) argv;
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;
    Work(10); /* everything has been touched once */
    ReadLine(Line, sizeof(Line));
    Work(1000000);
    ReadLine(Line, sizeof(Line));
    Print("end\n");
    return 0;
}
