/* SPDX-License-Identifier: MIT */
/*
 * The heap's own. A heap is a row of segments, a segment a row of blocks that lie side by side:
 * each knows its size and that of the one before it, so that a freed block can be joined with both
 * its neighbours. Sizes are in units of eight bytes, the block's header is one.
 */
#pragma once

#include "ntdll.h"
#include "rtl/list.h"

#define HEAP_UNIT 8UL
#define HEAP_LARGEST_UNITS 0xFE00UL /* what is larger is memory of its own */
#define HEAP_LISTS 128UL            /* of free blocks, by size; the last: that and above */
#define HEAP_SIGNATURE 0xEEFFEEFFUL
#define HEAP_TAIL_BYTE 0xAB
#define HEAP_FREE_BYTE 0xEE
#define HEAP_TAIL_BYTES 8UL

#define HEAP_ENTRY_BUSY 0x01
#define HEAP_ENTRY_TAIL 0x04 /* behind what was asked for stands a pattern */
#define HEAP_ENTRY_LARGE 0x08
#define HEAP_ENTRY_LAST 0x10
#define HEAP_ENTRY_MAGIC 0xA0 /* in the upper half of Flags, always */

typedef struct _HEAP_ENTRY {
    USHORT Size, PreviousSize; /* units; 0 before the first */
    UCHAR SegmentIndex, Flags;
    UCHAR UnusedBytes; /* of Size, header included */
    UCHAR Check;       /* of the fields before: an overrun of the block before shows */
} HEAP_ENTRY, *PHEAP_ENTRY;

ASSERT_SIZE(HEAP_ENTRY, HEAP_UNIT);

typedef struct _HEAP_FREE_ENTRY {
    HEAP_ENTRY Entry;
    LIST_ENTRY Links;
} HEAP_FREE_ENTRY, *PHEAP_FREE_ENTRY;

/* In front of a block that is memory of its own. */
typedef struct _HEAP_LARGE {
    LIST_ENTRY Links;
    ULONG Bytes, Reserved; /* asked for */
    HEAP_ENTRY Entry;
} HEAP_LARGE, *PHEAP_LARGE;

/* At the start of each segment; the heap itself follows it in the first. */
typedef struct _HEAP_SEGMENT {
    ULONG Signature;
    struct _HEAP *Heap;
    PUCHAR FirstBlock, CommittedEnd, ReservedEnd;
} HEAP_SEGMENT, *PHEAP_SEGMENT;

#define HEAP_SEGMENTS 64UL

typedef struct _HEAP {
    HEAP_SEGMENT Segment0;
    ULONG Flags;
    RTL_CRITICAL_SECTION Lock;
    PHEAP_SEGMENT Segments[HEAP_SEGMENTS];
    ULONG SegmentCount;
    LIST_ENTRY Free[HEAP_LISTS];
    LIST_ENTRY Large;
} HEAP, *PHEAP;

#define RtlpBlockOf(Memory) ((PHEAP_ENTRY)(Memory)-1)

/* heapcheck.c */
VOID RtlpLockHeap(PHEAP Heap, ULONG Flags);
VOID RtlpUnlockHeap(PHEAP Heap, ULONG Flags);
ULONG RtlpBlockBytes(PHEAP_ENTRY Block);            /* that were asked for */
PCSTR RtlpCheckBusy(PHEAP Heap, PHEAP_ENTRY Block); /* what is wrong with it; NULL: nothing */
BOOLEAN RtlpComplain(PHEAP Heap, PVOID Memory, PCSTR Problem); /* FALSE: there is none */

/* heapblock.c. The heap is locked. */
VOID RtlpSealBlock(PHEAP_ENTRY Block); /* its fields are as they shall be */
BOOLEAN RtlpIsBlockSound(PHEAP_ENTRY Block);
PHEAP_ENTRY RtlpNextBlock(PHEAP_ENTRY Block);       /* NULL: it is the segment's last */
PHEAP_ENTRY RtlpTakeBlock(PHEAP Heap, ULONG Units); /* NULL: none is large enough */
VOID RtlpPutBlock(PHEAP Heap, PHEAP_ENTRY Block);   /* free from now on, joined with neighbours */
VOID RtlpCutBlock(PHEAP Heap, PHEAP_ENTRY Block, ULONG Units); /* the rest becomes free */
/* The free neighbour behind becomes part of it, if both have Units then. */
BOOLEAN RtlpStretchBlock(PHEAP Heap, PHEAP_ENTRY Block, ULONG Units);

/* heapsegment.c: makes a free block of at least Units, or finds no memory for it. */
BOOLEAN RtlpGrowHeap(PHEAP Heap, ULONG Units);
NTSTATUS RtlpStartSegment(PHEAP Heap, PHEAP_SEGMENT Segment, PUCHAR First, ULONG Reserved,
                          ULONG Committed);
