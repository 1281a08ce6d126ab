/* SPDX-License-Identifier: MIT */
/*
 * The kernel calls a program: one callback, there and back. NtMicaCallback (Mica's own service)
 * asks for it; on NT it is win32k that calls user32 this way. The README's fourth walk follows it.
 */
#include "mica.h"

static NTSTATUS NTAPI Double(PVOID InputBuffer, ULONG InputLength)
{
    ULONG Answer = *(ULONG *)InputBuffer * 2;

    Print("callback: %lu bytes, value %lu\n", InputLength, *(ULONG *)InputBuffer);
    return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
}

static PKERNEL_CALLBACK Table[] = {Double};

int main(int argc, char **argv)
{
    ULONG Value = 21, Answer = 0, Size = sizeof(Answer);
    NTSTATUS Status;

    (VOID) argc;
    (VOID) argv;
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;
    Status = NtMicaCallback(0, &Value, sizeof(Value), &Answer, &Size);
    Print("service: %s, answer %lu\n", StatusName(Status), Answer);
    return Answer == 42 ? 0 : 1;
}
