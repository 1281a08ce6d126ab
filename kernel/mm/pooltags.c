/* SPDX-License-Identifier: MIT */
/* How much pool each tag has, and what has been forgotten. */
#include "mip.h"
#include "port.h"

#define MAXIMUM_TAGS 64UL

static POOL_TAG_COUNT MiTags[MAXIMUM_TAGS];
static ULONG MiMarkedBytes[MAXIMUM_TAGS][2], MiMarkedBlocks[MAXIMUM_TAGS][2];

/* The row of Tag, where it is or would be; the last one is everybody else's. */
static POOL_TAG_COUNT *MiFindTag(ULONG Tag)
{
    ULONG Row = (Tag ^ Tag >> 11) % MAXIMUM_TAGS;

    for (ULONG i = 0; i < MAXIMUM_TAGS; i++, Row = (Row + 1) % MAXIMUM_TAGS) {
        if (MiTags[Row].Tag == Tag || MiTags[Row].Tag == 0) {
            break;
        }
    }
    return &MiTags[Row];
}

VOID MiCountTag(POOL_TYPE Type, ULONG Tag, LONG Bytes)
{
    POOL_TAG_COUNT *Count = MiFindTag(Tag);
    ULONG Flags = HalpDisableInterrupts(); /* the two pools have different locks */

    Count->Tag = Tag;
    if (Bytes >= 0) {
        Count->Allocations[Type]++;
        Count->Bytes[Type] += (ULONG)Bytes;
    } else {
        Count->Frees[Type]++;
        Count->Bytes[Type] -= (ULONG)(-Bytes - 1);
    }
    HalpRestoreInterrupts(Flags);
}

BOOLEAN ExEnumeratePoolTags(ULONG Index, POOL_TAG_COUNT *Count)
{
    for (ULONG Row = 0; Row < MAXIMUM_TAGS; Row++) {
        if (MiTags[Row].Tag != 0 && Index-- == 0) {
            *Count = MiTags[Row];
            return TRUE;
        }
    }
    return FALSE;
}

static ULONG MiBlocks(ULONG Row, ULONG Type)
{
    return MiTags[Row].Allocations[Type] - MiTags[Row].Frees[Type];
}

VOID ExMarkPool(VOID)
{
    for (ULONG Row = 0; Row < MAXIMUM_TAGS; Row++) {
        for (ULONG Type = NonPagedPool; Type <= PagedPool; Type++) {
            MiMarkedBytes[Row][Type] = MiTags[Row].Bytes[Type];
            MiMarkedBlocks[Row][Type] = MiBlocks(Row, Type);
        }
    }
}

VOID ExReportPoolLeaks(VOID)
{
    ULONG Leaks = 0;

    for (ULONG Row = 0; Row < MAXIMUM_TAGS; Row++) {
        for (ULONG Type = NonPagedPool; Type <= PagedPool; Type++) {
            LONG Blocks = (LONG)(MiBlocks(Row, Type) - MiMarkedBlocks[Row][Type]);

            if (Blocks != 0) {
                KeDisplay("mica: pool: %.4s %s: %ld blocks, %ld bytes more than at the start\n",
                          (PCSTR)&MiTags[Row].Tag, Type == PagedPool ? "paged" : "nonpaged", Blocks,
                          (LONG)(MiTags[Row].Bytes[Type] - MiMarkedBytes[Row][Type]));
                Leaks++;
            }
        }
    }
    if (Leaks == 0) {
        KeDisplay("mica: pool: nothing is left\n");
    }
}
