/* SPDX-License-Identifier: MIT */
/* What can be wrong with a heap, and its lock. */
#include "heapp.h"
#include "rtl/rtl.h"

VOID RtlpLockHeap(PHEAP Heap, ULONG Flags)
{
    if (!((Flags | Heap->Flags) & HEAP_NO_SERIALIZE)) {
        RtlEnterCriticalSection(&Heap->Lock);
    }
}

VOID RtlpUnlockHeap(PHEAP Heap, ULONG Flags)
{
    if (!((Flags | Heap->Flags) & HEAP_NO_SERIALIZE)) {
        RtlLeaveCriticalSection(&Heap->Lock);
    }
}

ULONG RtlpBlockBytes(PHEAP_ENTRY Block)
{
    return Block->Flags & HEAP_ENTRY_LARGE ? CONTAINING_RECORD(Block, HEAP_LARGE, Entry)->Bytes
                                           : Block->Size * HEAP_UNIT - Block->UnusedBytes;
}

/* NULL, or what is wrong with a block that is to be freed. */
PCSTR RtlpCheckBusy(PHEAP Heap, PHEAP_ENTRY Block)
{
    PHEAP_ENTRY Next;

    if ((ULONG)Block % HEAP_UNIT != 0 || !RtlpIsBlockSound(Block)) {
        return "is no block, or its header is overwritten";
    }
    if (!(Block->Flags & HEAP_ENTRY_BUSY)) {
        return "is free already";
    }
    if (Block->Flags & HEAP_ENTRY_LARGE) {
        return NULL;
    }
    if (Block->SegmentIndex >= Heap->SegmentCount) {
        return "is another heap's";
    }
    Next = RtlpNextBlock(Block);
    if (Next != NULL && !RtlpIsBlockSound(Next)) {
        return "was written behind its end";
    }
    for (ULONG i = 0; Block->Flags & HEAP_ENTRY_TAIL && i < HEAP_TAIL_BYTES; i++) {
        if (((PUCHAR)(Block + 1))[RtlpBlockBytes(Block) + i] != HEAP_TAIL_BYTE) {
            return "was written behind its end";
        }
    }
    return NULL;
}

BOOLEAN RtlpComplain(PHEAP Heap, PVOID Memory, PCSTR Problem)
{
    if (Problem != NULL) {
        DbgPrint("HEAP[%08lX]: %08lX %s\n", (ULONG)Heap, (ULONG)Memory, Problem);
        if (NtCurrentTeb()->ProcessEnvironmentBlock->BeingDebugged) {
            DbgBreakPoint();
        }
    }
    return Problem != NULL;
}

static BOOLEAN RtlpIsSegmentSound(PHEAP_SEGMENT Segment)
{
    ULONG Previous = 0;

    for (PHEAP_ENTRY Block = (PHEAP_ENTRY)Segment->FirstBlock; Block != NULL;
         Block = RtlpNextBlock(Block)) {
        if ((PUCHAR)Block >= Segment->CommittedEnd || !RtlpIsBlockSound(Block) ||
            Block->PreviousSize != Previous || Block->Size == 0) {
            return FALSE;
        }
        Previous = Block->Size;
    }
    return TRUE;
}

BOOLEAN NTAPI RtlValidateHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory)
{
    PHEAP Heap = HeapHandle;
    BOOLEAN Sound = Heap->Segment0.Signature == HEAP_SIGNATURE;

    RtlpLockHeap(Heap, Flags);
    if (Memory != NULL) {
        Sound = Sound && RtlpCheckBusy(Heap, RtlpBlockOf(Memory)) == NULL;
    }
    for (ULONG i = 0; Memory == NULL && Sound && i < Heap->SegmentCount; i++) {
        Sound = RtlpIsSegmentSound(Heap->Segments[i]);
    }
    RtlpUnlockHeap(Heap, Flags);
    return Sound;
}
