/* SPDX-License-Identifier: MIT */
/*
 * Copy on write, counted. A process is cloned (NtCreateProcess without a section): all its memory
 * is shared until one of the two writes, and then the one page that is written becomes two.
 */
#include "mica.h"

#define PAGES 64

static UCHAR Memory[PAGES * PAGE_SIZE];

static ULONG Ask(MICA_REQUEST Request)
{
    ULONG Answer = 0;

    NtMicaExecutive(Request, 0, &Answer);
    return Answer;
}

/* In the clone: every fourth page is written. Each write to a shared page costs one copy. */
static NTSTATUS NTAPI Clone(PVOID Parameter)
{
    ULONG Before = Ask(MicaCopiedPages);

    (VOID) Parameter;
    for (ULONG i = 0; i < PAGES; i += 4) {
        Memory[i * PAGE_SIZE]++;
    }
    return (NTSTATUS)(Ask(MicaCopiedPages) - Before);
}

int main(int argc, char **argv)
{
    ULONG Free, Own;
    HANDLE Process, Thread;
    NTSTATUS Status;

    (VOID) argc;
    (VOID) argv;
    for (ULONG i = 0; i < PAGES; i++) {
        Memory[i * PAGE_SIZE] = (UCHAR)i; /* now each page is there */
    }
    Free = Ask(MicaFreePages);
    Status = NtCreateProcess(&Process, PROCESS_ALL_ACCESS, NULL, NtCurrentProcess(), FALSE, NULL,
                             NULL, NULL);
    Print("a clone of a process with %d pages of data: %s\n", PAGES, StatusName(Status));
    Print("it took fewer pages than that: %s\n", Free - Ask(MicaFreePages) < PAGES ? "yes" : "no");
    RtlCreateUserThread(Process, NULL, FALSE, 0, 0, 0, Clone, NULL, &Thread, NULL);
    Print("the clone wrote to %d of them, and so many were copied: %ld\n", PAGES / 4,
          JoinThread(Thread));
    JoinProcess(Process);
    Print("here nothing has changed: %d %d %d\n", Memory[0], Memory[4 * PAGE_SIZE],
          Memory[8 * PAGE_SIZE]);
    Own = Ask(MicaCopiedPages);
    Memory[0]++;
    Print("the clone is gone, the page is ours alone again: writing it copies %lu\n",
          Ask(MicaCopiedPages) - Own);
    return 0;
}
