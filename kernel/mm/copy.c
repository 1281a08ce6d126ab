/* SPDX-License-Identifier: MIT */
/* Between two processes: piece by piece through pool, attached to the other one for its half. */
#include "mi.h"

#define PIECE PAGE_SIZE
#define TAG_COPY POOL_TAG('C', 'o', 'p', 'y')

NTSTATUS MmCopyVirtualMemory(PKPROCESS Other, ULONG Address, PVOID Local, ULONG Bytes,
                             BOOLEAN Write, PULONG Done)
{
    PVOID Piece = ExAllocatePoolWithTag(NonPagedPool, PIECE, TAG_COPY);
    NTSTATUS Status = Piece != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;

    *Done = 0;
    while (NT_SUCCESS(Status) && *Done < Bytes) {
        /* Up to a page's end, so that what can be copied is. */
        ULONG Room = PIECE - ((Address + *Done) & (PIECE - 1));
        ULONG Part = Bytes - *Done < Room ? Bytes - *Done : Room;

        if (Write) {
            Status = KeCopyFromCaller(Piece, (PUCHAR)Local + *Done, Part);
        }
        if (NT_SUCCESS(Status)) {
            KeAttachProcess(Other);
            Status = Write ? KeCopyToUser((PUCHAR)Address + *Done, Piece, Part)
                           : KeCopyFromUser(Piece, (PUCHAR)Address + *Done, Part);
            KeDetachProcess();
            Status = NT_SUCCESS(Status) ? Status : STATUS_PARTIAL_COPY; /* even of nothing */
        }
        if (NT_SUCCESS(Status) && !Write) {
            Status = KeCopyToCaller((PUCHAR)Local + *Done, Piece, Part);
        }
        *Done += NT_SUCCESS(Status) ? Part : 0;
    }
    if (Piece != NULL) {
        ExFreePool(Piece);
    }
    return Status;
}
