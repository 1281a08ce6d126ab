/* SPDX-License-Identifier: MIT */
/*
 * The short tour for a first evening: the machine's tables as the processor has them, one
 * exception and one callback, told as they happen.
 */
#include "mica.h"

typedef struct __attribute__((packed)) _TABLE {
    USHORT Limit;
    ULONG Base;
} TABLE;

static ULONG Limit(USHORT Selector)
{
    ULONG Value = 0;
    __asm__("lsll %1, %0" : "+r"(Value) : "r"((ULONG)Selector));
    return Value;
}

static VOID ShowMachine(VOID)
{
    TABLE Gdt, Idt;
    USHORT Cs, Ss, Ds, Fs, Tr;
    PTEB Teb = NtCurrentTeb();

    __asm__ volatile("sgdt %0" : "=m"(Gdt));
    __asm__ volatile("sidt %0" : "=m"(Idt));
    __asm__ volatile("str %0" : "=m"(Tr));
    __asm__ volatile("movw %%cs, %0" : "=m"(Cs));
    __asm__ volatile("movw %%ss, %0" : "=m"(Ss));
    __asm__ volatile("movw %%ds, %0" : "=m"(Ds));
    __asm__ volatile("movw %%fs, %0" : "=m"(Fs));
    Print("The machine, asked from ring 3:\n");
    Print("  sgdt  base %08lX limit %03X    the flat GDT\n", Gdt.Base, Gdt.Limit);
    Print("  sidt  base %08lX limit %03X    256 gates, int 2A-2E open to ring 3\n", Idt.Base,
          Idt.Limit);
    Print("  str   %02X                       the TSS, for the kernel stack\n", Tr);
    Print("  cs %02X, ss %02X, ds %02X, fs %02X    ring 3, flat; fs covers %lX bytes:\n", Cs, Ss,
          Ds, Fs, Limit(Fs) + 1);
    Print("  TEB   %08lX, stack %08lX-%08lX, chain %08lX\n", (ULONG)Teb,
          (ULONG)Teb->NtTib.StackLimit, (ULONG)Teb->NtTib.StackBase,
          (ULONG)Teb->NtTib.ExceptionList);
    Print(
        "  PEB   %08lX, image %08lX, version %lu.%lu build %u\n",
        (ULONG)Teb->ProcessEnvironmentBlock, (ULONG)Teb->ProcessEnvironmentBlock->ImageBaseAddress,
        Teb->ProcessEnvironmentBlock->OSMajorVersion, Teb->ProcessEnvironmentBlock->OSMinorVersion,
        Teb->ProcessEnvironmentBlock->OSBuildNumber);
}

static LONG Tell(PEXCEPTION_POINTERS Pointers)
{
    PEXCEPTION_RECORD Record = Pointers->ExceptionRecord;

    Print("  2. #PF: the kernel built a trap frame, made %s of it\n",
          StatusName(Record->ExceptionCode));
    Print("     and laid record %08lX and context %08lX on this stack;\n", (ULONG)Record,
          (ULONG)Pointers->ContextRecord);
    Print("  3. KiUserExceptionDispatcher walked the chain at fs:[0], found this filter:\n");
    Print("     a %s of %08lX, by the instruction at %08lX. It accepts;\n",
          Record->ExceptionInformation[0] ? "write" : "read", Record->ExceptionInformation[1],
          (ULONG)Record->ExceptionAddress);
    return EXCEPTION_EXECUTE_HANDLER;
}

static VOID ShowException(VOID)
{
    Print("\nAn exception:\n");
    Print("  1. a __try block reads address 00000010, where nothing is mapped;\n");
    __try {
        __try {
            Peek((PVOID)0x10);
        } __finally {
            Print("  4. RtlUnwind runs the __finally block on the way out;\n");
        }
    } __except (Tell(GetExceptionInformation())) {
        Print("  5. and the __except block goes on.\n");
    }
}

static NTSTATUS NTAPI Callback(PVOID InputBuffer, ULONG InputLength)
{
    ULONG Answer = *(ULONG *)InputBuffer * 2;

    Print("  2. the kernel copied %lu bytes to %08lX, below the stack pointer, and left\n",
          InputLength, (ULONG)InputBuffer);
    Print("     for KiUserCallbackDispatcher, which called KernelCallbackTable[0]: this;\n");
    Print("  3. it answers %lu by NtCallbackReturn, int 2B in other words;\n", Answer);
    return NtCallbackReturn(&Answer, sizeof(Answer), STATUS_SUCCESS);
}

static PKERNEL_CALLBACK CallbackTable[] = {Callback};

static VOID ShowCallback(VOID)
{
    ULONG Question = 21, Answer = 0, Length = sizeof(Answer);
    NTSTATUS Status;

    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = CallbackTable;
    Print("\nA callback:\n");
    Print("  1. int 2E with EAX = 1000: service NtMicaCallback, input %lu;\n", Question);
    Status = NtMicaCallback(0, &Question, sizeof(Question), &Answer, &Length);
    Print("  4. the service is back: %s, output %lu.\n", StatusName(Status), Answer);
}

int main(int argc, char **argv)
{
    CHAR Line[16];

    (VOID) argc;
    (VOID) argv;
    do {
        Print("\nWelcome to Mica, a small NT. This is tour.exe, in ring 3.\n\n");
        ShowMachine();
        ShowException();
        ShowCallback();
        Print("\nEnter: once more. q, Enter: leave. > ");
    } while (ReadLine(Line, sizeof(Line)) && Line[0] != 'q' && Line[0] != 'Q');
    Print("\n");
    return 0;
}
