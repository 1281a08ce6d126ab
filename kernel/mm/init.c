/* SPDX-License-Identifier: MIT */
/* MmInitialize: the kernel half of the address map (seed 004 section 01). */
#include "i386/cpu.h"
#include "mi.h"

#define EARLY_MAPPED (16UL << 20) /* boot/start.asm mapped so much */

extern CHAR KiImageStart[], KiDataStart[]; /* linker.ld: code and constants lie between */

/* Page tables for a kernel range. They are shared by all address spaces, so they must all be
   there before the first one is made. */
static VOID MiCreateKernelTables(ULONG Start, ULONG End)
{
    for (ULONG Va = Start; Va < End; Va += MI_PAGES_PER_TABLE * PAGE_SIZE) {
        *MiGetPde(Va) = MiAllocateFrame() << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    }
}

/*
 * 80000000 and up: all of physical memory. The page tables are taken from the end of the modules,
 * which the early mapping may not reach: the self-map does, once the PDE is set.
 */
static ULONG MiMapPhysicalMemory(const LOADER_BLOCK *Loader)
{
    ULONG NextTable = Loader->ModulesEnd;

    for (ULONG Physical = EARLY_MAPPED; Physical < Loader->MemoryEnd;) {
        PMMPTE Pte = MiGetPte(MM_SYSTEM_RANGE_START + Physical);

        *MiGetPde(MM_SYSTEM_RANGE_START + Physical) = NextTable | MI_PTE_WRITE | MI_PTE_VALID;
        NextTable += PAGE_SIZE;
        for (ULONG i = 0; i < MI_PAGES_PER_TABLE; i++, Physical += PAGE_SIZE) {
            Pte[i] = Physical < Loader->MemoryEnd ? Physical | MI_PTE_WRITE | MI_PTE_VALID : 0;
        }
    }
    return NextTable;
}

/* Code and constants read-only; CR0.WP (set at boot) makes that hold for ring 0 too. */
static VOID MiProtectKernelImage(VOID)
{
    for (ULONG Va = (ULONG)KiImageStart; Va < (ULONG)KiDataStart; Va += PAGE_SIZE) {
        *MiGetPte(Va) &= ~MI_PTE_WRITE;
    }
    *MiGetPde(0) = 0; /* the boot stub's identity mapping */
    KiWriteCr3(KiReadCr3());
}

VOID MmInitialize(PLOADER_BLOCK Loader)
{
    Loader->ModulesEnd = MiMapPhysicalMemory(Loader);
    MiInitializePfns(Loader);
    MiCreateKernelTables(MI_SYSTEM_PTE_START, MI_SYSTEM_PTE_END);
    MiCreateKernelTables(MI_NONPAGED_POOL_START, MI_NONPAGED_POOL_END);
    MiCreateKernelTables(MI_PAGED_POOL_START, MI_PAGED_POOL_END);
    MiInitializeCommitment(MiFreeFrameCount()); /* what is used from here on is charged */
    MiInitializePool();
    MiInitializeSegments();
    MiInitializeImageReports();
    MiProtectKernelImage();
}
