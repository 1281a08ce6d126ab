/* SPDX-License-Identifier: MIT */
/* A thread's user stack: reserved whole, committed at its high end, a guard page below that. */
#include "mi.h"

#define DEFAULT_RESERVE 0x100000UL
#define DEFAULT_COMMIT PAGE_SIZE

NTSTATUS MmCreateUserStack(ULONG Reserve, ULONG Commit, MM_USER_STACK *Stack)
{
    ULONG Base = 0;
    ULONG Size = Reserve != 0 ? Reserve : DEFAULT_RESERVE;
    ULONG Committed = ROUND_TO_PAGES(Commit != 0 ? Commit : DEFAULT_COMMIT);
    ULONG GuardBase, GuardSize = PAGE_SIZE;
    NTSTATUS Status;

    /* The last page is never used, so a stack is at least that, a guard and one page. */
    if (Size > MM_HIGHEST_USER_ADDRESS / 2 || Committed > MM_HIGHEST_USER_ADDRESS / 2) {
        return STATUS_NO_MEMORY;
    }
    if (Size < Committed + 3 * PAGE_SIZE) {
        Size = Committed + 3 * PAGE_SIZE;
    }
    Size = (Size + MM_ALLOCATION_GRANULARITY - 1) & ~(MM_ALLOCATION_GRANULARITY - 1);
    Status =
        MmAllocateVirtualMemory(&Base, &Size, MM_HIGHEST_VAD_ADDRESS, MEM_RESERVE, PAGE_READWRITE);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Stack->Allocation = Base;
    Stack->Base = Base + Size;
    Stack->Limit = Stack->Base - Committed;
    GuardBase = Stack->Limit;
    Status = MmAllocateVirtualMemory(&GuardBase, &Committed, 0, MEM_COMMIT, PAGE_READWRITE);
    if (NT_SUCCESS(Status)) {
        GuardBase = Stack->Limit - PAGE_SIZE;
        Status = MmAllocateVirtualMemory(&GuardBase, &GuardSize, 0, MEM_COMMIT,
                                         PAGE_READWRITE | PAGE_GUARD);
    }
    return Status;
}
