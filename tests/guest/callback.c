/* SPDX-License-Identifier: MIT */
/*
 * KeUserModeCallback through NtMicaCallback: data in, data out, status; nesting as deep as the
 * kernel stack allows, then STATUS_STACK_OVERFLOW; return without a callback. nt-facts 5.
 * (Mica's own service: there is nothing to compare with elsewhere.)
 */
#include "mica.h"

enum { ApiDouble, ApiReturn, ApiNest, ApiBad, ApiFault, ApiDirty };

static NTSTATUS NTAPI Double(PVOID Input, ULONG Length)
{
    ULONG Answer = *(ULONG *)Input * 2;

    Print("  callback: %lu bytes, value %lu, aligned %d\n", Length, *(ULONG *)Input,
          ((ULONG)Input & 3) == 0);
    return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
}

/* Comes back to KiUserCallbackDispatcher, which returns this for us, without output. */
static NTSTATUS NTAPI Return(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    return 0x12345678;
}

static ULONG Deepest;

static NTSTATUS NTAPI Nest(PVOID Input, ULONG Length)
{
    ULONG Level = *(ULONG *)Input + 1;
    ULONG Answer = Level, Size = sizeof(Answer);
    NTSTATUS Status;

    (VOID) Length;
    Deepest = Level;
    Status = NtMicaCallback(ApiNest, &Level, sizeof(Level), &Answer, &Size);
    return NtCallbackReturn(&Answer, sizeof(Answer), Status);
}

static NTSTATUS NTAPI Bad(PVOID Input, ULONG Length)
{
    (VOID) Length;
    switch (*(ULONG *)Input) {
    case 0:
        return NtCallbackReturn((PVOID)0x80000000, 4, STATUS_SUCCESS);
    case 1:
        return NtCallbackReturn((PVOID)0x20, 4, STATUS_SUCCESS);
    default:
        return NtCallbackReturn(Input, 0x7FFFFFFF, STATUS_SUCCESS);
    }
}

static NTSTATUS NTAPI Fault(PVOID Input, ULONG Length)
{
    ULONG Answer = 0;

    (VOID) Input;
    (VOID) Length;
    __try {
        Peek((PVOID)0x10);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Answer = GetExceptionCode();
    }
    return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
}

static NTSTATUS NTAPI Dirty(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    __asm__ volatile("movl $0x12345670, %%eax\n\tmovl %%eax, %%fs:0" ::: "eax", "memory");
    return 0;
}

static PKERNEL_CALLBACK Table[] = {Double, Return, Nest, Bad, Fault, Dirty};

static NTSTATUS Call(ULONG Api, ULONG Value, ULONG *Answer)
{
    ULONG Size = sizeof(*Answer);

    *Answer = 0;
    return NtMicaCallback(Api, &Value, sizeof(Value), Answer, &Size);
}

int main(int argc, char **argv)
{
    ULONG Answer, Small = 2, Big = 0;
    NTSTATUS Status;
    PVOID List;

    (VOID) argc;
    (VOID) argv;
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;

    Status = Call(ApiDouble, 21, &Answer);
    Print("double: %s %lu\n", StatusName(Status), Answer);
    Status = Call(ApiReturn, 0, &Answer);
    Print("return: %08lX %lu\n", Status, Answer);
    Status = Call(ApiFault, 0, &Answer);
    Print("fault inside: %s %s\n", StatusName(Status), StatusName(Answer));

    Status = Call(ApiNest, 0, &Answer);
    Print("nest: %s, at least 8 deep: %d\n", StatusName(Status), Deepest >= 8);
    Small = Deepest;
    Status = Call(ApiNest, 0, &Answer);
    Print("nest again: %s, as deep as before: %d\n", StatusName(Status), Deepest == Small);

    for (ULONG i = 0; i < 3; i++) {
        Status = Call(ApiBad, i, &Answer);
        Print("bad output %lu: %s\n", i, StatusName(Status));
    }
    Small = 2;
    Status = NtMicaCallback(ApiDouble, &Small, sizeof(Small), &Answer, &Small);
    Print("small output: %s\n", StatusName(Status));
    Print("long input: %s\n", StatusName(NtMicaCallback(ApiDouble, Table, 0x10000, NULL, NULL)));
    Print("bad input: %s\n", StatusName(NtMicaCallback(ApiDouble, (PVOID)0x20, 4, NULL, NULL)));

    List = NtCurrentTeb()->NtTib.ExceptionList;
    Status = Call(ApiDirty, 0, &Answer);
    Print("dirty chain: %s, restored %d\n", StatusName(Status),
          NtCurrentTeb()->NtTib.ExceptionList == List);

    Print("return without a callback: %s\n", StatusName(NtCallbackReturn(NULL, 0, 0)));
    __asm__ volatile("int $0x2b" : "=a"(Status) : "a"(0), "c"(0), "d"(0) : "memory");
    Print("int 2B without a callback: %s\n", StatusName(Status));

    for (ULONG i = 0; i < 1000; i++) {
        Status = Call(ApiReturn, i, &Answer);
        Big += Status == 0x12345678;
    }
    Print("1000 more: %lu\n", Big);
    return 0;
}
