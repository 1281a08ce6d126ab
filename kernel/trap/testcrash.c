/* SPDX-License-Identifier: MIT */
/*
 * Cases of NtMicaKernelCase from 24 up: the classic ways to lose the machine, for the crash report
 * to name (tests/test_report.py). None comes back.
 */
#include "i386/cpu.h"
#include "mm/pool.h"
#include "rtl/rtl.h"
#include "testcases.h"
#include "trap.h"

static VOID KiTripleFaultCase(PCHAR Line)
{
    static const UCHAR NoTable[6];

    (VOID) Line;
    __asm__ volatile("lidt %0\n\tint3" ::"m"(NoTable));
}

/* An ESP where nothing is, and a push: no frame can be pushed; but #DF is a task. */
static VOID KiLostStackCase(PCHAR Line)
{
    (VOID) Line;
    __asm__ volatile("movl $0xA0000000, %esp\n\tpushl $0");
}

static VOID KiStuckCase(PCHAR Line)
{
    (VOID) Line;
    KiDisableInterrupts();
    for (;;) {
        __asm__ volatile("pause");
    }
}

static VOID KiHighLoopCase(PCHAR Line)
{
    (VOID) Line;
    KfRaiseIrql(DISPATCH_LEVEL);
    for (;;) {
        __asm__ volatile("pause");
    }
}

/* FS still the program's flat data: the thread is looked for in page 0. */
static VOID KiWrongFsCase(PCHAR Line)
{
    (VOID) Line;
    __asm__ volatile("movw %w0, %%fs\n\tmovl %%fs:0x124, %%eax" ::"r"(0x23) : "eax");
}

static VOID KiNullCallCase(PCHAR Line)
{
    VOID (*volatile Routine)(PCHAR Line) = NULL;

    Routine(Line);
}

static VOID KiWriteTextCase(PCHAR Line)
{
    (VOID) Line;
    *(volatile UCHAR *)KiWriteTextCase = 0xCC;
}

/* A checked build has written over the block. */
static VOID KiFreedBlockCase(PCHAR Line)
{
    PVOID *Block = ExAllocatePoolWithTag(NonPagedPool, 64, POOL_TAG('T', 'e', 's', 't'));

    Block[4] = Line;
    ExFreePool(Block);
    *(volatile UCHAR *)Block[4] = 0;
}

/* The size wraps around: a copy that goes on until there is nothing more. */
static VOID KiWildCopyCase(PCHAR Line)
{
    (VOID) Line;
    memset((PVOID)0xA0001000, 0, 16);
}

/* A checked build asks whether the sum fits. */
static VOID KiSumCase(PCHAR Line)
{
    volatile LONG Most = 0x7FFFFFFF, One = 1;

    KiNote(Line, "%lX", (ULONG)(Most + One));
}

/* And whether the guard above the array is as it was. */
static VOID KiLocalArrayCase(PCHAR Line)
{
    volatile CHAR Local[8];
    volatile ULONG Length = 12;

    for (ULONG i = 0; i < Length; i++) {
        ((volatile CHAR *)Local)[i] = 'A';
    }
    KiNote(Line, "%c", (ULONG)Local[0]);
}

KI_CASE *KiCrashCase(ULONG Number)
{
    static KI_CASE *const Cases[] = {
        KiTripleFaultCase, KiLostStackCase, KiStuckCase,      KiHighLoopCase,
        KiWrongFsCase,     KiNullCallCase,  KiWriteTextCase,  KiFreedBlockCase,
        KiWildCopyCase,    KiSumCase,       KiLocalArrayCase,
    };

    return Number - 24 < ARRAYSIZE(Cases) ? Cases[Number - 24] : NULL;
}
