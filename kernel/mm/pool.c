/* SPDX-License-Identifier: MIT */
/*
 * ExAllocatePoolWithTag: small blocks come from pages cut into equal pieces, one list of pages with
 * room for each size; large ones are runs of pages. A page whose last block is freed goes back.
 */
#include "pool.h"

#include "kasan.h"
#include "mip.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define POOL_LARGEST_SMALL (PAGE_SIZE / 2 - sizeof(POOL_HEADER) - POOL_GUARD)
#define POOL_MAGIC 0xA5

#ifdef CHECKED
#define POOL_GUARD 8UL /* bytes behind a block that must stay as they are */
#define POOL_GUARD_BYTE 0xFD
#define POOL_FREED_BYTE 0xEE
#else
#define POOL_GUARD 0UL
#endif

/* In front of each small block. */
typedef struct _POOL_HEADER {
    ULONG Tag;
    USHORT Bytes; /* asked for */
    UCHAR Class, Magic;
} POOL_HEADER, *PPOOL_HEADER;

static const USHORT MiPoolSizes[MI_POOL_CLASSES] = {32,  48,  64,  96,  128,  192,  256,
                                                    384, 512, 680, 816, 1024, 1360, 2048};

static ULONG MiPoolClass(ULONG Bytes)
{
    ULONG Class = 0;

    while (MiPoolSizes[Class] < Bytes) {
        Class++;
    }
    return Class;
}

/* A page of Class with a free block, made if need be; NULL: no memory. The pool is locked. */
static PMI_POOL_PAGE MiPoolPageWithRoom(PMI_POOL Pool, ULONG Class)
{
    PLIST_ENTRY Partial = &Pool->Partial[Class];
    PMI_POOL_PAGE Page;
    ULONG Va;

    if (!IsListEmpty(Partial)) {
        return CONTAINING_RECORD(Partial->Flink, MI_POOL_PAGE, Links);
    }
    Va = MiAllocatePoolPages(Pool, 1);
    if (Va == 0) {
        return NULL;
    }
    Page = MiPoolPage(Pool, Va);
    Page->Kind = MiPoolSmall;
    Page->Class = (UCHAR)Class;
    Page->Used = 0;
    Page->Free = NULL;
    for (ULONG End = Va + PAGE_SIZE, Size = MiPoolSizes[Class]; Va + Size <= End; Va += Size) {
        *(PVOID *)Va = Page->Free;
        Page->Free = (PVOID)Va;
    }
    InsertHeadList(Partial, &Page->Links);
    return Page;
}

static PVOID MiAllocateSmall(PMI_POOL Pool, ULONG Bytes, ULONG Tag)
{
    ULONG Class = MiPoolClass(Bytes + sizeof(POOL_HEADER) + POOL_GUARD);
    PMI_POOL_PAGE Page = MiPoolPageWithRoom(Pool, Class);
    PPOOL_HEADER Header;

    if (Page == NULL) {
        return NULL;
    }
    Header = Page->Free;
    Page->Free = *(PVOID *)Header;
    Page->Used++;
    if (Page->Free == NULL) {
        RemoveEntryList(&Page->Links);
    }
    *Header = (POOL_HEADER){Tag, (USHORT)Bytes, (UCHAR)Class, POOL_MAGIC};
#ifdef CHECKED
    memset((PUCHAR)(Header + 1) + Bytes, POOL_GUARD_BYTE, POOL_GUARD);
#endif
    return Header + 1;
}

static PVOID MiAllocateLarge(PMI_POOL Pool, ULONG Bytes, ULONG Tag)
{
    ULONG Va = MiAllocatePoolPages(Pool, ROUND_TO_PAGES(Bytes) >> PAGE_SHIFT);

    if (Va != 0) {
        MiPoolPage(Pool, Va)->Tag = Tag;
        MiPoolPage(Pool, Va)->Bytes = Bytes;
    }
    return (PVOID)Va;
}

PVOID ExAllocatePoolWithTag(POOL_TYPE Type, ULONG Bytes, ULONG Tag)
{
    PMI_POOL Pool = MiGetPool(Type);
    PVOID Block;
    KIRQL Irql;

    if (MiFailAllocation() || Bytes > Pool->End - Pool->Start) {
        return NULL;
    }
    Irql = MiLockPool(Pool);
    Block = Bytes <= POOL_LARGEST_SMALL ? MiAllocateSmall(Pool, Bytes, Tag)
                                        : MiAllocateLarge(Pool, Bytes, Tag);
    if (Block != NULL) {
        MiCountTag(Type, Tag, (LONG)Bytes);
    }
    MiUnlockPool(Pool, Irql);
    if (Block != NULL) {
        MiKasanAllow(Block, Bytes);
        memset(Block, 0, Bytes);
    }
    return Block;
}

static DECLSPEC_NORETURN VOID MiBadPool(ULONG Why, PVOID Block, ULONG What)
{
    KeBugCheckEx(BAD_POOL_CALLER, Why, (ULONG)Block, What, 0);
}

static VOID MiFreeSmall(PMI_POOL Pool, PMI_POOL_PAGE Page, PPOOL_HEADER Header)
{
    if (Header->Magic != POOL_MAGIC || Header->Class != Page->Class) {
        MiBadPool(7, Header + 1, Header->Tag); /* freed already, or never allocated */
    }
#ifdef CHECKED
    for (ULONG i = 0; i < POOL_GUARD; i++) {
        if (((PUCHAR)(Header + 1))[Header->Bytes + i] != POOL_GUARD_BYTE) {
            MiBadPool(6, Header + 1, Header->Tag); /* written behind its end */
        }
    }
    memset(Header + 1, POOL_FREED_BYTE, Header->Bytes);
#endif
    MiKasanForbid(Header + 1, Header->Bytes);
    MiCountTag(Pool->Type, Header->Tag, -(LONG)Header->Bytes - 1);
    Header->Magic = 0;
    if (Page->Free == NULL) {
        InsertHeadList(&Pool->Partial[Page->Class], &Page->Links);
    }
    *(PVOID *)Header = Page->Free;
    Page->Free = Header;
    if (--Page->Used == 0) {
        RemoveEntryList(&Page->Links);
        MiFreePoolPages(Pool, PAGE_ALIGN(Header), 1);
    }
}

VOID ExFreePool(PVOID Block)
{
    PMI_POOL Pool = MiPoolOf((ULONG)Block);
    PMI_POOL_PAGE Page;
    KIRQL Irql;

    if (Pool == NULL) {
        MiBadPool(0x40, Block, 0);
    }
    Irql = MiLockPool(Pool);
    Page = MiPoolPage(Pool, (ULONG)Block);
    if (Page->Kind == MiPoolSmall) {
        MiFreeSmall(Pool, Page, (PPOOL_HEADER)Block - 1);
    } else if (Page->Kind == MiPoolLarge && PAGE_ALIGN(Block) == (ULONG)Block) {
        MiKasanForbid(Block, Page->Bytes);
        MiCountTag(Pool->Type, Page->Tag, -(LONG)Page->Bytes - 1);
        MiFreePoolPages(Pool, (ULONG)Block, ROUND_TO_PAGES(Page->Bytes) >> PAGE_SHIFT);
    } else {
        MiBadPool(0x41, Block, Page->Kind);
    }
    MiUnlockPool(Pool, Irql);
}
