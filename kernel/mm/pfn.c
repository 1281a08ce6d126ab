/* SPDX-License-Identifier: MIT */
/* Page frames: which are free, and how many page tables have one that is not. */
#include "mi.h"
#include "rtl/rtl.h"

#define MI_FRAME_OF_SEGMENT 0xFFFFFFFFUL

typedef struct _MMPFN {
    ULONG Next;  /* of the free list; 0 ends it (frame 0 is never free) */
    ULONG Count; /* of page tables that have it; 0: free */
} MMPFN;

extern CHAR KiBssEnd[], KiTss[]; /* linker.ld: between them, free memory inside the image */

static MMPFN *MiPfns; /* one per frame, right behind the modules */
static ULONG MiFreeList;
static ULONG MiFreeFrames;

/* A boot loader may put modules where the image has a hole; GRUB does. */
static BOOLEAN MiHoldsModule(const LOADER_BLOCK *Loader, ULONG Frame)
{
    for (ULONG i = 0; i < Loader->ModuleCount; i++) {
        const LOADER_MODULE *Module = &Loader->Modules[i];

        if (Frame >= Module->PhysicalBase >> PAGE_SHIFT &&
            Frame << PAGE_SHIFT < Module->PhysicalBase + Module->Bytes) {
            return TRUE;
        }
    }
    return FALSE;
}

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
        ULONG Frame = (Va - MM_SYSTEM_RANGE_START) >> PAGE_SHIFT;

        if (!MiHoldsModule(Loader, Frame)) {
            MiFreeFrame(Frame);
        }
    }
}

ULONG MiAllocateFrame(VOID)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    ULONG Frame = MiFreeList;

    if (Frame != 0) {
        MiFreeList = MiPfns[Frame].Next;
        MiPfns[Frame].Count = 1;
        MiFreeFrames--;
    }
    KfLowerIrql(Irql);
    if (Frame == 0) { /* somebody took one that had not been promised to him */
        MM_STATISTICS Memory;

        MmQueryMemory(&Memory);
        KeBugCheckEx(NO_PAGES_AVAILABLE, 0, Memory.CommitLimit, Memory.CommitLimit,
                     Memory.CommittedPages);
    }
    memset(MiFrameAddress(Frame), 0, PAGE_SIZE);
    return Frame;
}

VOID MiFreeFrame(ULONG Frame)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    MiPfns[Frame] = (MMPFN){.Next = MiFreeList};
    MiFreeList = Frame;
    MiFreeFrames++;
    KfLowerIrql(Irql);
}

VOID MiReferenceFrame(ULONG Frame)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    if (MiPfns[Frame].Count != MI_FRAME_OF_SEGMENT) {
        MiPfns[Frame].Count++;
    }
    KfLowerIrql(Irql);
}

VOID MiDropFrame(ULONG Frame)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    if (MiPfns[Frame].Count != MI_FRAME_OF_SEGMENT && --MiPfns[Frame].Count == 0) {
        MiFreeFrame(Frame);
    }
    KfLowerIrql(Irql);
}

BOOLEAN MiIsFrameShared(ULONG Frame)
{
    return MiPfns[Frame].Count > 1;
}

BOOLEAN MiIsFrameOfSegment(ULONG Frame)
{
    return MiPfns[Frame].Count == MI_FRAME_OF_SEGMENT;
}

VOID MiGiveFrameToSegment(ULONG Frame)
{
    MiPfns[Frame].Count = MI_FRAME_OF_SEGMENT;
}

ULONG MiFreeFrameCount(VOID)
{
    return MiFreeFrames;
}
