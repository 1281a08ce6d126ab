/* SPDX-License-Identifier: MIT */
/* Who runs next: the head of one ready list, or the idle thread. One processor, no priorities yet.
 */
#include "i386/cpu.h"
#include "ke.h"
#include "port.h"
#include "rtl/list.h"

static LIST_ENTRY KiReadyList = {&KiReadyList, &KiReadyList};

VOID KeReadyThread(PKTHREAD Thread)
{
    ULONG Flags = HalpDisableInterrupts();

    Thread->State = Ready;
    InsertTailList(&KiReadyList, &Thread->WaitListEntry);
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
    PKTHREAD New = Prcb->IdleThread;

    if (!IsListEmpty(&KiReadyList)) {
        New = CONTAINING_RECORD(RemoveHeadList(&KiReadyList), KTHREAD, WaitListEntry);
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

    if (!IsListEmpty(&KiReadyList)) {
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
        if (IsListEmpty(&KiReadyList)) {
            KiHalt();
        } else {
            KiSwapThread();
        }
    }
}
