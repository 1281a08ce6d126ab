/* SPDX-License-Identifier: MIT */
/*
 * Kernel stacks, at FB000000: F000 bytes reserved each, the upper 3000 committed at first. The
 * page below is never mapped: an overflow faults there, cannot push its frame, and becomes #DF.
 */
#include "mi.h"

#define STACK_SPACING (KERNEL_LARGE_STACK_SIZE + PAGE_SIZE)

static ULONG MiNextStack = MI_SYSTEM_PTE_START;

NTSTATUS MmGrowKernelStack(ULONG StackBase, PULONG StackLimit, ULONG Lowest)
{
    if (Lowest < StackBase - KERNEL_LARGE_STACK_SIZE) {
        return STATUS_STACK_OVERFLOW;
    }
    while (*StackLimit > Lowest) {
        ULONG Frame = MiAllocateFrame();

        if (Frame == 0) {
            return STATUS_NO_MEMORY;
        }
        *StackLimit -= PAGE_SIZE;
        *MiGetPte(*StackLimit) = Frame << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    }
    return STATUS_SUCCESS;
}

NTSTATUS MmCreateKernelStack(MM_KERNEL_STACK *Stack)
{
    if (MI_SYSTEM_PTE_END - MiNextStack < STACK_SPACING) {
        return STATUS_NO_MEMORY;
    }
    MiNextStack += STACK_SPACING;
    Stack->Base = Stack->Limit = MiNextStack;
    return MmGrowKernelStack(Stack->Base, &Stack->Limit, Stack->Base - KERNEL_STACK_SIZE);
}
