/* SPDX-License-Identifier: MIT */
/* Who runs next: the first ready thread of the highest priority, or the idle thread. One processor.
 */
#include "i386/cpu.h"
#include "ke.h"
#include "port.h"
#include "ready.h"

VOID KeReadyThread(PKTHREAD Thread)
{
    ULONG Flags = HalpDisableInterrupts();

    Thread->State = Ready;
    KiInsertReady(Thread, FALSE);
    HalpRestoreInterrupts(Flags);
}

/*
 * What is true when KiSwapStacks returns: this is the same thread on the same stack, but an
 * unknown time later, and another thread has called it. A new thread does not come back here at
 * all: its first switch ends in KiThreadStartup, so nothing may stand behind the call that a new
 * thread would miss.
 */
VOID KiSwapThread(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Old = Prcb->CurrentThread;
    PKTHREAD New = KiTakeReady(0);

    if (New == NULL) {
        New = Prcb->IdleThread;
    }
    New->State = Running;
    if (New == Old) {
        return;
    }
    Prcb->CurrentThread = New;
    Prcb->KeContextSwitches++;
    New->ContextSwitches++;
    if (New->ApcState.Process != Old->ApcState.Process && New != Prcb->IdleThread &&
        KiReadCr3() != New->ApcState.Process->DirectoryTableBase[0]) {
        /* Idle borrows whatever address space is there: a load of CR3 empties the TLB. */
        KiWriteCr3(New->ApcState.Process->DirectoryTableBase[0]);
    }
    KiSwapNpx(New);
    KiSetCurrentStack(New->StackBase, New->StackLimit, KiEsp0(New->InitialStack), (ULONG)New->Teb);
    KiSwapStacks(&Old->KernelStack, New->KernelStack);
}

NTSTATUS KeYieldExecution(VOID)
{
    ULONG Flags = HalpDisableInterrupts();
    NTSTATUS Status = STATUS_NO_YIELD_PERFORMED;

    if (KiIsReady((ULONG)KeGetCurrentThread()->Priority)) {
        KeReadyThread(KeGetCurrentThread());
        KiSwapThread();
        Status = STATUS_SUCCESS;
    }
    HalpRestoreInterrupts(Flags);
    return Status;
}

DECLSPEC_NORETURN VOID KeIdleLoop(VOID)
{
    for (;;) {
        KiDisableInterrupts();
        if (!KiIsReady(0)) {
            KiHalt();
        } else {
            KiSwapThread();
        }
    }
}
