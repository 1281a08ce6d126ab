/* SPDX-License-Identifier: MIT */
/* The pages of the two pools: runs of them, and when a frame is behind each. */
#include "kasan.h"
#include "mip.h"
#include "rtl/list.h"

static MI_POOL_PAGE MiNonPagedPages[(MI_NONPAGED_POOL_END - MI_NONPAGED_POOL_START) / PAGE_SIZE];
static MI_POOL_PAGE MiPagedPages[(MI_PAGED_POOL_END - MI_PAGED_POOL_START) / PAGE_SIZE];

static MI_POOL MiPools[] = {
    [NonPagedPool] = {NonPagedPool, MI_NONPAGED_POOL_START, MI_NONPAGED_POOL_END, 0, 0,
                      MiNonPagedPages},
    [PagedPool] = {PagedPool, MI_PAGED_POOL_START, MI_PAGED_POOL_END, 0, 0, MiPagedPages},
};

VOID MiInitializePool(VOID)
{
    for (ULONG Type = NonPagedPool; Type <= PagedPool; Type++) {
        ExInitializeFastMutex(&MiPools[Type].Mutex);
        for (ULONG Class = 0; Class < MI_POOL_CLASSES; Class++) {
            InitializeListHead(&MiPools[Type].Partial[Class]);
        }
    }
    MiInitializeKasan();
}

PMI_POOL MiGetPool(POOL_TYPE Type)
{
    return &MiPools[Type];
}

PMI_POOL MiPoolOf(ULONG Address)
{
    for (ULONG Type = NonPagedPool; Type <= PagedPool; Type++) {
        if (Address >= MiPools[Type].Start && Address < MiPools[Type].End) {
            return &MiPools[Type];
        }
    }
    return NULL;
}

/* Paged pool may fault while it is locked, so no IRQL that forbids that. */
KIRQL MiLockPool(PMI_POOL Pool)
{
    if (Pool->Type == NonPagedPool) {
        return KfRaiseIrql(DISPATCH_LEVEL);
    }
    ExAcquireFastMutex(&Pool->Mutex);
    return PASSIVE_LEVEL; /* the mutex knows */
}

VOID MiUnlockPool(PMI_POOL Pool, KIRQL Irql)
{
    if (Pool->Type == NonPagedPool) {
        KfLowerIrql(Irql);
    } else {
        ExReleaseFastMutex(&Pool->Mutex);
    }
}

/* The first page of the first run of Count free ones, or NULL. */
static PMI_POOL_PAGE MiFindRun(PMI_POOL Pool, ULONG Count)
{
    ULONG Pages = (Pool->End - Pool->Start) >> PAGE_SHIFT, Run = 0;

    while (Pool->Hint < Pages && Pool->Pages[Pool->Hint].Kind != MiPoolFree) {
        Pool->Hint++;
    }
    for (ULONG i = Pool->Hint; i < Pages; i++) {
        Run = Pool->Pages[i].Kind == MiPoolFree ? Run + 1 : 0;
        if (Run == Count) {
            return &Pool->Pages[i + 1 - Count];
        }
    }
    return NULL;
}

ULONG MiAllocatePoolPages(PMI_POOL Pool, ULONG Count)
{
    PMI_POOL_PAGE Page = MiFindRun(Pool, Count);
    ULONG Va;

    if (Page == NULL || !MiChargeCommitment(Count)) {
        return 0;
    }
    Pool->InUse += Count;
    Va = Pool->Start + ((ULONG)(Page - Pool->Pages) << PAGE_SHIFT);
    for (ULONG i = 0; i < Count; i++) {
        Page[i].Kind = i == 0 ? MiPoolLarge : MiPoolMore;
        /* The charge says that there is a frame; paged pool takes it when it is touched. */
        *MiGetPte(Va + i * PAGE_SIZE) =
            Pool->Type == NonPagedPool
                ? MiAllocateFrame() << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID
                : MI_PTE_COMMITTED;
    }
    return Va;
}

VOID MiFreePoolPages(PMI_POOL Pool, ULONG Address, ULONG Count)
{
    PMI_POOL_PAGE Page = MiPoolPage(Pool, Address);

    for (ULONG i = 0; i < Count; i++) {
        PMMPTE Pte = MiGetPte(Address + i * PAGE_SIZE);

        if (*Pte & MI_PTE_VALID) {
            MiFreeFrame(MI_PTE_FRAME(*Pte));
        }
        *Pte = 0;
        KiInvalidatePage(Address + i * PAGE_SIZE);
        Page[i].Kind = MiPoolFree;
    }
    if (Pool->Hint > (ULONG)(Page - Pool->Pages)) {
        Pool->Hint = (ULONG)(Page - Pool->Pages);
    }
    Pool->InUse -= Count;
    MiReturnCommitment(Count);
}

/* A page of paged pool that is touched for the first time; or another thread just did. */
BOOLEAN MiFaultPagedPool(ULONG Address)
{
    PMMPTE Pte = MiGetPte(Address);
    BOOLEAN Resolved = FALSE;
    KIRQL Irql;

    if (Address < MI_PAGED_POOL_START || Address >= MI_PAGED_POOL_END) {
        return FALSE;
    }
    Irql = KfRaiseIrql(DISPATCH_LEVEL);
    if (*Pte == MI_PTE_COMMITTED) {
        *Pte = MiAllocateFrame() << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    }
    Resolved = (*Pte & MI_PTE_VALID) != 0;
    KfLowerIrql(Irql);
    return Resolved;
}
