/* SPDX-License-Identifier: MIT */
/*
 * Exceptions and callbacks: handled inside, handled outside (then the kernel's half of the callback
 * is popped, STATUS_CALLBACK_POP_STACK), and nothing left behind either way. Source: nt-facts 5.4.
 */
#include "course.h"

#include "setjmp.h"

enum { ApiInside, ApiFault, ApiNest, ApiJump, ApiFinally, ApiDepth, ApiApc, ApiBreak, ApiDebug };

static ULONG Depth;
static jmp_buf Place;

static NTSTATUS NTAPI Inside(PVOID Input, ULONG Length)
{
    NTSTATUS Code = 0;

    (VOID) Input;
    (VOID) Length;
    __try {
        Peek((PVOID)0x10);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Code = GetExceptionCode();
    }
    return Code;
}

static NTSTATUS NTAPI Fault(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    Peek((PVOID)0x10);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Nest(PVOID Input, ULONG Length)
{
    ULONG Left = *(ULONG *)Input - 1;

    (VOID) Length;
    __try {
        NtMicaCallback(Left == 0 ? ApiFault : ApiNest, &Left, sizeof(Left), NULL, NULL);
        Print("  not reached\n");
    } __finally {
        Print("  level %lu: finally, abnormal %d\n", Left, _abnormal_termination());
    }
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Jump(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    longjmp(Place, 9);
}

static NTSTATUS NTAPI Finally(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    __try {
        Peek((PVOID)0x10);
    } __finally {
        Print("  finally in the callback\n");
    }
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI Deeper(PVOID Input, ULONG Length)
{
    NTSTATUS Status;

    (VOID) Input;
    (VOID) Length;
    Depth++;
    Status = NtMicaCallback(ApiDepth, NULL, 0, NULL, NULL);
    return Status;
}

static VOID NTAPI Apc(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    Print("  apc in the callback: %lX %lX %lX\n", (ULONG)Context, (ULONG)Argument1,
          (ULONG)Argument2);
}

static NTSTATUS NTAPI TakeApc(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    NtQueueApcThread(NtCurrentThread(), (PVOID)Apc, (PVOID)1, (PVOID)2, (PVOID)3);
    Print("  test alert: %s\n", StatusName(NtTestAlert()));
    return 0x77;
}

/* A breakpoint that the process's debugger handles. */
static NTSTATUS NTAPI Break(PVOID Input, ULONG Length)
{
    (VOID) Input;
    (VOID) Length;
    DbgBreakPoint();
    return 0x78;
}

/* Arms a breakpoint of the processor in the callback; it holds afterwards. */
static NTSTATUS NTAPI Arm(PVOID Input, ULONG Length)
{
    CONTEXT Context = {
        .ContextFlags = CONTEXT_DEBUG_REGISTERS, .Dr0 = (ULONG)Scratch, .Dr7 = 1 | 0xD << 16};

    (VOID) Input;
    (VOID) Length;
    return NtSetContextThread(NtCurrentThread(), &Context);
}

static PKERNEL_CALLBACK Table[] = {Inside, Fault, Nest, Jump, Finally, Deeper, TakeApc, Break, Arm};

static NTSTATUS Call(ULONG Api, ULONG Value)
{
    return NtMicaCallback(Api, &Value, sizeof(Value), NULL, NULL);
}

static LONG Say(PEXCEPTION_POINTERS Pointers)
{
    Print("  the outer filter: %s\n", StatusName(Pointers->ExceptionRecord->ExceptionCode));
    return EXCEPTION_EXECUTE_HANDLER;
}

static DECLSPEC_NOINLINE VOID Outside(ULONG Api, ULONG Value)
{
    __try {
        Call(Api, Value);
        Print("  not reached\n");
    } __except (Say(GetExceptionInformation())) {
        Print("  the outer body; a callback is still active: %d\n",
              NtCallbackReturn(NULL, 0, 0) != STATUS_NO_CALLBACK_ACTIVE);
    }
}

/* How deep they nest now: the same as before, unless something was left on the kernel stack. */
static ULONG MeasureDepth(VOID)
{
    Depth = 0;
    Call(ApiDepth, 0);
    return Depth;
}

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();
    MICA_DEBUG_SCRIPT Script = {MICA_ASK_DEBUG_PORT, {{0}, {MICA_HANDLED}, {0}}};
    MICA_DEBUG_LOG Log;
    ULONG Before;
    USHORT Gs;
    CODE(Store, 0x89, 0x03);

    (VOID) argc;
    (VOID) argv;
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;
    Before = MeasureDepth();

    CASE("raised and handled inside: the callback just goes on");
    Print("  returned %s\n", StatusName(Call(ApiInside, 0)));

    CASE("handled outside: the callback is over, its service never returns");
    Outside(ApiFault, 0);

    CASE("__finally blocks inside the callback run on the way");
    Outside(ApiFinally, 0);

    CASE("through three callbacks, one in the other");
    Outside(ApiNest, 3);

    CASE("a long jump out of a callback");
    if (setjmp(Place) == 0) {
        Call(ApiJump, 0);
        Print("  not reached\n");
    }
    Print("  back; a callback is still active: %d\n",
          NtCallbackReturn(NULL, 0, 0) != STATUS_NO_CALLBACK_ACTIVE);

    CASE("nothing is left on the kernel stack: they nest as deep as before");
    for (ULONG i = 0; i < 100; i++) {
        __try {
            Call(ApiFault, 0);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
        }
    }
    Print("  after a hundred more: %d\n", MeasureDepth() == Before);

    CASE("an APC inside a callback");
    Print("  returned %lX\n", Call(ApiApc, 0));

    CASE("a debugger inside a callback");
    NtMicaDebuggers(&Script, NULL);
    Print("  returned %lX\n", Call(ApiBreak, 0));
    NtMicaDebuggers(NULL, &Log);
    Print("  the debug port was asked: %lu, for %s\n", Log.Count, StatusName(Log.Event[0].Code));

    CASE("debug registers that a callback arms stay armed");
    Print("  %s\n", StatusName(Call(ApiDebug, 0)));
    Run(Store, Scratch);
    Report("mov [ebx], eax", Store);

    CASE("a program's GS survives a callback");
    __asm__ volatile("movw $0x23, %%ax\n\tmovw %%ax, %%gs" ::: "eax");
    Call(ApiInside, 0);
    __asm__ volatile("movw %%gs, %0\n\tmovw %1, %%gs" : "=&r"(Gs) : "r"((USHORT)0));
    Print("  gs %X\n", Gs);

    CASE("the chain is what it was");
    Print("  %d\n", ChainHead() == Chain);
    return 0;
}
