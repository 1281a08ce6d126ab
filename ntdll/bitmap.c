/* SPDX-License-Identifier: MIT */
/* Bitmaps: which of so many things are taken. PEB.TlsBitmap, of TLS slots, is one. */
#include "ntdll.h"

#define BITS 32UL

VOID NTAPI RtlInitializeBitMap(PRTL_BITMAP BitMap, PULONG Buffer, ULONG SizeOfBitMap)
{
    BitMap->SizeOfBitMap = SizeOfBitMap;
    BitMap->Buffer = Buffer;
}

static BOOLEAN RtlpIsSet(PRTL_BITMAP BitMap, ULONG Index)
{
    return BitMap->Buffer[Index / BITS] >> Index % BITS & 1;
}

VOID NTAPI RtlSetBits(PRTL_BITMAP BitMap, ULONG StartingIndex, ULONG NumberToSet)
{
    for (ULONG i = StartingIndex; i < StartingIndex + NumberToSet; i++) {
        BitMap->Buffer[i / BITS] |= 1UL << i % BITS;
    }
}

VOID NTAPI RtlClearBits(PRTL_BITMAP BitMap, ULONG StartingIndex, ULONG NumberToClear)
{
    for (ULONG i = StartingIndex; i < StartingIndex + NumberToClear; i++) {
        BitMap->Buffer[i / BITS] &= ~(1UL << i % BITS);
    }
}

BOOLEAN NTAPI RtlAreBitsSet(PRTL_BITMAP BitMap, ULONG StartingIndex, ULONG Length)
{
    for (ULONG i = StartingIndex; i < StartingIndex + Length; i++) {
        if (i >= BitMap->SizeOfBitMap || !RtlpIsSet(BitMap, i)) {
            return FALSE;
        }
    }
    return Length != 0;
}

static ULONG RtlpFindClear(PRTL_BITMAP BitMap, ULONG Number, ULONG From)
{
    ULONG Run = 0;

    for (ULONG i = From; i < BitMap->SizeOfBitMap; i++) {
        Run = RtlpIsSet(BitMap, i) ? 0 : Run + 1;
        if (Run == Number) {
            return i + 1 - Number;
        }
    }
    return ~0UL;
}

/* From HintIndex on; then from the beginning. */
ULONG NTAPI RtlFindClearBitsAndSet(PRTL_BITMAP BitMap, ULONG NumberToFind, ULONG HintIndex)
{
    ULONG Found = RtlpFindClear(BitMap, NumberToFind, HintIndex);

    if (Found == ~0UL && HintIndex != 0) {
        Found = RtlpFindClear(BitMap, NumberToFind, 0);
    }
    if (Found != ~0UL) {
        RtlSetBits(BitMap, Found, NumberToFind);
    }
    return Found;
}
