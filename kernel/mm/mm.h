/* SPDX-License-Identifier: MIT */
/*
 * Mm: pages of memory and what is mapped where. IRQL < DISPATCH_LEVEL everywhere. What works on an
 * address space works on the current one; for another process's, KeAttachProcess.
 */
#pragma once

#include "ke/fastmutex.h"
#include "ke/ke.h"
#include "loader.h"
#include "nt/memory.h"
#include "rtl/pe.h"
#include "rtl/tree.h"

/* An address space: what of a process Mm owns. */
typedef struct _MM_ADDRESS_SPACE {
    ULONG PageDirectory; /* physical; 0: none, the kernel's own process */
    RTL_TREE VadRoot;    /* by address */
    FAST_MUTEX Mutex;
    ULONG CommittedPages, PeakCommittedPages;
    ULONG WorkingSetPages, PeakWorkingSetPages;
    ULONG PageFaults, CopyOnWriteFaults;
} MM_ADDRESS_SPACE, *PMM_ADDRESS_SPACE;

/* Where EPROCESS (ps/ps.h, which asserts it) keeps its own. */
#define MM_ADDRESS_SPACE_OFFSET 0x1F8
#define MmSpaceOfProcess(Process) ((PMM_ADDRESS_SPACE)((PUCHAR)(Process) + MM_ADDRESS_SPACE_OFFSET))

/* init.c: from the loader block to working page tables, kernel text read-only. Once. Moves
   Loader->ModulesEnd behind what it takes itself. */
VOID MmInitialize(PLOADER_BLOCK Loader);

/* commit.c */
typedef struct _MM_STATISTICS {
    ULONG AvailablePages, CommittedPages, CommitLimit, PeakCommitment;
    ULONG PageFaults, DemandZeroFaults, CopyOnWriteFaults;
    ULONG PoolPages[2]; /* by POOL_TYPE */
} MM_STATISTICS;
VOID MmQueryMemory(MM_STATISTICS *Statistics);
/* Makes the Nth allocation from now on fail (pool, commitment); 0: none. What was left. */
ULONG MmFailAllocation(ULONG Nth);

/* kernelstack.c. STATUS_NO_MEMORY for the asker. */
typedef struct _MM_KERNEL_STACK {
    ULONG Base;  /* high end */
    ULONG Limit; /* lowest committed address; below it, unmapped pages are the guard */
} MM_KERNEL_STACK;
NTSTATUS MmCreateKernelStack(MM_KERNEL_STACK *Stack);
VOID MmDeleteKernelStack(ULONG StackBase, ULONG StackLimit); /* nobody runs on it */
/*
 * Commits more of the stack whose high end is StackBase, so that it reaches down to Lowest.
 * Updates *StackLimit. STATUS_STACK_OVERFLOW: beyond what is reserved; STATUS_NO_MEMORY.
 */
NTSTATUS MmGrowKernelStack(ULONG StackBase, PULONG StackLimit, ULONG Lowest);

/* addressspace.c */
NTSTATUS MmCreateAddressSpace(PMM_ADDRESS_SPACE Space); /* zeroed before */
NTSTATUS MmMapSharedData(VOID);
VOID MmCleanAddressSpace(VOID);                     /* the current one loses all it has */
VOID MmDeleteAddressSpace(PMM_ADDRESS_SPACE Space); /* cleaned, and no thread's any more */
/* clone.c: CloneProcess's, which is new, gets what Parent's has. COMMITMENT_LIMIT, NO_MEMORY. */
NTSTATUS MmCloneAddressSpace(PKPROCESS Parent, PKPROCESS CloneProcess);
/*
 * Maps one zeroed, committed page that no program may free or protect (PEB, TEB), at *Address or,
 * when that is 0, at the highest free page below the PEB; and gives the kernel's address of it.
 */
NTSTATUS MmMapSystemPage(PULONG Address, PVOID *KernelAddress);
VOID MmUnmapSystemPage(ULONG Address);

/* segment.c: what section objects and views share. Each create gives a reference. */
typedef struct _SEGMENT *PSEGMENT;
typedef struct _MM_IMAGE {
    ULONG Base; /* where it wants to be */
    ULONG SizeOfImage;
    ULONG EntryPoint; /* an RVA; 0: none */
    ULONG StackReserve, StackCommit;
    ULONG Subsystem, SubsystemMajor, SubsystemMinor;
    ULONG Characteristics, Machine, TimeDateStamp;
} MM_IMAGE;
/* STATUS_INVALID_PARAMETER_4, SECTION_TOO_BIG, INSUFFICIENT_RESOURCES, COMMITMENT_LIMIT. */
NTSTATUS MmCreatePageFileSegment(ULONGLONG Bytes, BOOLEAN Commit, PSEGMENT *Segment);
NTSTATUS MmCreateFileSegment(const LOADER_MODULE *File, PSEGMENT *Segment);
NTSTATUS MmCreateImageSegment(const LOADER_MODULE *File, PSEGMENT *Segment); /* RtlpParseImage's */
VOID MmDereferenceSegment(PSEGMENT Segment);
const MM_IMAGE *MmSegmentImage(PSEGMENT Segment); /* NULL: no image */
ULONGLONG MmSegmentSize(PSEGMENT Segment);
PCSTR MmSegmentName(PSEGMENT Segment);                  /* of its file; NULL: it has none */
const VOID *MmModuleBytes(const LOADER_MODULE *Module); /* imagepage.c */

/*
 * view.c: maps a segment. An image: whole, at its own base or, STATUS_IMAGE_NOT_AT_BASE (a
 * success), elsewhere, not relocated; *View is not looked at. Else *Base (0: any) and *Bytes (0:
 * all). STATUS_CONFLICTING_ADDRESSES, INVALID_VIEW_SIZE, MAPPED_ALIGNMENT, NO_MEMORY.
 */
typedef struct _MM_VIEW {
    ULONGLONG Offset; /* in the segment */
    ULONG Protect;
    ULONG Highest; /* when any base will do */
    BOOLEAN TopDown, Inherit;
} MM_VIEW;
NTSTATUS MmMapViewOfSegment(PSEGMENT Segment, PULONG Base, PULONG Bytes, const MM_VIEW *View);
NTSTATUS MmUnmapViewOfSegment(ULONG Address); /* STATUS_NOT_MAPPED_VIEW */

/*
 * allocate.c, free.c, protect.c, query.c, lock.c: the services' work; the pointers are the
 * kernel's. *Base and *Size are rounded as NT does. Highest: of an address that Mm chooses.
 */
NTSTATUS MmAllocateVirtualMemory(PULONG Base, PULONG Size, ULONG Highest, ULONG Type,
                                 ULONG Protect);
NTSTATUS MmFreeVirtualMemory(PULONG Base, PULONG Size, ULONG FreeType);
NTSTATUS MmProtectVirtualMemory(PULONG Base, PULONG Size, ULONG NewProtect, PULONG OldProtect);
NTSTATUS MmQueryVirtualMemory(ULONG Address, MEMORY_BASIC_INFORMATION *Information);
PCSTR MmQueryMappedFile(ULONG Address);                 /* NULL: none there */
ULONG MmQueryImageBase(ULONG Address);                  /* of the image there; 0: none */
NTSTATUS MmLockVirtualMemory(PULONG Base, PULONG Size); /* STATUS_WAS_LOCKED, a success */
NTSTATUS MmUnlockVirtualMemory(PULONG Base, PULONG Size);

/*
 * copy.c: between the caller's memory at Local and Address in Other. *Done: how far it came.
 * STATUS_PARTIAL_COPY: no further there; STATUS_ACCESS_VIOLATION: here.
 */
NTSTATUS MmCopyVirtualMemory(PKPROCESS Other, ULONG Address, PVOID Local, ULONG Bytes,
                             BOOLEAN Write, PULONG Done);

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
