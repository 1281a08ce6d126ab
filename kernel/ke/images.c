/* SPDX-License-Identifier: MIT */
/* The images that have been loaded, the kernel first, and the names of the kernel's functions. */
#include "ke.h"

typedef struct _KI_SYMBOL {
    ULONG Address;
    PCSTR Name;
} KI_SYMBOL;

/* The linker's list of functions by address; the build links twice to get it (tools/rules.mk). */
extern const KI_SYMBOL KiSymbols[];
extern const ULONG KiSymbolCount;
extern CHAR KiImageStart[], KiTextEnd[], KiImageEnd[]; /* linker.ld */

BOOLEAN (*KeEnumerateUserImages)(ULONG Index, KE_IMAGE *Image);

/* It must stay a call of its own. */
DECLSPEC_NOINLINE VOID KdLoadImageSymbols(PCSTR Name, ULONG Base)
{
    __asm__ volatile("" ::"r"(Name), "r"(Base) : "memory");
}

BOOLEAN KeEnumerateImages(ULONG Index, KE_IMAGE *Image)
{
    if (Index == 0) {
        *Image = (KE_IMAGE){"mica.elf", (ULONG)KiImageStart, (ULONG)(KiImageEnd - KiImageStart), 0};
        return TRUE;
    }
    return KeEnumerateUserImages != NULL && KeEnumerateUserImages(Index - 1, Image);
}

BOOLEAN KeFindImage(ULONG Address, KE_IMAGE *Image)
{
    for (ULONG i = 0; KeEnumerateImages(i, Image); i++) {
        if (Address - Image->Base < Image->Size) {
            return TRUE;
        }
    }
    return FALSE;
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
