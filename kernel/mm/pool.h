/* SPDX-License-Identifier: MIT */
/*
 * Pool: memory for the kernel's own objects, zeroed. Nonpaged pool may be touched at any IRQL;
 * paged pool below DISPATCH_LEVEL only: a page of it is there when it is first touched. Each block
 * has a tag of four characters, by which it is counted.
 */
#pragma once

#include "nt/ntdef.h"

typedef enum _POOL_TYPE { NonPagedPool, PagedPool } POOL_TYPE;

#define POOL_TAG(a, b, c, d) ((ULONG)(a) | (ULONG)(b) << 8 | (ULONG)(c) << 16 | (ULONG)(d) << 24)

/*
 * NULL: no memory. More than half a page: whole pages, and it begins on one.
 * IRQL <= DISPATCH_LEVEL (paged: < DISPATCH_LEVEL).
 */
PVOID ExAllocatePoolWithTag(POOL_TYPE Type, ULONG Bytes, ULONG Tag);
VOID ExFreePool(PVOID Block);

/* pooltags.c: what is allocated under a tag. */
typedef struct _POOL_TAG_COUNT {
    ULONG Tag;
    ULONG Allocations[2], Frees[2], Bytes[2]; /* by POOL_TYPE; Bytes: in use */
} POOL_TAG_COUNT;
BOOLEAN ExEnumeratePoolTags(ULONG Index, POOL_TAG_COUNT *Count); /* FALSE: no more */

/* Remembers what is allocated now; tells what is more than that. */
VOID ExMarkPool(VOID);
VOID ExReportPoolLeaks(VOID);
