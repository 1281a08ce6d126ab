/* SPDX-License-Identifier: MIT */
/*
 * Heaps. A wrong free, a double one, and an overrun that met the next block's header are refused
 * (FALSE) and said to the debugger; nothing is changed then. With HEAP_TAIL_CHECKING_ENABLED (or
 * the global flag 10) overruns of any length show at the free.
 */
#include "heapp.h"
#include "rtl/rtl.h"

#define DEFAULT_RESERVE 0x100000UL
#define DEFAULT_COMMIT 0x4000UL
#define LARGEST_COMMIT 0x40000UL
#define FLG_HEAP_ENABLE_TAIL_CHECK 0x10UL
#define FLG_HEAP_ENABLE_FREE_CHECK 0x20UL

PVOID NTAPI RtlCreateHeap(ULONG Flags, PVOID HeapBase, ULONG ReserveSize, ULONG CommitSize,
                          PVOID Lock, PVOID Parameters)
{
    ULONG GlobalFlag = NtCurrentTeb()->ProcessEnvironmentBlock->NtGlobalFlag;
    ULONG Reserve = ReserveSize != 0 ? ReserveSize : DEFAULT_RESERVE;
    ULONG Commit = CommitSize != 0 ? ROUND_TO_PAGES(CommitSize) : DEFAULT_COMMIT;
    PVOID Base = NULL;
    PHEAP Heap;

    (VOID) Parameters;
    if (HeapBase != NULL || Lock != NULL) {
        return NULL; /* memory or a lock of the caller's: not here */
    }
    Commit = Commit < ROUND_TO_PAGES(sizeof(HEAP)) + PAGE_SIZE
                 ? ROUND_TO_PAGES(sizeof(HEAP)) + PAGE_SIZE
                 : Commit;
    Commit = Commit > LARGEST_COMMIT ? LARGEST_COMMIT : Commit; /* of one block, at first */
    Reserve = Reserve < Commit ? Commit : Reserve;
    if (!NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Reserve, MEM_RESERVE,
                                            PAGE_READWRITE))) {
        return NULL;
    }
    if (!NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Commit, MEM_COMMIT,
                                            PAGE_READWRITE))) {
        Reserve = 0;
        NtFreeVirtualMemory(NtCurrentProcess(), &Base, &Reserve, MEM_RELEASE);
        return NULL;
    }
    Heap = Base;
    Heap->Flags = Flags |
                  (GlobalFlag & FLG_HEAP_ENABLE_TAIL_CHECK ? HEAP_TAIL_CHECKING_ENABLED : 0) |
                  (GlobalFlag & FLG_HEAP_ENABLE_FREE_CHECK ? HEAP_FREE_CHECKING_ENABLED : 0);
    RtlInitializeCriticalSection(&Heap->Lock);
    InitializeListHead(&Heap->Large);
    for (ULONG i = 0; i < HEAP_LISTS; i++) {
        InitializeListHead(&Heap->Free[i]);
    }
    RtlpStartSegment(Heap, &Heap->Segment0,
                     (PUCHAR)Heap + ((sizeof(HEAP) + HEAP_UNIT - 1) & ~(HEAP_UNIT - 1)), Reserve,
                     Commit);
    return Heap;
}

PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle)
{
    PHEAP Heap = HeapHandle;

    if (Heap->Segment0.Signature != HEAP_SIGNATURE ||
        Heap == NtCurrentTeb()->ProcessEnvironmentBlock->ProcessHeap) {
        return HeapHandle;
    }
    while (!IsListEmpty(&Heap->Large)) {
        PVOID Base = RemoveHeadList(&Heap->Large);
        ULONG Size = 0;

        NtFreeVirtualMemory(NtCurrentProcess(), &Base, &Size, MEM_RELEASE);
    }
    RtlDeleteCriticalSection(&Heap->Lock);
    for (ULONG i = Heap->SegmentCount; i-- != 0;) { /* the heap itself lies in the first */
        PVOID Base = Heap->Segments[i];
        ULONG Size = 0;

        NtFreeVirtualMemory(NtCurrentProcess(), &Base, &Size, MEM_RELEASE);
    }
    return NULL;
}

static PVOID RtlpAllocateLarge(PHEAP Heap, ULONG Bytes)
{
    ULONG Size = sizeof(HEAP_LARGE) + Bytes;
    PVOID Base = NULL;
    PHEAP_LARGE Large;

    if (Size < Bytes ||
        !NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size,
                                            MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE))) {
        return NULL;
    }
    Large = Base;
    Large->Bytes = Bytes;
    Large->Entry = (HEAP_ENTRY){
        0, 0, 0, HEAP_ENTRY_MAGIC | HEAP_ENTRY_BUSY | HEAP_ENTRY_LARGE | HEAP_ENTRY_LAST, 0, 0};
    RtlpSealBlock(&Large->Entry);
    InsertTailList(&Heap->Large, &Large->Links);
    return Large + 1;
}

/* What was asked for, and the pattern behind it if there is one. */
static VOID RtlpFurnish(PHEAP Heap, PHEAP_ENTRY Block, ULONG Bytes)
{
    ULONG Tail = Heap->Flags & HEAP_TAIL_CHECKING_ENABLED ? HEAP_TAIL_BYTES : 0;

    Block->UnusedBytes = (UCHAR)(Block->Size * HEAP_UNIT - Bytes);
    Block->Flags = (UCHAR)(HEAP_ENTRY_MAGIC | HEAP_ENTRY_BUSY | (Block->Flags & HEAP_ENTRY_LAST) |
                           (Tail != 0 ? HEAP_ENTRY_TAIL : 0));
    RtlpSealBlock(Block);
    memset((PUCHAR)(Block + 1) + Bytes, HEAP_TAIL_BYTE, Tail);
}

static ULONG RtlpUnits(PHEAP Heap, ULONG Bytes)
{
    ULONG Tail = Heap->Flags & HEAP_TAIL_CHECKING_ENABLED ? HEAP_TAIL_BYTES : 0;
    ULONG Units = (Bytes + Tail + sizeof(HEAP_ENTRY) + HEAP_UNIT - 1) / HEAP_UNIT;

    return Units < 2 ? 2 : Units; /* a free block needs two */
}

static PVOID RtlpAllocate(PHEAP Heap, ULONG Bytes)
{
    PHEAP_ENTRY Block;
    ULONG Units;

    if (Bytes > (HEAP_LARGEST_UNITS - 4) * HEAP_UNIT) {
        return RtlpAllocateLarge(Heap, Bytes);
    }
    Units = RtlpUnits(Heap, Bytes);
    Block = RtlpTakeBlock(Heap, Units);
    if (Block == NULL && RtlpGrowHeap(Heap, Units)) {
        Block = RtlpTakeBlock(Heap, Units);
    }
    if (Block == NULL) {
        return NULL;
    }
    RtlpFurnish(Heap, Block, Bytes);
    return Block + 1;
}

PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, ULONG Size)
{
    PHEAP Heap = HeapHandle;
    PVOID Memory;

    RtlpLockHeap(Heap, Flags);
    Memory = RtlpAllocate(Heap, Size);
    RtlpUnlockHeap(Heap, Flags);
    if (Memory == NULL && (Flags | Heap->Flags) & HEAP_GENERATE_EXCEPTIONS) {
        RtlRaiseStatus(STATUS_NO_MEMORY);
    }
    if (Memory != NULL && (Flags | Heap->Flags) & HEAP_ZERO_MEMORY) {
        memset(Memory, 0, Size);
    }
    return Memory;
}

BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory)
{
    PHEAP Heap = HeapHandle;
    PHEAP_ENTRY Block = RtlpBlockOf(Memory);
    BOOLEAN Freed;

    if (Memory == NULL) {
        return TRUE;
    }
    RtlpLockHeap(Heap, Flags);
    Freed = !RtlpComplain(Heap, Memory, RtlpCheckBusy(Heap, Block));
    if (Freed && Block->Flags & HEAP_ENTRY_LARGE) {
        PVOID Base = CONTAINING_RECORD(Block, HEAP_LARGE, Entry);
        ULONG Size = 0;

        RemoveEntryList(&((PHEAP_LARGE)Base)->Links);
        NtFreeVirtualMemory(NtCurrentProcess(), &Base, &Size, MEM_RELEASE);
    } else if (Freed) {
        if (Heap->Flags & HEAP_FREE_CHECKING_ENABLED) {
            memset(Memory, HEAP_FREE_BYTE, RtlpBlockBytes(Block));
        }
        RtlpPutBlock(Heap, Block);
    }
    RtlpUnlockHeap(Heap, Flags);
    return Freed;
}

ULONG NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory)
{
    PHEAP_ENTRY Block = RtlpBlockOf(Memory);

    (VOID) HeapHandle;
    (VOID) Flags;
    return RtlpIsBlockSound(Block) && Block->Flags & HEAP_ENTRY_BUSY ? RtlpBlockBytes(Block) : ~0UL;
}

PVOID NTAPI RtlReAllocateHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory, ULONG Size)
{
    PHEAP Heap = HeapHandle;
    PHEAP_ENTRY Block = RtlpBlockOf(Memory);
    PVOID Moved = NULL;
    ULONG Old = 0;

    RtlpLockHeap(Heap, Flags);
    if (!RtlpComplain(Heap, Memory, RtlpCheckBusy(Heap, Block))) {
        BOOLEAN Small =
            !(Block->Flags & HEAP_ENTRY_LARGE) && Size <= (HEAP_LARGEST_UNITS - 4) * HEAP_UNIT;
        ULONG Units = RtlpUnits(Heap, Size);

        Old = RtlpBlockBytes(Block);
        if (Small && (Units <= Block->Size || RtlpStretchBlock(Heap, Block, Units))) {
            RtlpCutBlock(Heap, Block, Units);
            RtlpFurnish(Heap, Block, Size);
            Moved = Memory;
        } else if (!(Flags & HEAP_REALLOC_IN_PLACE_ONLY)) {
            Moved = RtlpAllocate(Heap, Size);
            if (Moved != NULL) {
                memcpy(Moved, Memory, Old < Size ? Old : Size);
                RtlFreeHeap(Heap, Flags | HEAP_NO_SERIALIZE, Memory);
            }
        }
    }
    RtlpUnlockHeap(Heap, Flags);
    if (Moved != NULL && (Flags | Heap->Flags) & HEAP_ZERO_MEMORY && Size > Old) {
        memset((PUCHAR)Moved + Old, 0, Size - Old);
    }
    if (Moved == NULL && (Flags | Heap->Flags) & HEAP_GENERATE_EXCEPTIONS) {
        RtlRaiseStatus(STATUS_NO_MEMORY);
    }
    return Moved;
}
