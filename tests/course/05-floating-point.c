/* SPDX-License-Identifier: MIT */
/*
 * Floating point: which exception an unmasked error is, where it is noticed, and what a handler can
 * do about it through its CONTEXT. Source: nt-facts 2.4, 3.10; Intel SDM 1, 8.5. SSE's own
 * exceptions
 * (#XM), denormal operands and the x87's stack faults are left out: QEMU's TCG has none of them
 * (tests/unit/npxformat.c has their codes).
 */
#include "course.h"

#define NONE 0x037F /* everything masked, 64 bits */
#define UNMASK(bit) (NONE & ~(bit))
enum { Ie = 1, De = 2, Ze = 4, Oe = 8, Ue = 16, Pe = 32 };

static double One = 1.0, Zero, Large = 1e300, Small = 1e-300, Three = 3.0;

/* What each row does: a control word, then FPU code, then FWAIT, where it is noticed. */
static USHORT Control;
static ULONG Place, Wait;

static VOID Setup(USHORT Word)
{
    Control = Word;
    __asm__ volatile("fninit\n\tfldcw %0" ::"m"(Control));
}

#define FPU(name, word, text)                                                                      \
    do {                                                                                           \
        EXCEPTION_REGISTRATION_RECORD Frame = {ChainHead(), Watch};                                \
        SetChainHead(&Frame);                                                                      \
        Seen.Count = 0;                                                                            \
        Setup(word);                                                                               \
        __asm__ volatile("movl $3f, %0\n\tmovl $1f, %1\n\tmovl $2f, %2\n\tmovl %%esp, %3\n\t"      \
                         "pushal\n\t" text "\n2:\tfwait\n3:\tmovl %3, %%esp\n\tfninit"             \
                         : "=m"(Resume), "=m"(Place), "=m"(Wait), "=m"(ResumeEsp)                  \
                         : "m"(One), "m"(Zero), "m"(Large), "m"(Small), "m"(Three)                 \
                         : "memory", "cc", "ebx", "esi", "edi", "eax", "ecx", "edx");              \
        SetChainHead(Frame.Next);                                                                  \
        Told(name);                                                                                \
    } while (0)

static VOID Told(PCSTR Name)
{
    if (Seen.Count == 0) {
        Print("  %-26s no exception\n", Name);
        return;
    }
    Print("  %-26s %08lX, %lu parameters {%lX}, address is the instruction's: %d, eip the wait's: "
          "%d\n",
          Name, Seen.Record.ExceptionCode, Seen.Record.NumberParameters,
          Seen.Record.ExceptionInformation[0], (ULONG)Seen.Record.ExceptionAddress == Place,
          Seen.Context.Eip == Wait);
}

/* Masks everything and clears the error: the program goes on with the processor's own answer. */
static EXCEPTION_DISPOSITION Mask(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Frame;
    (VOID) Dispatcher;
    Print("  handler: %08lX, control %lX, error flags %lX\n", Record->ExceptionCode,
          Context->FloatSave.ControlWord & 0xFFFF, Context->FloatSave.StatusWord & 0xBF);
    Context->FloatSave.ControlWord = 0x37F;
    Context->FloatSave.StatusWord &= ~0x80FFUL;
    *(USHORT *)Context->ExtendedRegisters = 0x37F; /* the same in FXSAVE's form */
    *(USHORT *)(Context->ExtendedRegisters + 2) &= (USHORT)~0x80FF;
    return ExceptionContinueExecution;
}

/* Steps over UD2, having put 7.0 into ST0 and an integer into XMM1. */
static EXCEPTION_DISPOSITION Edit(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    static const UCHAR Seven[10] = {0, 0, 0, 0, 0, 0, 0, 0xE0, 0x01, 0x40};

    (VOID) Record;
    (VOID) Frame;
    (VOID) Dispatcher;
    memcpy(Context->FloatSave.RegisterArea, Seven, sizeof(Seven));
    memcpy(Context->ExtendedRegisters + 0x20, Seven, sizeof(Seven));
    *(ULONG *)(Context->ExtendedRegisters + 0xA0 + 16) = 0x12345678;
    *(ULONG *)(Context->ExtendedRegisters + 0x18) |= 0xFFFF0000; /* MXCSR's reserved bits */
    Context->Eip += 2;
    return ExceptionContinueExecution;
}

static ULONG AsInteger(double Value)
{
    ULONG Result;

    __asm__ volatile("fldl %1\n\tfistpl %0" : "=m"(Result) : "m"(Value));
    return Result;
}

int main(int argc, char **argv)
{
    EXCEPTION_REGISTRATION_RECORD Frame;
    LARGE_INTEGER Soon = {.QuadPart = -200000};
    ULONG Mxcsr = 0, Integer = 0;
    double Value = 0;
    USHORT Word = 0;
    CONTEXT Context;

    (VOID) argc;
    (VOID) argv;
    CASE("a thread begins with everything masked");
    __asm__ volatile("fnstcw %0\n\tstmxcsr %1" : "=m"(Word), "=m"(Mxcsr));
    Print("  control word %X, mxcsr %lX\n", Word, Mxcsr);

    CASE("an unmasked error of the x87, noticed by the next instruction that waits");
    FPU("1 / 0", UNMASK(Ze), "fldl %4\n1:\tfdivl %5");
    FPU("0 / 0", UNMASK(Ie), "fldz\n1:\tfdivl %5");
    FPU("sqrt -1", UNMASK(Ie), "fld1\n\tfchs\n1:\tfsqrt");
    FPU("1e300 * 1e300, stored", UNMASK(Oe), "fldl %6\n\tfmull %6\n1:\tfstpl 0x40+%5");
    FPU("1 / 3", UNMASK(Pe), "fldl %4\n1:\tfdivl %8");

    CASE("two errors at once: invalid before divide, in the order of the table");
    FPU("all unmasked, 0 / 0", 0x340, "fldz\n1:\tfdivl %5");
    FPU("all unmasked, 1 / 0", 0x340, "fldl %4\n1:\tfdivl %5");

    CASE("masked, the processor answers and nothing is told");
    FPU("1 / 0", NONE, "fldl %4\n1:\tfdivl %5");
    FPU("only overflow unmasked", UNMASK(Oe), "fldl %4\n1:\tfdivl %5");

    CASE("a handler masks it and goes on: the instruction that waited runs now");
    Frame = (EXCEPTION_REGISTRATION_RECORD){ChainHead(), Mask};
    SetChainHead(&Frame);
    Setup(UNMASK(Ze));
    __asm__ volatile("fldl %1\n\tfdivl %2\n\tfwait\n\tfnstcw %0\n\tfninit"
                     : "=m"(Word)
                     : "m"(One), "m"(Zero));
    SetChainHead(Frame.Next);
    Print("  after it: control word %X\n", Word);

    CASE("a handler's changes to both register files are what the program has then");
    Frame = (EXCEPTION_REGISTRATION_RECORD){ChainHead(), Edit};
    SetChainHead(&Frame);
    __asm__ volatile("fninit\n\tfld1\n\tud2\n\tfstpl %0\n\tmovd %%xmm1, %1\n\tstmxcsr %2"
                     : "=m"(Value), "=r"(Integer), "=m"(Mxcsr)
                     :
                     : "memory");
    SetChainHead(Frame.Next);
    Print("  st0 %lu, xmm1 %lX, mxcsr %lX\n", AsInteger(Value), Integer, Mxcsr & 0xFFFF0000);

    CASE("the state is the thread's own: it is there after others have run");
    Integer = 0;
    __asm__ volatile("fninit\n\tfldpi\n\tmovl $0x2468, %%eax\n\tmovd %%eax, %%xmm3" ::: "eax");
    NtDelayExecution(FALSE, &Soon);
    __asm__ volatile("fstpl %0\n\tmovd %%xmm3, %1" : "=m"(Value), "=r"(Integer)::"memory");
    Print("  st0 %lu millionths, xmm3 %lX\n", AsInteger(Value * 1000000.0), Integer);

    CASE("NtGetContextThread has both forms of it");
    __asm__ volatile("fninit\n\tfld1\n\tfldz");
    Context.ContextFlags = CONTEXT_FLOATING_POINT | CONTEXT_EXTENDED_REGISTERS;
    NtGetContextThread(NtCurrentThread(), &Context);
    __asm__ volatile("fninit");
    Print("  control %lX, top %lu, tags %04lX; fxsave's %04X, tags %02X\n",
          Context.FloatSave.ControlWord & 0xFFFF, Context.FloatSave.StatusWord >> 11 & 7,
          Context.FloatSave.TagWord & 0xFFFF, *(USHORT *)Context.ExtendedRegisters,
          Context.ExtendedRegisters[4]);
    return 0;
}
