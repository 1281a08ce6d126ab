/* SPDX-License-Identifier: MIT */
/* Page frames: which are free, and how many of the free ones are promised already. */
#include "mi.h"
#include "rtl/rtl.h"

typedef struct _MMPFN {
    ULONG Next; /* of the free list; 0 ends it (frame 0 is never free) */
    UCHAR Protection;
    BOOLEAN Free;
    USHORT Reserved;
} MMPFN;

extern CHAR KiBssEnd[], KiTss[]; /* linker.ld: between them, free memory inside the image */

static MMPFN *MiPfns; /* one per frame, right behind the modules */
static ULONG MiFreeList;
static ULONG MiFreeFrames;
static ULONG MiCommitted;
static ULONG MiCommitLimit;

/* What is not charged: page directory and kernel stack. */
#define MI_COMMIT_RESERVE 64UL

VOID MiInitializePfns(const LOADER_BLOCK *Loader)
{
    ULONG Frames = Loader->MemoryEnd >> PAGE_SHIFT;
    ULONG First = Loader->ModulesEnd >> PAGE_SHIFT;

    MiPfns = MiFrameAddress(First);
    First += ROUND_TO_PAGES(Frames * sizeof(MMPFN)) >> PAGE_SHIFT;
    memset(MiPfns, 0, Frames * sizeof(MMPFN));
    for (ULONG Frame = Frames; Frame-- > First;) { /* so that low frames are used first */
        MiFreeFrame(Frame);
    }
    for (ULONG Va = ROUND_TO_PAGES(KiBssEnd); Va < (ULONG)KiTss; Va += PAGE_SIZE) {
        MiFreeFrame((Va - MM_SYSTEM_RANGE_START) >> PAGE_SHIFT);
    }
    MiCommitLimit = MiFreeFrames - MI_COMMIT_RESERVE;
}

ULONG MiAllocateFrame(VOID)
{
    ULONG Frame = MiFreeList;

    if (Frame == 0) {
        return 0;
    }
    MiFreeList = MiPfns[Frame].Next;
    MiPfns[Frame].Free = FALSE;
    MiFreeFrames--;
    memset(MiFrameAddress(Frame), 0, PAGE_SIZE);
    return Frame;
}

VOID MiFreeFrame(ULONG Frame)
{
    MiPfns[Frame] = (MMPFN){.Next = MiFreeList, .Free = TRUE};
    MiFreeList = Frame;
    MiFreeFrames++;
}

ULONG MiFreeFrameCount(VOID)
{
    return MiFreeFrames;
}

VOID MiSetFrameProtection(ULONG Frame, ULONG Protection)
{
    MiPfns[Frame].Protection = (UCHAR)Protection;
}

ULONG MiGetFrameProtection(ULONG Frame)
{
    return MiPfns[Frame].Protection;
}

BOOLEAN MiChargeCommitment(ULONG Pages)
{
    if (Pages > MiCommitLimit || MiCommitted > MiCommitLimit - Pages) {
        return FALSE;
    }
    MiCommitted += Pages;
    return TRUE;
}

VOID MiReturnCommitment(ULONG Pages)
{
    MiCommitted -= Pages;
}
