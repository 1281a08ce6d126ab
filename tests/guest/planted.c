/* SPDX-License-Identifier: MIT */
/* Mistakes of the classic kinds, by name: the crash report has to find out which it was. */
#include "mica.h"

typedef struct {
    ULONG Before[5];
    ULONG Field;
} THING;

static THING *volatile Thing;
static VOID (*volatile Routine)(VOID);
static const ULONG Constant[4] = {1, 2, 3, 4};
static HANDLE Mutants[2];

static DECLSPEC_NOINLINE VOID UseThing(VOID)
{
    Thing->Field = 5;
}

static DECLSPEC_NOINLINE ULONG Deeper(volatile ULONG *Above)
{
    volatile ULONG Locals[200];

    Locals[0] = *Above + 1;
    return Locals[0] != 0 ? Deeper(Locals) + Locals[0] : 0;
}

static VOID WriteConstant(VOID)
{
    *(volatile ULONG *)Constant = 5;
}

/* A return address of four letters: what an overrun buffer leaves. */
static DECLSPEC_NOINLINE VOID Smash(VOID)
{
    __asm__ volatile("pushl $0x41414141\n\tret");
}

/* Freed with --global-flag 20 (free checking): the heap has written over it. */
static VOID UseFreed(VOID)
{
    THING **Block = RtlAllocateHeap(RtlProcessHeap(), 0, 64);

    Block[4] = Thing;
    RtlFreeHeap(RtlProcessHeap(), 0, Block);
    ((THING *volatile *)Block)[4]->Field = 5;
}

static VOID LoseFs(VOID)
{
    __asm__ volatile("movw %w0, %%fs\n\tmovl %%fs:0x18, %%eax" ::"r"(0) : "eax");
}

static NTSTATUS NTAPI TakeOther(PVOID Parameter)
{
    (VOID) Parameter;
    NtWaitForSingleObject(Mutants[1], FALSE, NULL);
    Sleep(20);
    NtWaitForSingleObject(Mutants[0], FALSE, NULL);
    return 0;
}

static VOID Deadlock(VOID)
{
    Mutants[0] = MakeMutant();
    Mutants[1] = MakeMutant();
    NtWaitForSingleObject(Mutants[0], FALSE, NULL);
    StartThread(TakeOther, 0);
    Sleep(20);
    NtWaitForSingleObject(Mutants[1], FALSE, NULL);
}

static VOID Wait(VOID)
{
    Sleep(-1);
}

static VOID Spin(VOID)
{
    for (;;) {
        __asm__ volatile("pause");
    }
}

static VOID NullCall(VOID)
{
    Routine();
}

static VOID Overflow(VOID)
{
    ULONG Start = 0;

    Deeper(&Start);
}

static VOID Divide(VOID)
{
    volatile ULONG Zero = 0;
    ULONG Value = 5;

    Value /= Zero;
    Print("%lu\n", Value);
}

static VOID Privileged(VOID)
{
    __asm__ volatile("cli");
}

static VOID Kernel(VOID)
{
    *(volatile ULONG *)0x80100000 = 1;
}

static VOID Wild(VOID)
{
    *(volatile ULONG *)0x30000000 = 1;
}

static VOID Raise(VOID)
{
    RtlRaiseStatus(STATUS_NO_MEMORY);
}

static const struct {
    PCSTR Name;
    VOID (*Mistake)(VOID);
} Mistakes[] = {
    {"null", UseThing}, {"call", NullCall},     {"constant", WriteConstant},
    {"deep", Overflow}, {"smash", Smash},       {"freed", UseFreed},
    {"fs", LoseFs},     {"deadlock", Deadlock}, {"wait", Wait},
    {"spin", Spin},     {"divide", Divide},     {"cli", Privileged},
    {"kernel", Kernel}, {"wild", Wild},         {"raise", Raise},
};

int main(int argc, char **argv)
{
    for (ULONG i = 0; argc > 1 && i < ARRAYSIZE(Mistakes); i++) {
        if (strcmp(argv[1], Mistakes[i].Name) == 0) {
            Mistakes[i].Mistake();
        }
    }
    return 0;
}
