/* SPDX-License-Identifier: MIT */
/* Segments of a heap: reserved whole, committed from their beginning as they are needed. */
#include "heapp.h"
#include "rtl/rtl.h"

#define SEGMENT_RESERVE 0x100000UL
#define COMMIT_STEP 0x4000UL

static VOID RtlpAddFree(PHEAP Heap, PUCHAR At, ULONG Bytes, ULONG PreviousSize, ULONG Index)
{
    PHEAP_ENTRY Block = (PHEAP_ENTRY)At;

    *Block = (HEAP_ENTRY){(USHORT)(Bytes / HEAP_UNIT),
                          (USHORT)PreviousSize,
                          (UCHAR)Index,
                          HEAP_ENTRY_MAGIC | HEAP_ENTRY_LAST,
                          0,
                          0};
    RtlpSealBlock(Block);
    RtlpPutBlock(Heap, Block);
}

/* Segment lies at the start of its memory, its blocks begin at First. */
NTSTATUS RtlpStartSegment(PHEAP Heap, PHEAP_SEGMENT Segment, PUCHAR First, ULONG Reserved,
                          ULONG Committed)
{
    ULONG Index = Heap->SegmentCount;

    if (Index == HEAP_SEGMENTS) {
        return STATUS_NO_MEMORY;
    }
    Heap->Segments[Heap->SegmentCount++] = Segment;
    Segment->Signature = HEAP_SIGNATURE;
    Segment->Heap = Heap;
    Segment->FirstBlock = First;
    Segment->CommittedEnd = (PUCHAR)Segment + Committed;
    Segment->ReservedEnd = (PUCHAR)Segment + Reserved;
    RtlpAddFree(Heap, First, (ULONG)(Segment->CommittedEnd - First), 0, Index);
    return STATUS_SUCCESS;
}

/* The last block of a segment. */
static PHEAP_ENTRY RtlpLastBlock(PHEAP_SEGMENT Segment)
{
    PHEAP_ENTRY Block = (PHEAP_ENTRY)Segment->FirstBlock;

    for (PHEAP_ENTRY Next = Block; Next != NULL; Next = RtlpNextBlock(Block)) {
        Block = Next;
    }
    return Block;
}

/* More of a segment's reservation is committed, for a new last block. */
static BOOLEAN RtlpExtendSegment(PHEAP Heap, ULONG Index, ULONG Bytes)
{
    PHEAP_SEGMENT Segment = Heap->Segments[Index];
    ULONG Left = (ULONG)(Segment->ReservedEnd - Segment->CommittedEnd);
    ULONG Size = (Bytes + COMMIT_STEP - 1) & ~(COMMIT_STEP - 1);
    PVOID Base = Segment->CommittedEnd;
    PHEAP_ENTRY Last;

    if (Left < Bytes) {
        return FALSE;
    }
    Size = Size < Left ? Size : Left;
    if (!NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_COMMIT,
                                            PAGE_READWRITE))) {
        return FALSE;
    }
    Last = RtlpLastBlock(Segment);
    Last->Flags &= (UCHAR)~HEAP_ENTRY_LAST;
    RtlpSealBlock(Last);
    Segment->CommittedEnd += Size;
    RtlpAddFree(Heap, Base, Size, Last->Size, Index);
    return TRUE;
}

static BOOLEAN RtlpAddSegment(PHEAP Heap, ULONG Bytes)
{
    ULONG Reserve = SEGMENT_RESERVE, Commit = Bytes + PAGE_SIZE;
    PVOID Base = NULL;

    while (Reserve < Commit) {
        Reserve *= 2;
    }
    Commit = (Commit + COMMIT_STEP - 1) & ~(COMMIT_STEP - 1);
    if (!NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Reserve, MEM_RESERVE,
                                            PAGE_READWRITE))) {
        return FALSE;
    }
    if (NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Commit, MEM_COMMIT,
                                           PAGE_READWRITE)) &&
        NT_SUCCESS(RtlpStartSegment(Heap, Base, (PUCHAR)Base + sizeof(HEAP_SEGMENT) + 4, Reserve,
                                    Commit))) {
        return TRUE;
    }
    Reserve = 0;
    NtFreeVirtualMemory(NtCurrentProcess(), &Base, &Reserve, MEM_RELEASE);
    return FALSE;
}

C_ASSERT((sizeof(HEAP_SEGMENT) + 4) % HEAP_UNIT == 0);

BOOLEAN RtlpGrowHeap(PHEAP Heap, ULONG Units)
{
    for (ULONG i = 0; i < Heap->SegmentCount; i++) {
        if (RtlpExtendSegment(Heap, i, Units * HEAP_UNIT)) {
            return TRUE;
        }
    }
    return Heap->Flags & HEAP_GROWABLE && Heap->SegmentCount < HEAP_SEGMENTS &&
           RtlpAddSegment(Heap, Units * HEAP_UNIT);
}
