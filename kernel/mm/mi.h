/* SPDX-License-Identifier: MIT */
/* What Mm's files share: page table entries, page frames and address descriptors. */
#pragma once

#include "i386/cpu.h"
#include "ke/ke.h"
#include "mm.h"

/*
 * A page table entry. Valid: the processor's (Intel SDM vol. 3, 4.3). Not valid: 0, nothing is
 * committed there; else MI_PTE_COMMITTED, the protection, and a frame if MI_PTE_RESIDENT
 * (a guard or no-access page keeps its contents), or none yet (demand zero).
 */
typedef ULONG MMPTE, *PMMPTE;
#define MI_PTE_VALID PTE_VALID
#define MI_PTE_WRITE 0x002UL
#define MI_PTE_USER 0x004UL
#define MI_PTE_PROTECTION_SHIFT 1 /* not valid: the index below, 5 bits */
#define MI_PTE_PROTECTION_MASK 0x3EUL
#define MI_PTE_RESIDENT 0x400UL
#define MI_PTE_COMMITTED 0x800UL
#define MI_PTE_FRAME(pte) ((pte) >> PAGE_SHIFT)

#define MiGetPte(va) ((PMMPTE)(PTE_BASE + ((ULONG)(va) >> 12) * sizeof(MMPTE)))
#define MiGetPde(va) ((PMMPTE)(PDE_BASE + ((ULONG)(va) >> 22) * sizeof(MMPTE)))
#define MI_PAGES_PER_TABLE 1024UL

/* Kernel addresses handed out by the page, whose page tables stand from the start. */
#define MI_SYSTEM_PTE_START 0xFB000000UL /* kernel stacks */
#define MI_SYSTEM_PTE_END 0xFB400000UL
#define MI_NONPAGED_POOL_START 0xFB400000UL
#define MI_NONPAGED_POOL_END 0xFBC00000UL

/* Every frame is visible to the kernel through the physical map. */
#define MiFrameAddress(frame) ((PVOID)(MM_SYSTEM_RANGE_START + ((frame) << PAGE_SHIFT)))

/*
 * A protection, NT's way: access in bits 0-2, guard and no-cache above. MM_NOACCESS is a value
 * of its own.
 */
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
MMPTE MiMakeSoftPte(ULONG Protection, ULONG Frame); /* Frame 0: demand zero */
BOOLEAN MiIsAccessible(ULONG Protection);           /* neither guard nor no-access */

/* pfn.c: physical pages. A frame's record also keeps the protection of the page it holds. */
VOID MiInitializePfns(const LOADER_BLOCK *Loader);
ULONG MiAllocateFrame(VOID); /* zeroed; 0 when there is none */
VOID MiFreeFrame(ULONG Frame);
ULONG MiFreeFrameCount(VOID);
VOID MiSetFrameProtection(ULONG Frame, ULONG Protection);
ULONG MiGetFrameProtection(ULONG Frame);
/* Frames promised: committed pages, there or not yet, page tables, pool. FALSE: too many. */
BOOLEAN MiChargeCommitment(ULONG Pages);
VOID MiReturnCommitment(ULONG Pages);

/* An address descriptor: one range a program reserved, or an image. */
typedef enum _MI_VAD_TYPE { MiVadPrivate, MiVadImage, MiVadSystem } MI_VAD_TYPE;
typedef struct _MMVAD {
    LIST_ENTRY Links;
    ULONG Start, End; /* End: last byte */
    MI_VAD_TYPE Type;
    ULONG Protection; /* of the reservation */
} MMVAD, *PMMVAD;

/* vad.c */
PMMVAD MiFindVad(ULONG Address); /* the one around Address, or NULL */
BOOLEAN MiIsRangeFree(ULONG Start, ULONG End);
NTSTATUS MiFindFreeRange(ULONG Size, BOOLEAN TopDown, ULONG Highest, PULONG Start);
NTSTATUS MiCreateVad(ULONG Start, ULONG End, MI_VAD_TYPE Type, ULONG Protection);
VOID MiDeleteVad(PMMVAD Vad);

/* pages.c: single user pages of the current address space. */
PMM_ADDRESS_SPACE MiCurrentSpace(VOID);
NTSTATUS MiMakePageTable(ULONG Address);   /* stays; STATUS_COMMITMENT_LIMIT */
MMPTE MiReadPte(ULONG Address);            /* 0 where there is no page table */
VOID MiWritePte(ULONG Address, MMPTE Pte); /* its page table exists; the TLB entry goes */
ULONG MiPteProtection(MMPTE Pte);
NTSTATUS MiCommitRange(ULONG Start, ULONG End, ULONG Protection);
VOID MiDecommitRange(ULONG Start, ULONG End);
VOID MiProtectPage(ULONG Address, ULONG Protection);
NTSTATUS MiMakeResident(ULONG Address, PULONG Frame); /* gives a committed page its frame */

/* protect.c: how the services on virtual memory read their range and answer it. */
NTSTATUS MiCaptureRange(HANDLE Process, PVOID *BaseAddress, PULONG RegionSize, PULONG Base,
                        PULONG Size);
NTSTATUS MiReturnRange(PVOID *BaseAddress, PULONG RegionSize, ULONG Base, ULONG Size);
