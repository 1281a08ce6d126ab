/* SPDX-License-Identifier: MIT */
/* Address descriptors: the ranges in use, in a tree by address. */
#include "mi.h"

#define MiVad(Node) CONTAINING_RECORD(Node, MMVAD, Links)
#define TAG_VAD POOL_TAG('V', 'a', 'd', ' ')

static LONG MiCompareVad(const VOID *Key, const RTL_BALANCED_LINKS *Node)
{
    ULONG Address = *(const ULONG *)Key, Start = MiVad(Node)->Start;

    return Address < Start ? -1 : Address > Start;
}

static PMMVAD MiFromNode(PRTL_BALANCED_LINKS Node)
{
    return Node != NULL ? MiVad(Node) : NULL;
}

/* The last that begins at or below Address. */
static PMMVAD MiFindVadBelow(ULONG Address)
{
    return MiFromNode(RtlpFindBefore(&MiCurrentSpace()->VadRoot, MiCompareVad, &Address));
}

PMMVAD MiFindVad(ULONG Address)
{
    PMMVAD Vad = MiFindVadBelow(Address);

    return Vad != NULL && Address <= Vad->End ? Vad : NULL;
}

PMMVAD MiFindVadAbove(ULONG Address)
{
    PMMVAD Vad = MiFindVadBelow(Address);

    return MiFromNode(Vad != NULL ? RtlpNextInTree(&Vad->Links)
                                  : RtlpFirstInTree(&MiCurrentSpace()->VadRoot));
}

BOOLEAN MiIsRangeFree(ULONG Start, ULONG End)
{
    PMMVAD Vad = MiFindVadBelow(End);

    return Vad == NULL || Vad->End < Start;
}

/* Gaps begin and end on boundaries of Alignment, whatever the ranges between them do. */
NTSTATUS MiFindFreeRange(ULONG Size, ULONG Alignment, BOOLEAN TopDown, ULONG Highest, PULONG Start)
{
    ULONG Low = MM_LOWEST_USER_ADDRESS;
    BOOLEAN Found = FALSE;

    for (PMMVAD Vad = MiFindVadAbove(0);; Vad = MiFromNode(RtlpNextInTree(&Vad->Links))) {
        ULONG High = Vad != NULL ? Vad->Start : MM_HIGHEST_VAD_ADDRESS + 1;

        High = High > Highest ? Highest + 1 : High;
        if (High > Low && High - Low >= Size) {
            ULONG Place = TopDown ? (High - Size) & ~(Alignment - 1) : Low;

            if (Place >= Low) {
                *Start = Place;
                Found = TRUE;
            }
            if (Found && !TopDown) {
                return STATUS_SUCCESS;
            }
        }
        if (Vad == NULL) {
            return Found ? STATUS_SUCCESS : STATUS_NO_MEMORY;
        }
        Low = (Vad->End + Alignment) & ~(Alignment - 1);
    }
}

PMMVAD MiCreateVad(ULONG Start, ULONG End, MI_VAD_TYPE Type, ULONG Protection)
{
    PMMVAD Vad = ExAllocatePoolWithTag(PagedPool, sizeof(*Vad), TAG_VAD);

    if (Vad != NULL) {
        Vad->Start = Start;
        Vad->End = End;
        Vad->Type = Type;
        Vad->Protection = Protection;
        RtlpInsertIntoTree(&MiCurrentSpace()->VadRoot, MiCompareVad, &Start, &Vad->Links);
    }
    return Vad;
}

VOID MiDeleteVad(PMMVAD Vad)
{
    RtlpRemoveFromTree(&MiCurrentSpace()->VadRoot, &Vad->Links);
    ExFreePool(Vad);
}
