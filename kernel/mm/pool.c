/* SPDX-License-Identifier: MIT */
/*
 * Nonpaged pool at FB400000: one free list per power of two up to half a page, fed by whole
 * pages. A block is never larger: nothing in the kernel is.
 */
#include "mi.h"
#include "rtl/rtl.h"

#define POOL_SMALLEST_SHIFT 5
#define POOL_CLASSES (PAGE_SHIFT - POOL_SMALLEST_SHIFT)
#define POOL_MAGIC 0x6C6F6F50UL /* Pool */

/* In front of each block. */
typedef struct _POOL_HEADER {
    ULONG Magic;
    ULONG Class;
} POOL_HEADER, *PPOOL_HEADER;

typedef struct _POOL_FREE_BLOCK {
    POOL_HEADER Header;
    struct _POOL_FREE_BLOCK *Next;
} POOL_FREE_BLOCK;

static POOL_FREE_BLOCK *MiPoolFree[POOL_CLASSES];
static ULONG MiPoolNext = MI_NONPAGED_POOL_START;

static ULONG MiPoolMapPage(VOID)
{
    ULONG Va = MiPoolNext;
    ULONG Frame;

    if (Va == MI_NONPAGED_POOL_END || !MiChargeCommitment(1)) {
        return 0;
    }
    Frame = MiAllocateFrame(); /* the charge says that there is one */
    MiPoolNext += PAGE_SIZE;
    *MiGetPte(Va) = Frame << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    return Va;
}

static VOID MiPoolCarve(ULONG Page, ULONG Class)
{
    ULONG Size = 1UL << (Class + POOL_SMALLEST_SHIFT);

    for (ULONG Va = Page; Va < Page + PAGE_SIZE; Va += Size) {
        POOL_FREE_BLOCK *Block = (POOL_FREE_BLOCK *)Va;

        Block->Next = MiPoolFree[Class];
        MiPoolFree[Class] = Block;
    }
}

PVOID ExAllocatePool(ULONG Bytes)
{
    ULONG Class = 0;
    POOL_FREE_BLOCK *Block;

    while (Class < POOL_CLASSES &&
           (1UL << (Class + POOL_SMALLEST_SHIFT)) < Bytes + sizeof(POOL_HEADER)) {
        Class++;
    }
    if (Class == POOL_CLASSES) {
        return NULL;
    }
    if (MiPoolFree[Class] == NULL) {
        ULONG Page = MiPoolMapPage();

        if (Page == 0) {
            return NULL;
        }
        MiPoolCarve(Page, Class);
    }
    Block = MiPoolFree[Class];
    MiPoolFree[Class] = Block->Next;
    Block->Header = (POOL_HEADER){POOL_MAGIC, Class};
    memset(&Block->Header + 1, 0, Bytes);
    return &Block->Header + 1;
}

VOID ExFreePool(PVOID Memory)
{
    POOL_FREE_BLOCK *Block = (POOL_FREE_BLOCK *)((PPOOL_HEADER)Memory - 1);
    ULONG Class = Block->Header.Class;

    if (Block->Header.Magic != POOL_MAGIC) {
        KeBugCheckEx(BAD_POOL_CALLER, (ULONG)Memory, Block->Header.Magic, Class, 0);
    }
    Block->Header.Magic = 0;
    Block->Next = MiPoolFree[Class];
    MiPoolFree[Class] = Block;
}
