/* SPDX-License-Identifier: MIT */
/* Blocks of a heap: side by side in memory, and the free ones in lists by size. */
#include "heapp.h"
#include "rtl/rtl.h"

#define RtlpFreeEntry(Block) ((PHEAP_FREE_ENTRY)(Block))

static UCHAR RtlpBlockCheck(const HEAP_ENTRY *Block)
{
    const UCHAR *Bytes = (const UCHAR *)Block;
    UCHAR Sum = 0x5A;

    for (ULONG i = 0; i < FIELD_OFFSET(HEAP_ENTRY, Check); i++) {
        Sum = (UCHAR)((Sum << 1 | Sum >> 7) ^ Bytes[i]);
    }
    return Sum;
}

VOID RtlpSealBlock(PHEAP_ENTRY Block)
{
    Block->Check = RtlpBlockCheck(Block);
}

BOOLEAN RtlpIsBlockSound(PHEAP_ENTRY Block)
{
    return (Block->Flags & 0xE0) == HEAP_ENTRY_MAGIC && Block->Check == RtlpBlockCheck(Block);
}

PHEAP_ENTRY RtlpNextBlock(PHEAP_ENTRY Block)
{
    return Block->Flags & HEAP_ENTRY_LAST ? NULL : Block + Block->Size;
}

static PLIST_ENTRY RtlpFreeList(PHEAP Heap, ULONG Units)
{
    return &Heap->Free[Units < HEAP_LISTS ? Units : HEAP_LISTS - 1];
}

static VOID RtlpLinkFree(PHEAP Heap, PHEAP_ENTRY Block)
{
    Block->Flags = (UCHAR)(HEAP_ENTRY_MAGIC | (Block->Flags & HEAP_ENTRY_LAST));
    Block->UnusedBytes = 0;
    RtlpSealBlock(Block);
    InsertHeadList(RtlpFreeList(Heap, Block->Size), &RtlpFreeEntry(Block)->Links);
}

static VOID RtlpUnlinkFree(PHEAP_ENTRY Block)
{
    RemoveEntryList(&RtlpFreeEntry(Block)->Links);
}

/* Whoever follows it hears how large it is. */
static VOID RtlpTellNext(PHEAP_ENTRY Block)
{
    PHEAP_ENTRY Next = RtlpNextBlock(Block);

    if (Next != NULL) {
        Next->PreviousSize = Block->Size;
        RtlpSealBlock(Next);
    }
}

/* Next, which is free and unlinked, or of no list yet, becomes part of Block. */
static VOID RtlpJoin(PHEAP_ENTRY Block, PHEAP_ENTRY Next)
{
    Block->Size += Next->Size;
    Block->Flags |= Next->Flags & HEAP_ENTRY_LAST;
    RtlpSealBlock(Block);
    RtlpTellNext(Block);
}

static BOOLEAN RtlpCanJoin(PHEAP_ENTRY Block, PHEAP_ENTRY Next)
{
    return Next != NULL && !(Next->Flags & HEAP_ENTRY_BUSY) &&
           (ULONG)Block->Size + Next->Size <= HEAP_LARGEST_UNITS;
}

VOID RtlpCutBlock(PHEAP Heap, PHEAP_ENTRY Block, ULONG Units)
{
    PHEAP_ENTRY Rest = Block + Units;

    if (Block->Size < Units + 2) {
        return; /* no room for a free block */
    }
    *Rest = (HEAP_ENTRY){(USHORT)(Block->Size - Units),
                         (USHORT)Units,
                         Block->SegmentIndex,
                         (UCHAR)(HEAP_ENTRY_MAGIC | (Block->Flags & HEAP_ENTRY_LAST)),
                         0,
                         0};
    Block->Size = (USHORT)Units;
    Block->Flags &= (UCHAR)~HEAP_ENTRY_LAST;
    RtlpSealBlock(Block);
    RtlpSealBlock(Rest);
    RtlpTellNext(Rest);
    RtlpPutBlock(Heap, Rest);
}

PHEAP_ENTRY RtlpTakeBlock(PHEAP Heap, ULONG Units)
{
    for (ULONG List = Units < HEAP_LISTS ? Units : HEAP_LISTS - 1; List < HEAP_LISTS; List++) {
        PLIST_ENTRY Head = &Heap->Free[List];

        for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
            PHEAP_ENTRY Block = &CONTAINING_RECORD(Link, HEAP_FREE_ENTRY, Links)->Entry;

            if (Block->Size >= Units) {
                RtlpUnlinkFree(Block);
                Block->Flags |= HEAP_ENTRY_BUSY;
                RtlpCutBlock(Heap, Block, Units);
                return Block;
            }
        }
    }
    return NULL;
}

VOID RtlpPutBlock(PHEAP Heap, PHEAP_ENTRY Block)
{
    PHEAP_ENTRY Next = RtlpNextBlock(Block);
    PHEAP_ENTRY Previous = Block->PreviousSize != 0 ? Block - Block->PreviousSize : NULL;

    if (RtlpCanJoin(Block, Next)) {
        RtlpUnlinkFree(Next);
        RtlpJoin(Block, Next);
    }
    if (Previous != NULL && !(Previous->Flags & HEAP_ENTRY_BUSY) && RtlpCanJoin(Previous, Block)) {
        RtlpUnlinkFree(Previous);
        RtlpJoin(Previous, Block);
        Block = Previous;
    }
    RtlpLinkFree(Heap, Block);
}

BOOLEAN RtlpStretchBlock(PHEAP Heap, PHEAP_ENTRY Block, ULONG Units)
{
    PHEAP_ENTRY Next = RtlpNextBlock(Block);

    if (!RtlpCanJoin(Block, Next) || (ULONG)Block->Size + Next->Size < Units) {
        return FALSE;
    }
    RtlpUnlinkFree(Next);
    RtlpJoin(Block, Next);
    RtlpCutBlock(Heap, Block, Units);
    return TRUE;
}
