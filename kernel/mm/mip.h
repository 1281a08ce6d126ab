/* SPDX-License-Identifier: MIT */
/* What the files of the pool share. */
#pragma once

#include "ke/fastmutex.h"
#include "mi.h"
#include "pool.h"

#define MI_POOL_CLASSES 14

typedef enum _MI_POOL_KIND { MiPoolFree, MiPoolSmall, MiPoolLarge, MiPoolMore } MI_POOL_KIND;

/* What a page of pool is used for. */
typedef struct _MI_POOL_PAGE {
    UCHAR Kind;  /* MiPoolMore: behind the first of a run */
    UCHAR Class; /* small: of its blocks, */
    USHORT Used; /* so many of which are in use */
    union {
        LIST_ENTRY Links; /* small, with room: in Partial */
        struct {
            ULONG Tag, Bytes; /* large */
        };
    };
    PVOID Free; /* small: the first free block, which points at the next */
} MI_POOL_PAGE, *PMI_POOL_PAGE;

typedef struct _MI_POOL {
    POOL_TYPE Type;
    ULONG Start, End;
    ULONG Hint;  /* no page below this one is free */
    ULONG InUse; /* pages */
    PMI_POOL_PAGE Pages;
    LIST_ENTRY Partial[MI_POOL_CLASSES];
    FAST_MUTEX Mutex; /* of paged pool; nonpaged pool is locked by IRQL */
} MI_POOL, *PMI_POOL;

static inline PMI_POOL_PAGE MiPoolPage(PMI_POOL Pool, ULONG Address)
{
    return &Pool->Pages[(Address - Pool->Start) >> PAGE_SHIFT];
}

/* poolpages.c */
PMI_POOL MiGetPool(POOL_TYPE Type);
PMI_POOL MiPoolOf(ULONG Address); /* NULL: of none */
KIRQL MiLockPool(PMI_POOL Pool);
VOID MiUnlockPool(PMI_POOL Pool, KIRQL Irql);
ULONG MiAllocatePoolPages(PMI_POOL Pool, ULONG Count); /* 0: no memory. As MiPoolLarge */
VOID MiFreePoolPages(PMI_POOL Pool, ULONG Address, ULONG Count);

/* pooltags.c: Bytes allocated; or, when below 0, -Bytes - 1 freed. The pool is locked. */
VOID MiCountTag(POOL_TYPE Type, ULONG Tag, LONG Bytes);
