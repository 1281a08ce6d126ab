/* SPDX-License-Identifier: MIT */
/*
 * System services seen from below: numbers, argument pointers, bad pointers, time. What is
 * returned is NT's (nt-facts 2.5-2.7); registers are kept but for EAX, ECX, EDX.
 */
#include "mica.h"
#include "nt/dispatch.h"

static NTSTATUS Service(ULONG Number, PVOID Arguments)
{
    NTSTATUS Status;

    __asm__ volatile("int $0x2e"
                     : "=a"(Status), "+d"(Arguments)
                     : "0"(Number)
                     : "ecx", "memory", "cc");
    return Status;
}

static VOID Numbers(VOID)
{
    static const ULONG Tried[] = {0xD3, 0xFFF, 0x1001, 0x2000, 0x3FFF, 0x01, 0x40000000};

    for (ULONG i = 0; i < ARRAYSIZE(Tried); i++) {
        Print("service %lX: %s\n", Tried[i], StatusName(Service(Tried[i], NULL)));
    }
    /* NtClose with its argument block in odd places */
    Print("arguments at 0: %s\n", StatusName(Service(0x0F, (PVOID)0)));
    Print("arguments at 7FFEFFFE: %s\n", StatusName(Service(0x0F, (PVOID)0x7FFEFFFE)));
    Print("arguments at 80100000: %s\n", StatusName(Service(0x0F, (PVOID)0x80100000)));
    Print("arguments at FFFFFFFF: %s\n", StatusName(Service(0x0F, (PVOID)0xFFFFFFFF)));
}

static VOID Pointers(VOID)
{
    static PVOID const Bad[] = {(PVOID)0,          (PVOID)0x10,       (PVOID)0x7FFF0000,
                                (PVOID)0x80000000, (PVOID)0xFFDFF000, (PVOID)0xFFFFFFFC,
                                (PVOID)0x7FFE0000};
    HANDLE Output = NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardOutput;
    IO_STATUS_BLOCK IoStatus;

    for (ULONG i = 0; i < ARRAYSIZE(Bad); i++) {
        Print("pointer %08lX: time %s", (ULONG)Bad[i], StatusName(NtQuerySystemTime(Bad[i])));
        Print(", write %s",
              StatusName(NtWriteFile(Output, NULL, NULL, NULL, Bad[i], "x", 1, NULL, NULL)));
        if (Bad[i] != (PVOID)0x7FFE0000) { /* that one can be read: a very long delay */
            Print(", delay %s", StatusName(NtDelayExecution(FALSE, Bad[i])));
        }
        Print("\n");
    }
    Print("write of no buffer: %s\n",
          StatusName(NtWriteFile(Output, NULL, NULL, NULL, &IoStatus, (PVOID)0x10, 5, NULL, NULL)));
    Print("continue NULL: %s\n", StatusName(NtContinue(NULL, FALSE)));
    Print("raise NULL: %s\n", StatusName(NtRaiseException(NULL, NULL, TRUE)));
    Print("close 0: %s\n", StatusName(NtClose(NULL)));
    Print("close DEADBEEC: %s\n", StatusName(NtClose((HANDLE)0xDEADBEEC)));
    Print("no event pair: %s %s\n", StatusName(NtSetLowWaitHighThread()),
          StatusName(NtSetHighWaitLowThread()));
}

static VOID Interrupts(VOID)
{
    ULONG Ticks, Result;
    static const CHAR Text[] = "a line by int 2D\n";

    __asm__ volatile("int $0x2a" : "=a"(Ticks)::"edx", "ecx", "memory");
    Print("int 2A agrees with NtGetTickCount: %d\n", NtGetTickCount() - Ticks < 1000);
    __asm__ volatile("int $0x2c" : "=a"(Result)::"edx", "ecx", "memory");
    Print("int 2C: %s\n", StatusName(Result));
    __asm__ volatile("int $0x2d\n\tint3"
                     : "=a"(Result)
                     : "0"(BREAKPOINT_PRINT), "c"(Text), "d"(sizeof(Text) - 1)
                     : "memory");
    Print("int 2D print: %s\n", StatusName(Result));
    __asm__ volatile("int $0x2d\n\tint3"
                     : "=a"(Result)
                     : "0"(BREAKPOINT_PRINT), "c"(0x10), "d"(5)
                     : "memory");
    Print("int 2D print of a bad pointer: %s\n", StatusName(Result));
}

static VOID Time(VOID)
{
    LARGE_INTEGER Before, After, Frequency, Delay = {.QuadPart = -500000}; /* 50 ms */
    ULONG Ticks = NtGetTickCount();

    NtQueryPerformanceCounter(&Before, &Frequency);
    Print("delay: %s\n", StatusName(NtDelayExecution(FALSE, &Delay)));
    NtQueryPerformanceCounter(&After, NULL);
    Ticks = NtGetTickCount() - Ticks;
    Print("50 ms by ticks: %d\n", Ticks >= 40 && Ticks <= 80);
    /* in thousandths of a second: 64-bit division is not ntdll's to give */
    Ticks = (ULONG)(After.QuadPart - Before.QuadPart) / ((ULONG)Frequency.QuadPart / 1000);
    Print("50 ms by the counter: %d\n", Ticks >= 40 && Ticks <= 80);
    NtQuerySystemTime(&After);
    Print("system time is after 1999: %d\n", After.QuadPart > 125592000000000000LL);
    Print("yield: %s\n", StatusName(NtYieldExecution()));
}

static VOID Process(VOID)
{
    PROCESS_BASIC_INFORMATION Basic;
    ULONG Length = 0;

    Print("query: %s\n", StatusName(NtQueryInformationProcess(NtCurrentProcess(), 0, &Basic,
                                                              sizeof(Basic), &Length)));
    Print("peb %d, length %lu, id as in the TEB %d\n",
          Basic.PebBaseAddress == NtCurrentTeb()->ProcessEnvironmentBlock, Length,
          (HANDLE)Basic.UniqueProcessId == NtCurrentTeb()->ClientId.UniqueProcess);
    Print("query, short: %s\n",
          StatusName(NtQueryInformationProcess(NtCurrentProcess(), 0, &Basic, 4, NULL)));
    Print("query, class 999: %s\n",
          StatusName(NtQueryInformationProcess(NtCurrentProcess(), 999, &Basic, 4, NULL)));
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Numbers();
    Pointers();
    Interrupts();
    Time();
    Process();
    return 0;
}
