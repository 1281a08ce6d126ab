/* SPDX-License-Identifier: MIT */
/*
 * The kernel calls the program (KeUserModeCallback through Mica's own service): data in and out,
 * nesting, what the stack looks like there, and what is refused. Source: nt-facts 5; seed 000.
 */
#include "course.h"

#include "nt/dispatch.h"

enum { ApiDouble, ApiReturn, ApiLook, ApiNest, ApiDeeper, ApiDirty, ApiBad, ApiContinue };

static NTSTATUS NTAPI Double(PVOID Input, ULONG Length)
{
    ULONG Answer = *(ULONG *)Input * 2;

    Print("  in the callback: %lu bytes, value %lu\n", Length, *(ULONG *)Input);
    return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
}

/* Comes back to KiUserCallbackDispatcher, which returns this for us, without output. */
static NTSTATUS NTAPI Return(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    return 0x12345678;
}

static ULONG EspBefore, Outer;

/* What lies above the arguments: the image, and the program's own stack above that. */
static NTSTATUS NTAPI Look(PVOID Input, ULONG Length)
{
    KCALLBACK_STACK *Stack = CONTAINING_RECORD(&Input, KCALLBACK_STACK, InputBuffer);
    USHORT Ds, Fs;
    ULONG Flags;

    __asm__ volatile("movw %%ds, %0\n\tmovw %%fs, %1\n\tpushfl\n\tpopl %2"
                     : "=m"(Ds), "=m"(Fs), "=r"(Flags));
    Print("  the data begins behind the image: %d, aligned: %d, copied: %d\n",
          Input == (PVOID)(Stack + 1), ((ULONG)Input & 3) == 0, Input != (PVOID)Outer);
    Print("  below the program's stack pointer: %d\n", (ULONG)Input + Length <= EspBefore);
    Print("  the chain's head is the image's record: %d, its next the program's: %d\n",
          ChainHead() == &Stack->Registration, Stack->Registration.Next == (PVOID)Scratch[0]);
    Print("  ds %X, fs %X, df %lu\n", Ds, Fs, Flags >> 10 & 1);
    return STATUS_SUCCESS;
}

static ULONG Deepest;

static NTSTATUS NTAPI Nest(PVOID Input, ULONG Length)
{
    ULONG Level = *(ULONG *)Input + 1, Answer = 0, Size = sizeof(Answer);
    NTSTATUS Status;

    (VOID) Length;
    if (Level == 5) {
        Answer = Level;
        return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
    }
    Status = NtMicaCallback(ApiNest, &Level, sizeof(Level), &Answer, &Size);
    Print("  level %lu: %s, %lu\n", Level, StatusName(Status), Answer);
    Answer = Answer * 10 + Level;
    return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
}

static NTSTATUS NTAPI Deeper(PVOID Input, ULONG Length)
{
    ULONG Answer = 0, Size = 0;
    NTSTATUS Status;

    (VOID) Input;
    (VOID) Length;
    Deepest++;
    Status = NtMicaCallback(ApiDeeper, NULL, 0, &Answer, &Size);
    return NtCallbackReturn(NULL, 0, Status);
}

static NTSTATUS NTAPI Bad(PVOID Input, ULONG Length)
{
    (VOID) Length;
    switch (*(ULONG *)Input) {
    case 0:
        return NtCallbackReturn((PVOID)0x80000000, 4, STATUS_SUCCESS);
    case 1:
        return NtCallbackReturn((PVOID)0x20, 4, STATUS_SUCCESS);
    case 2:
        return NtCallbackReturn(Input, 0x7FFFFFFF, STATUS_SUCCESS);
    default:
        return NtCallbackReturn(NULL, 0, STATUS_UNSUCCESSFUL);
    }
}

static NTSTATUS NTAPI Dirty(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    SetChainHead((PVOID)0x12345670);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI GoElsewhere(PVOID Input, ULONG Length);

static PKERNEL_CALLBACK Table[] = {Double, Return, Look, Nest, Deeper, Dirty, Bad, GoElsewhere};

/* NtContinue inside a callback acts on the callback's own frame. */
static NTSTATUS NTAPI GoElsewhere(PVOID Input, ULONG Length)
{
    volatile ULONG Turn = 0;
    CONTEXT Context;

    (VOID) Input;
    (VOID) Length;
    Context.ContextFlags = CONTEXT_FULL;
    __asm__ volatile("movl %%ebp, %0\n\tmovl %%ebx, %1\n\tmovl %%esi, %2\n\tmovl %%edi, %3\n\t"
                     "movl %%esp, %4\n\tmovl $1f, %5\n1:"
                     : "=m"(Context.Ebp), "=m"(Context.Ebx), "=m"(Context.Esi), "=m"(Context.Edi),
                       "=m"(Context.Esp), "=m"(Context.Eip)::"memory", "eax", "ecx", "edx");
    if (Turn++ == 0) {
        Context.EFlags = 0x202;
        NtContinue(&Context, FALSE);
    }
    Print("  continued inside\n");
    return STATUS_SUCCESS;
}

static NTSTATUS Call(ULONG Api, ULONG Value, ULONG *Answer)
{
    ULONG Size = sizeof(*Answer);

    *Answer = 0;
    return NtMicaCallback(Api, &Value, sizeof(Value), Answer, &Size);
}

/* The service by hand, with the stack pointer wherever. */
static DECLSPEC_NOINLINE NTSTATUS CallAt(ULONG Esp)
{
    static ULONG Arguments[5], Saved;
    NTSTATUS Status;

    Arguments[0] = ApiReturn;
    Arguments[1] = (ULONG)Scratch;
    Arguments[2] = 4;
    __asm__ volatile("pushal\n\tmovl %%esp, %1\n\tmovl %2, %%esp\n\tmovl $0x1000, %%eax\n\t"
                     "movl $%c3, %%edx\n\tint $0x2e\n\tmovl %1, %%esp\n\tmovl %%eax, 28(%%esp)\n\t"
                     "popal"
                     : "=a"(Status), "+m"(Saved)
                     : "c"(Esp), "i"(Arguments)
                     : "memory");
    return Status;
}

int main(int argc, char **argv)
{
    ULONG Answer, Size, Good = 0;
    PVOID Chain;
    NTSTATUS Status;

    (VOID) argc;
    (VOID) argv;
    CASE(
        "before a table is there the dispatcher reads through NULL: an exception of the program's");
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = NULL;
    __try {
        Call(ApiDouble, 1, &Answer);
        Print("  not reached\n");
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  %s\n", StatusName(GetExceptionCode()));
    }
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;

    CASE("data in, data out, a status");
    Status = Call(ApiDouble, 21, &Answer);
    Print("  %s, %lu\n", StatusName(Status), Answer);

    CASE("a routine that just returns: the dispatcher's int 2B hands its result over");
    Status = Call(ApiReturn, 0, &Answer);
    Print("  %08lX, %lu\n", Status, Answer);
    Status = Call(ApiBad, 3, &Answer);
    Print("  a failure of its own: %s\n", StatusName(Status));

    CASE("what a callback finds on the stack, in the chain and in its registers");
    __asm__ volatile("movl %%esp, %0" : "=m"(EspBefore));
    Scratch[0] = (ULONG)ChainHead();
    Scratch[1] = 7;
    Outer = (ULONG)&Scratch[1];
    Size = 0;
    NtMicaCallback(ApiLook, &Scratch[1], 5, NULL, NULL);

    CASE("callbacks nest, and each level gets its own answer");
    Status = Call(ApiNest, 0, &Answer);
    Print("  %s, %lu\n", StatusName(Status), Answer);

    CASE("as deep as the kernel stack allows, and as deep again afterwards");
    Status = Call(ApiDeeper, 0, &Answer);
    Good = Deepest;
    Print("  %s, at least 8: %d\n", StatusName(Status), Deepest >= 8);
    Deepest = 0;
    Status = Call(ApiDeeper, 0, &Answer);
    Print("  %s, the same depth: %d\n", StatusName(Status), Deepest == Good);

    CASE("a wrong answer is the service's to refuse");
    for (ULONG i = 0; i < 3; i++) {
        Print("  %s\n", StatusName(Call(ApiBad, i, &Answer)));
    }
    Size = 2;
    Scratch[0] = 3;
    Print("  no room for it: %s\n",
          StatusName(NtMicaCallback(ApiDouble, Scratch, 4, &Answer, &Size)));

    CASE("wrong input");
    Print("  too long: %s\n", StatusName(NtMicaCallback(ApiReturn, Table, 0x10000, NULL, NULL)));
    Print("  nothing there: %s\n",
          StatusName(NtMicaCallback(ApiReturn, (PVOID)0x20, 4, NULL, NULL)));
    Print("  none: %08lX\n", NtMicaCallback(ApiReturn, NULL, 0, NULL, NULL));

    CASE("whatever the callback did to the chain, afterwards it is the caller's");
    Chain = ChainHead();
    Call(ApiDirty, 0, &Answer);
    Print("  %d\n", ChainHead() == Chain);

    CASE("NtContinue inside a callback");
    Status = Call(ApiContinue, 0, &Answer);
    Print("  %s\n", StatusName(Status));

    CASE("a return without a callback");
    Print("  service: %s\n", StatusName(NtCallbackReturn(NULL, 0, 0)));
    __asm__ volatile("int $0x2b" : "=a"(Status) : "a"(0), "c"(0), "d"(0) : "memory");
    Print("  int 2B: %s\n", StatusName(Status));

    CASE("a stack pointer that cannot take the image: nothing is called");
    Print("  0: %s\n", StatusName(CallAt(0)));
    Print("  8: %s\n", StatusName(CallAt(8)));
    Print("  1000: %s\n", StatusName(CallAt(0x1000)));
    Print("  80100000: %s\n", StatusName(CallAt(0x80100000)));
    Print("  fffffffc: %s\n", StatusName(CallAt(0xFFFFFFFC)));
    return 0;
}
