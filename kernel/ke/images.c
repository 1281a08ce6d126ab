/* SPDX-License-Identifier: MIT */
/* The images that have been loaded, the kernel first, and the names of the kernel's functions. */
#include "ke.h"

#define MAXIMUM_IMAGES 40UL

typedef struct _KI_SYMBOL {
    ULONG Address;
    PCSTR Name;
} KI_SYMBOL;

/* The linker's list of functions by address; the build links twice to get it (tools/rules.mk). */
extern const KI_SYMBOL KiSymbols[];
extern const ULONG KiSymbolCount;
extern CHAR KiImageStart[], KiTextEnd[], KiImageEnd[]; /* linker.ld */

static KE_IMAGE KiImages[MAXIMUM_IMAGES] = {{"mica.elf", (ULONG)KiImageStart, 0, 0}};
static ULONG KiImageCount = 1;

/* Debuggers break here to learn of an image (tools/gdb). It must stay a call of its own. */
DECLSPEC_NOINLINE VOID KdLoadImageSymbols(PCSTR Name, ULONG Base)
{
    __asm__ volatile("" ::"r"(Name), "r"(Base) : "memory");
}

VOID KeRecordImage(PCSTR Name, ULONG Base, ULONG Size, ULONG TimeDateStamp)
{
    if (KiImageCount < MAXIMUM_IMAGES) {
        KiImages[KiImageCount++] = (KE_IMAGE){Name, Base, Size, TimeDateStamp};
    }
    KdLoadImageSymbols(Name, Base);
}

const KE_IMAGE *KeEnumerateImages(ULONG Index)
{
    KiImages[0].Size = (ULONG)(KiImageEnd - KiImageStart);
    return Index < KiImageCount ? &KiImages[Index] : NULL;
}

const KE_IMAGE *KeFindImage(ULONG Address)
{
    const KE_IMAGE *Image;

    for (ULONG i = 0; (Image = KeEnumerateImages(i)) != NULL; i++) {
        if (Address - Image->Base < Image->Size) {
            return Image;
        }
    }
    return NULL;
}

PCSTR KeFindSymbol(ULONG Address, PULONG Offset)
{
    ULONG Low = 0, High = KiSymbolCount;

    if (Address < (ULONG)KiImageStart || Address >= (ULONG)KiTextEnd || High == 0 ||
        Address < KiSymbols[0].Address) {
        return NULL;
    }
    while (High - Low > 1) {
        ULONG Middle = (Low + High) / 2;

        if (KiSymbols[Middle].Address <= Address) {
            Low = Middle;
        } else {
            High = Middle;
        }
    }
    *Offset = Address - KiSymbols[Low].Address;
    return KiSymbols[Low].Name;
}
