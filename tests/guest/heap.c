/* SPDX-License-Identifier: MIT */
/*
 * Heaps: contents, growth, checks; and the heap against a model, 20,000 random steps. Critical
 * sections and TLS, of threads that meet there.
 */
#include "mica.h"

#define BLOCKS 200

static PVOID Heap;
static ULONG Random = 1;

static ULONG Next(ULONG Below)
{
    Random = Random * 1664525 + 1013904223;
    return (Random >> 8) % Below;
}

static VOID Basics(VOID)
{
    PUCHAR Block = RtlAllocateHeap(Heap, HEAP_ZERO_MEMORY, 100), Grown;
    ULONG Zero = 0;

    for (ULONG i = 0; i < 100; i++) {
        Zero += Block[i] == 0;
        Block[i] = (UCHAR)i;
    }
    Print("zeroed %lu, aligned %d, size %lu", Zero, (ULONG)Block % 8 == 0,
          RtlSizeHeap(Heap, 0, Block));
    Grown = RtlReAllocateHeap(Heap, 0, Block, 5000);
    Print(", grown to %lu, contents kept %d\n", RtlSizeHeap(Heap, 0, Grown), Grown[99] == 99);
    Print("in place only, much larger: %d",
          RtlReAllocateHeap(Heap, HEAP_REALLOC_IN_PLACE_ONLY, Grown, 0x80000) != NULL);
    Print(", free %d", RtlFreeHeap(Heap, 0, Grown));
    Print(", NULL %d", RtlFreeHeap(Heap, 0, NULL));
    Print(", size 0 %d\n", RtlAllocateHeap(Heap, 0, 0) != NULL);
}

static VOID Large(VOID)
{
    PUCHAR Block = RtlAllocateHeap(Heap, HEAP_ZERO_MEMORY, 3 << 20);

    Block[(3 << 20) - 1] = 1;
    Print("3 MB: size %lX", RtlSizeHeap(Heap, 0, Block));
    Block = RtlReAllocateHeap(Heap, 0, Block, 5 << 20);
    Print(", 5 MB: kept %d", Block[(3 << 20) - 1] == 1);
    Print(", free %d\n", RtlFreeHeap(Heap, 0, Block));
    Print("2 GB: %d\n", RtlAllocateHeap(Heap, 0, 0x7FFFFFFF) != NULL);
}

static VOID Mistakes(VOID)
{
    PVOID Checked =
        RtlCreateHeap(HEAP_GROWABLE | HEAP_TAIL_CHECKING_ENABLED, NULL, 0, 0, NULL, NULL);
    PUCHAR Block = RtlAllocateHeap(Heap, 0, 24), Other = RtlAllocateHeap(Heap, 0, 24);

    Print("freed twice: %d", RtlFreeHeap(Heap, 0, Block));
    Print(" %d", RtlFreeHeap(Heap, 0, Block));
    Print(", inside of one: %d", RtlFreeHeap(Heap, 0, Other + 8));
    Print(", valid %d\n", RtlValidateHeap(Heap, 0, NULL));
    Block = RtlAllocateHeap(Heap, 0, 24); /* where it was, before the other */
    memset(Block, 0x41, 40);              /* over the next block's header */
    Print("overrun: valid %d", RtlValidateHeap(Heap, 0, NULL));
    Print(", free %d", RtlFreeHeap(Heap, 0, Block));
    Print(", the next %d\n", RtlFreeHeap(Heap, 0, Other));
    Block = RtlAllocateHeap(Checked, 0, 10);
    Block[10] = 0; /* one byte too far */
    Print("by one, with tails checked: free %d\n", RtlFreeHeap(Checked, 0, Block));
    Print("destroyed: %d", RtlDestroyHeap(Checked) == NULL);
    Print(", the process's own: %d\n", RtlDestroyHeap(RtlProcessHeap()) == NULL);
}

/* Each block is filled with its own number, which must be there when it goes. */
static VOID Model(VOID)
{
    static PUCHAR Blocks[BLOCKS];
    static ULONG Sizes[BLOCKS];
    ULONG Wrong = 0;

    Heap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0x10000, 0, NULL, NULL);
    for (ULONG Step = 0; Step < 20000; Step++) {
        ULONG i = Next(BLOCKS), Size = Next(8) == 0 ? Next(60000) : Next(200);

        for (ULONG j = 0; Blocks[i] != NULL && j < Sizes[i]; j += 17) {
            Wrong += Blocks[i][j] != (UCHAR)i;
        }
        if (Blocks[i] != NULL && Next(3) != 0) {
            Wrong += !RtlFreeHeap(Heap, 0, Blocks[i]);
            Blocks[i] = NULL;
            continue;
        }
        Blocks[i] = Blocks[i] != NULL ? RtlReAllocateHeap(Heap, 0, Blocks[i], Size)
                                      : RtlAllocateHeap(Heap, 0, Size);
        Wrong += Blocks[i] == NULL || RtlSizeHeap(Heap, 0, Blocks[i]) != Size;
        Sizes[i] = Size;
        memset(Blocks[i], (int)i, Size);
        if (Step % 500 == 0) {
            Wrong += !RtlValidateHeap(Heap, 0, NULL);
        }
    }
    Print("20000 random steps: %lu wrong, valid %d\n", Wrong, RtlValidateHeap(Heap, 0, NULL));
    RtlDestroyHeap(Heap);
}

static RTL_CRITICAL_SECTION Section;
static volatile ULONG Shared;

/* Not one step of the sum is lost, though others come in between. */
static NTSTATUS NTAPI Add(PVOID Parameter)
{
    for (ULONG i = 0; i < 2000; i++) {
        ULONG Value;

        RtlEnterCriticalSection(&Section);
        RtlEnterCriticalSection(&Section); /* again: it is ours */
        Value = Shared;
        for (volatile ULONG j = 0; j < 20; j++) {
        }
        Shared = Value + 1;
        RtlLeaveCriticalSection(&Section);
        RtlLeaveCriticalSection(&Section);
    }
    return (NTSTATUS)Parameter;
}

static NTSTATUS NTAPI Try(PVOID Parameter)
{
    (VOID) Parameter;
    return RtlTryEnterCriticalSection(&Section);
}

static VOID Sections(VOID)
{
    HANDLE Threads[4];

    RtlInitializeCriticalSection(&Section);
    for (ULONG i = 0; i < 4; i++) {
        Threads[i] = StartThread(Add, i);
    }
    for (ULONG i = 0; i < 4; i++) {
        JoinThread(Threads[i]);
    }
    Print("four threads in a critical section: %lu", Shared);
    RtlEnterCriticalSection(&Section);
    Print(", another may enter: %ld", JoinThread(StartThread(Try, 0)));
    RtlLeaveCriticalSection(&Section);
    Print(", now: %ld\n", JoinThread(StartThread(Try, 0)));
}

static NTSTATUS NTAPI Slot(PVOID Parameter)
{
    ULONG Index = (ULONG)Parameter;
    PVOID Before = NtCurrentTeb()->TlsSlots[Index];

    NtCurrentTeb()->TlsSlots[Index] = (PVOID)0x77;
    return (NTSTATUS)Before;
}

static VOID Slots(VOID)
{
    PRTL_BITMAP Bitmap = NtCurrentTeb()->ProcessEnvironmentBlock->TlsBitmap;
    ULONG Index = RtlFindClearBitsAndSet(Bitmap, 1, 0),
          Second = RtlFindClearBitsAndSet(Bitmap, 1, 0);

    NtCurrentTeb()->TlsSlots[Index] = (PVOID)0x55;
    Print("TLS slots %d apart; in a thread it was %lX", (int)(Second - Index),
          JoinThread(StartThread(Slot, Index)));
    Print(", here it is still %lX\n", (ULONG)NtCurrentTeb()->TlsSlots[Index]);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Heap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);
    Basics();
    Large();
    Model();
    Heap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);
    Mistakes();
    Sections();
    Slots();
    return 0;
}
