/* SPDX-License-Identifier: MIT */
/* NtMicaExecutive, service 1012h: what tests ask of the executive. nt/micaservices.h. */
#include "psp.h"

static ULONG PspPoolBytes(VOID)
{
    POOL_TAG_COUNT Count;
    ULONG Bytes = 0;

    for (ULONG i = 0; ExEnumeratePoolTags(i, &Count); i++) {
        Bytes += Count.Bytes[PagedPool] + Count.Bytes[NonPagedPool];
    }
    return Bytes;
}

NTSTATUS NTAPI NtMicaExecutive(MICA_REQUEST Request, ULONG Argument, PULONG Result)
{
    MM_STATISTICS Memory;
    ULONG Answer;

    MmQueryMemory(&Memory);
    switch (Request) {
    case MicaFailAllocation:
        Answer = MmFailAllocation(Argument);
        break;
    case MicaPoolBytes:
        Answer = PspPoolBytes();
        break;
    case MicaFreePages:
        Answer = Memory.AvailablePages;
        break;
    case MicaCommittedPages:
        Answer = Memory.CommittedPages;
        break;
    case MicaCopiedPages:
        Answer = PsGetCurrentProcess()->AddressSpace.CopyOnWriteFaults;
        break;
    default:
        return STATUS_INVALID_PARAMETER_1;
    }
    return Result != NULL ? KeCopyToCaller(Result, &Answer, sizeof(Answer)) : STATUS_SUCCESS;
}
