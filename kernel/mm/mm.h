/* SPDX-License-Identifier: MIT */
/* Mm: pages of memory and what is mapped where. IRQL < DISPATCH_LEVEL everywhere. */
#pragma once

#include "i386/trapframe.h"
#include "loader.h"
#include "nt/memory.h"
#include "rtl/pe.h"

/* An address space: what of a process Mm owns. */
typedef struct _MM_ADDRESS_SPACE {
    ULONG PageDirectory; /* physical */
    LIST_ENTRY VadList;  /* by address */
    ULONG CommittedPages;
} MM_ADDRESS_SPACE, *PMM_ADDRESS_SPACE;

/* init.c: from the loader block to working page tables, kernel text read-only. Once. Moves
   Loader->ModulesEnd behind what it takes itself. */
VOID MmInitialize(PLOADER_BLOCK Loader);
ULONG MmAvailableMegabytes(VOID);

/* kernelstack.c. NULL high end: STATUS_NO_MEMORY for the asker. */
typedef struct _MM_KERNEL_STACK {
    ULONG Base;  /* high end */
    ULONG Limit; /* lowest committed address; below it, unmapped pages are the guard */
} MM_KERNEL_STACK;
NTSTATUS MmCreateKernelStack(MM_KERNEL_STACK *Stack);
/*
 * Commits more of the stack whose high end is StackBase, so that it reaches down to Lowest.
 * Updates *StackLimit. STATUS_STACK_OVERFLOW: beyond what is reserved; STATUS_NO_MEMORY.
 */
NTSTATUS MmGrowKernelStack(ULONG StackBase, PULONG StackLimit, ULONG Lowest);

/* pool.c: memory for the kernel's own objects, zeroed; NULL when there is none. */
PVOID ExAllocatePool(ULONG Bytes);
VOID ExFreePool(PVOID Block);

/* addressspace.c */
NTSTATUS MmCreateAddressSpace(PMM_ADDRESS_SPACE Space);
VOID MmSetCurrentAddressSpace(PMM_ADDRESS_SPACE Space); /* loads CR3 */
/*
 * Maps one zeroed, committed page at a fixed address that no program may free or protect
 * (PEB, TEB), and gives the kernel's address of the same page.
 */
NTSTATUS MmMapSystemPage(ULONG Address, PVOID *KernelAddress);

/* image.c: maps a PE file into the current address space. */
typedef struct _MM_IMAGE {
    ULONG Base;
    ULONG SizeOfImage;
    ULONG EntryPoint; /* an address; 0: none */
    ULONG StackReserve, StackCommit;
    ULONG Subsystem, SubsystemMajor, SubsystemMinor;
} MM_IMAGE;
/*
 * STATUS_SUCCESS; STATUS_IMAGE_NOT_AT_BASE (a success): relocated; RtlpParseImage's statuses;
 * STATUS_CONFLICTING_ADDRESSES: its place is taken and it cannot move; STATUS_NO_MEMORY.
 */
NTSTATUS MmMapImage(const LOADER_MODULE *File, MM_IMAGE *Image);
const VOID *MmModuleBytes(const LOADER_MODULE *Module);

/* allocate.c, free.c, protect.c: the services' work; the pointers are the kernel's. */
NTSTATUS MmAllocateVirtualMemory(PULONG Base, PULONG Size, ULONG Type, ULONG Protect);
NTSTATUS MmFreeVirtualMemory(PULONG Base, PULONG Size, ULONG FreeType);
NTSTATUS MmProtectVirtualMemory(PULONG Base, PULONG Size, ULONG NewProtect, PULONG OldProtect);

/* userstack.c: reserve, commit, guard page. */
typedef struct _MM_USER_STACK {
    ULONG Base, Limit, Allocation;
} MM_USER_STACK;
NTSTATUS MmCreateUserStack(ULONG Reserve, ULONG Commit, MM_USER_STACK *Stack);

/*
 * fault.c: the verdict on a page fault at Address; ErrorCode is the processor's.
 * STATUS_SUCCESS: resolved, run the instruction again. Else the exception to raise:
 * STATUS_ACCESS_VIOLATION, STATUS_GUARD_PAGE_VIOLATION, STATUS_STACK_OVERFLOW, STATUS_NO_MEMORY.
 */
#define PF_PROTECTION 1UL
#define PF_WRITE 2UL
#define PF_USER 4UL
NTSTATUS MmAccessFault(ULONG ErrorCode, ULONG Address);
