/* SPDX-License-Identifier: MIT */
/* Which image an address lies in. */
#include "mi.h"

#define MI_MAXIMUM_IMAGES (2 * BL_MAXIMUM_MODULES)

static struct {
    PCSTR Name;
    ULONG Base, Size;
} MiImages[MI_MAXIMUM_IMAGES];
static ULONG MiImageCount;

/* Debuggers break here to learn of an image (tools/gdb). It must stay a call of its own. */
DECLSPEC_NOINLINE VOID KdLoadImageSymbols(PCSTR Name, ULONG Base)
{
    __asm__ volatile("" ::"r"(Name), "r"(Base) : "memory");
}

VOID MiRecordImage(PCSTR Name, ULONG Base, ULONG Size)
{
    if (MiImageCount < MI_MAXIMUM_IMAGES) {
        MiImages[MiImageCount].Name = Name;
        MiImages[MiImageCount].Base = Base;
        MiImages[MiImageCount++].Size = Size;
    }
    KdLoadImageSymbols(Name, Base);
}

PCSTR MmFindImage(ULONG Address, PULONG Base)
{
    for (ULONG i = 0; i < MiImageCount; i++) {
        if (Address - MiImages[i].Base < MiImages[i].Size) {
            *Base = MiImages[i].Base;
            return MiImages[i].Name;
        }
    }
    return NULL;
}
