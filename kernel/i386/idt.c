/* SPDX-License-Identifier: MIT */
/* The IDT, built from the rows that trap/vectors.asm wrote beside its stubs. */
#include "cpu.h"
#include "descriptors.h"

KIDTENTRY KiMakeGate(USHORT Selector, ULONG Offset, USHORT Access)
{
    return (KIDTENTRY){
        .Offset = (USHORT)Offset,
        .Selector = Selector,
        .Access = Access,
        .ExtendedOffset = (USHORT)(Offset >> 16),
    };
}

#ifndef KI_HOST_TEST
typedef struct _KI_VECTOR {
    ULONG Stub; /* 0: the gate is not present */
    USHORT Selector;
    USHORT Access;
} KI_VECTOR;

extern const KI_VECTOR KiVectors[256];

VOID KiInitializeIdt(VOID)
{
    KDESCRIPTOR Idtr = {KI_IDT_LIMIT, KI_IDT_ADDRESS};
    PKIDTENTRY Idt = (PKIDTENTRY)KI_IDT_ADDRESS;

    for (ULONG i = 0; i < ARRAYSIZE(KiVectors); i++) {
        Idt[i] = KiMakeGate(KiVectors[i].Selector, KiVectors[i].Stub, KiVectors[i].Access);
    }
    KiLoadIdt(&Idtr);
}
#endif
