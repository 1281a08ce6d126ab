/* SPDX-License-Identifier: MIT */
/*
 * What Mm's files share: page table entries, page frames, address descriptors and segments.
 *
 * Locks, outermost first: an address space's mutex; MiSegmentMutex; a pool. Frames and commitment
 * are counted at DISPATCH_LEVEL. Whoever holds one of the mutexes touches no memory of ring 3.
 */
#pragma once

#include "i386/cpu.h"
#include "ke/ke.h"
#include "mm.h"
#include "pool.h"

/*
 * A page table entry. Valid: the processor's (Intel SDM vol. 3, 4.3), and in bits 9-11, which it
 * leaves to us, the access the page was given: what the processor may do is less while a page is to
 * be copied at the first write. Not valid: 0, nothing is known (private memory: not committed; a
 * view: not touched yet); else MI_PTE_COMMITTED, the protection, and a frame if MI_PTE_RESIDENT (a
 * guard or no-access page keeps its contents), or none yet (zero, or what the segment has).
 */
typedef ULONG MMPTE, *PMMPTE;
#define MI_PTE_VALID PTE_VALID
#define MI_PTE_WRITE 0x002UL
#define MI_PTE_USER 0x004UL
#define MI_PTE_NOCACHE 0x010UL
#define MI_PTE_LOCKED 0x100UL /* the G bit, which means nothing while CR4.PGE is clear */
#define MI_PTE_ACCESS_SHIFT 9
#define MI_PTE_PROTECTION_SHIFT 1 /* not valid: the index below, 5 bits */
#define MI_PTE_PROTECTION_MASK 0x3EUL
#define MI_PTE_RESIDENT 0x400UL
#define MI_PTE_COMMITTED 0x800UL
#define MI_PTE_FRAME(pte) ((pte) >> PAGE_SHIFT)

#define MiGetPte(va) ((PMMPTE)(PTE_BASE + ((ULONG)(va) >> 12) * sizeof(MMPTE)))
#define MiGetPde(va) ((PMMPTE)(PDE_BASE + ((ULONG)(va) >> 22) * sizeof(MMPTE)))
#define MI_PAGES_PER_TABLE 1024UL
#define MI_KERNEL_PDE 0x200UL /* the first of ring 0's half */

/* Kernel addresses handed out by the page, whose page tables stand from the start. */
#define MI_PAGED_POOL_START 0xE1000000UL
#define MI_PAGED_POOL_END 0xE2000000UL
#define MI_SYSTEM_PTE_START 0xFB000000UL /* kernel stacks */
#define MI_SYSTEM_PTE_END 0xFF400000UL
#define MI_NONPAGED_POOL_START 0xFF400000UL
#define MI_NONPAGED_POOL_END 0xFFC00000UL

/* Every frame is visible to the kernel through the physical map. */
#define MiFrameAddress(frame) ((PVOID)(MM_SYSTEM_RANGE_START + ((frame) << PAGE_SHIFT)))

/*
 * A protection, NT's way: access in bits 0-2, guard and no-cache above. MM_NOACCESS is a value
 * of its own.
 */
#define MM_ACCESS_MASK 7UL
#define MM_READONLY 1UL
#define MM_EXECUTE 2UL
#define MM_EXECUTE_READ 3UL
#define MM_READWRITE 4UL
#define MM_WRITECOPY 5UL
#define MM_EXECUTE_READWRITE 6UL
#define MM_EXECUTE_WRITECOPY 7UL
#define MM_NOCACHE 0x08UL
#define MM_GUARD_PAGE 0x10UL
#define MM_NOACCESS 0x18UL

/* protection.c */
NTSTATUS MiMakeProtection(ULONG Win32Protect, PULONG Protection); /* or INVALID_PAGE_PROTECTION */
ULONG MiToWin32Protection(ULONG Protection);
MMPTE MiMakeValidPte(ULONG Frame, ULONG Protection);
MMPTE MiMakeSoftPte(ULONG Protection, ULONG Frame); /* Frame 0: none yet */
ULONG MiPteProtection(MMPTE Pte);                   /* of one that is not 0 */
BOOLEAN MiIsAccessible(ULONG Protection);           /* neither guard nor no-access */
BOOLEAN MiIsCopiedOnWrite(ULONG Protection);        /* write-copy, of either kind */
ULONG MiAfterCopy(ULONG Protection);                /* write-copy becomes read-write; others stay */
ULONG MiBeforeCopy(ULONG Protection);               /* read-write becomes write-copy */
BOOLEAN MiIsWritable(ULONG Protection);             /* read-write, of either kind */

/* pfn.c: physical pages. Any IRQL up to DISPATCH_LEVEL. */
VOID MiInitializePfns(const LOADER_BLOCK *Loader);
/* fault.c: those that were resolved, in all address spaces. */
typedef struct _MI_FAULT_COUNTS {
    ULONG All, DemandZero, CopyOnWrite;
} MI_FAULT_COUNTS;
extern MI_FAULT_COUNTS MiFaultCounts;

/* Zeroed, used once. It has been charged for (commit.c), so there is one. */
ULONG MiAllocateFrame(VOID);
VOID MiFreeFrame(ULONG Frame);
VOID MiReferenceFrame(ULONG Frame);   /* one more page table has it */
VOID MiDropFrame(ULONG Frame);        /* one fewer; the last frees it. A segment's stays */
BOOLEAN MiIsFrameShared(ULONG Frame); /* a segment's, or in more than one page table */
BOOLEAN MiIsFrameOfSegment(ULONG Frame);
VOID MiGiveFrameToSegment(ULONG Frame);
ULONG MiFreeFrameCount(VOID);

/*
 * commit.c. Frames promised: committed pages, there or not yet, page tables, stacks, pool. What has
 * been charged for is there when it is wanted. FALSE: too many.
 */
VOID MiInitializeCommitment(ULONG Limit);
BOOLEAN MiChargeCommitment(ULONG Pages);
VOID MiReturnCommitment(ULONG Pages);
BOOLEAN MiFailAllocation(VOID); /* a test wants this one to fail */

VOID MiInitializePool(VOID);
BOOLEAN MiFaultPagedPool(ULONG Address); /* poolpages.c; FALSE: no page of it */

/*
 * A segment: pages that views share. An image's or a file's are filled from it, one by one when
 * they are touched; others begin as zero. Its prototype entries are soft PTEs (without a view's
 * protection, but an image's have their own).
 */
typedef enum _MI_SEGMENT_KIND { MiPageFileSegment, MiFileSegment, MiImageSegment } MI_SEGMENT_KIND;
typedef struct _SEGMENT {
    LIST_ENTRY Links; /* image segments */
    ULONG References; /* section objects and views */
    MI_SEGMENT_KIND Kind;
    ULONG Pages, Committed;
    LARGE_INTEGER Size;
    const LOADER_MODULE *File;
    RTL_IMAGE Image; /* of an image */
    MM_IMAGE Information;
    MMPTE Prototype[];
} SEGMENT;

VOID MiInitializeSegments(VOID);
/* Pages of a segment that was reserved only; those committed already stay. COMMITMENT_LIMIT. */
NTSTATUS MiCommitSegment(PSEGMENT Segment, ULONG First, ULONG Pages);
/* segment.c: the frame of a page, filled. The mutex is not held. */
ULONG MiGetSegmentFrame(PSEGMENT Segment, ULONG Page);
VOID MiReferenceSegment(PSEGMENT Segment);
VOID MiInitializeImageReports(VOID); /* query.c */
/* imagepage.c */
VOID MiFillImagePage(PSEGMENT Segment, ULONG Page, PVOID Bytes);
VOID MiProtectImagePrototypes(PSEGMENT Segment);

/* An address descriptor: one range a program reserved, a view, or an image. */
typedef enum _MI_VAD_TYPE { MiVadPrivate, MiVadMapped, MiVadImage, MiVadSystem } MI_VAD_TYPE;
typedef struct _MMVAD {
    RTL_BALANCED_LINKS Links;
    ULONG Start, End; /* End: last byte */
    MI_VAD_TYPE Type;
    ULONG Protection; /* of the reservation, or the view */
    PSEGMENT Segment; /* of a view */
    ULONG FirstPage;  /* of the segment, that is mapped at Start */
    ULONG Charge;     /* pages committed for copies on write */
    BOOLEAN Inherit;  /* a clone of the process gets the view too */
} MMVAD, *PMMVAD;

/* vad.c */
PMMVAD MiFindVad(ULONG Address);      /* the one around Address, or NULL */
PMMVAD MiFindVadAbove(ULONG Address); /* the first that begins above Address, or NULL */
BOOLEAN MiIsRangeFree(ULONG Start, ULONG End);
/* Size bytes, a multiple of pages; Alignment a power of two. Highest: no byte lies above. */
NTSTATUS MiFindFreeRange(ULONG Size, ULONG Alignment, BOOLEAN TopDown, ULONG Highest, PULONG Start);
PMMVAD MiCreateVad(ULONG Start, ULONG End, MI_VAD_TYPE Type, ULONG Protection); /* NULL */
VOID MiDeleteVad(PMMVAD Vad); /* what it describes is gone already */

/* addressspace.c */
static inline PMM_ADDRESS_SPACE MiCurrentSpace(VOID)
{
    return MmSpaceOfProcess(KeGetCurrentProcess());
}
VOID MiLockSpace(VOID);
VOID MiUnlockSpace(VOID);

/* pages.c: single user pages of the current address space, which is locked. */
NTSTATUS MiMakePageTables(ULONG Start, ULONG End); /* STATUS_COMMITMENT_LIMIT */
MMPTE MiReadPte(ULONG Address);                    /* 0 where there is no page table */
VOID MiWritePte(ULONG Address, MMPTE Pte);         /* its page table exists; the TLB entry goes */
/* Of a page of Vad's, touched or not. */
ULONG MiPageProtection(PMMVAD Vad, ULONG Address);
BOOLEAN MiIsPageCommitted(PMMVAD Vad, ULONG Address);
NTSTATUS MiCommitRange(ULONG Start, ULONG End, ULONG Protection);
VOID MiDecommitRange(ULONG Start, ULONG End);
VOID MiForgetRange(ULONG Start, ULONG End); /* a view's: nothing is charged page by page */
VOID MiProtectPage(ULONG Address, ULONG Protection);
VOID MiMakeResident(PMMVAD Vad, ULONG Address); /* gives a committed page its frame */
