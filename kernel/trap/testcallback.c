/* SPDX-License-Identifier: MIT */
/* NtMicaCallback, service 1000h: the way to see a callback while there is no win32k. nt/services.h.
 */
#include "trap.h"

#define MAXIMUM_DATA 512UL /* of input and of output; on the kernel stack, so no exit leaks it */

/* The answer lies in ring 3, wherever the callback says: checked and copied as any pointer. */
static NTSTATUS KiCopyCallbackAnswer(PUCHAR Data, PVOID Answer, ULONG Length, PVOID Output,
                                     PULONG OutputLength, ULONG Room)
{
    NTSTATUS Status;

    if (Length > Room || Length > MAXIMUM_DATA) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    Status = KeCopyFromUser(Data, Answer, Length);
    if (NT_SUCCESS(Status)) {
        Status = KeCopyToCaller(Output, Data, Length);
    }
    return NT_SUCCESS(Status) && OutputLength != NULL
               ? KeCopyToCaller(OutputLength, &Length, sizeof(Length))
               : Status;
}

NTSTATUS NTAPI NtMicaCallback(ULONG ApiNumber, PVOID Input, ULONG InputLength, PVOID Output,
                              PULONG OutputLength)
{
    UCHAR Data[MAXIMUM_DATA];
    PVOID Answer = NULL;
    ULONG Length = 0, Room = 0;
    NTSTATUS Copied, Status;

    if (InputLength > MAXIMUM_DATA) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Status = KeCopyFromCaller(Data, Input, InputLength);
    if (NT_SUCCESS(Status) && OutputLength != NULL) {
        Status = KeCopyFromCaller(&Room, OutputLength, sizeof(Room));
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = KeUserModeCallback(ApiNumber, Data, InputLength, &Answer, &Length);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Copied = KiCopyCallbackAnswer(Data, Answer, Length, Output, OutputLength, Room);
    return NT_SUCCESS(Copied) ? Status : Copied;
}
