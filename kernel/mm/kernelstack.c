/* SPDX-License-Identifier: MIT */
/*
 * Kernel stacks, at FB000000: F000 bytes reserved each, the upper 3000 committed at first. The
 * page below is never mapped: an overflow faults there, cannot push its frame, and becomes #DF.
 */
#include "mi.h"

#define STACK_SPACING (KERNEL_LARGE_STACK_SIZE + PAGE_SIZE)
#define STACK_SLOTS ((MI_SYSTEM_PTE_END - MI_SYSTEM_PTE_START) / STACK_SPACING)
#define BITS 32UL

static ULONG MiStackBitmap[(STACK_SLOTS + BITS - 1) / BITS]; /* a bit set: in use */
static ULONG MiStackHint;                                    /* no word below has a free bit */

NTSTATUS MmGrowKernelStack(ULONG StackBase, PULONG StackLimit, ULONG Lowest)
{
    if (Lowest < StackBase - KERNEL_LARGE_STACK_SIZE) {
        return STATUS_STACK_OVERFLOW;
    }
    if (*StackLimit <= Lowest) {
        return STATUS_SUCCESS;
    }
    if (!MiChargeCommitment((*StackLimit - Lowest) >> PAGE_SHIFT)) {
        return STATUS_NO_MEMORY;
    }
    while (*StackLimit > Lowest) {
        *StackLimit -= PAGE_SIZE;
        *MiGetPte(*StackLimit) = MiAllocateFrame() << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    }
    return STATUS_SUCCESS;
}

/* The high end of a free slot, or 0. */
static ULONG MiTakeSlot(VOID)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    ULONG Slot = STACK_SLOTS;

    while (MiStackHint < ARRAYSIZE(MiStackBitmap) && MiStackBitmap[MiStackHint] == ~0UL) {
        MiStackHint++;
    }
    if (MiStackHint < ARRAYSIZE(MiStackBitmap)) {
        Slot = MiStackHint * BITS + (ULONG)__builtin_ctz(~MiStackBitmap[MiStackHint]);
    }
    if (Slot < STACK_SLOTS) {
        MiStackBitmap[Slot / BITS] |= 1UL << Slot % BITS;
    }
    KfLowerIrql(Irql);
    return Slot < STACK_SLOTS ? MI_SYSTEM_PTE_START + (Slot + 1) * STACK_SPACING : 0;
}

static VOID MiReturnSlot(ULONG Base)
{
    ULONG Slot = (Base - MI_SYSTEM_PTE_START) / STACK_SPACING - 1;
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    MiStackBitmap[Slot / BITS] &= ~(1UL << Slot % BITS);
    if (Slot / BITS < MiStackHint) {
        MiStackHint = Slot / BITS;
    }
    KfLowerIrql(Irql);
}

NTSTATUS MmCreateKernelStack(MM_KERNEL_STACK *Stack)
{
    NTSTATUS Status;

    Stack->Base = Stack->Limit = MiTakeSlot();
    if (Stack->Base == 0) {
        return STATUS_NO_MEMORY;
    }
    Status = MmGrowKernelStack(Stack->Base, &Stack->Limit, Stack->Base - KERNEL_STACK_SIZE);
    if (!NT_SUCCESS(Status)) {
        MiReturnSlot(Stack->Base);
    }
    return Status;
}

VOID MmDeleteKernelStack(ULONG StackBase, ULONG StackLimit)
{
    for (ULONG Va = StackLimit; Va < StackBase; Va += PAGE_SIZE) {
        MiFreeFrame(MI_PTE_FRAME(*MiGetPte(Va)));
        *MiGetPte(Va) = 0;
        KiInvalidatePage(Va);
    }
    MiReturnCommitment((StackBase - StackLimit) >> PAGE_SHIFT);
    MiReturnSlot(StackBase);
}
