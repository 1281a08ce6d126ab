/* SPDX-License-Identifier: MIT */
/* The floating-point unit itself. Ring 0 is compiled without floating point. */
#include "cpu.h"
#include "npx.h"

#define CPUID_FEATURE_FXSR 0x01000000UL
#define NPX_CONTROL_WORD 0x027F /* NT's: all exceptions masked, 53 bits */
#define NPX_MXCSR 0x1F80
#define NPX_TAGS_EMPTY 0xFFFF
#define DEFAULT_MXCSR_MASK 0xFFBF

BOOLEAN KiHasFxsr;
ULONG KiMXCsrMask;

VOID KiInitializeNpxArea(PFX_SAVE_AREA Area)
{
    PULONG Words = (PULONG)Area;

    for (ULONG i = 0; i < sizeof(*Area) / sizeof(ULONG); i++) {
        Words[i] = 0;
    }
    if (KiHasFxsr) {
        Area->FxArea.ControlWord = NPX_CONTROL_WORD;
        Area->FxArea.MXCsr = NPX_MXCSR;
    } else {
        Area->FnArea.ControlWord = NPX_CONTROL_WORD;
        Area->FnArea.TagWord = NPX_TAGS_EMPTY;
    }
}

VOID KiInitializeFpu(VOID)
{
    UCHAR Room[sizeof(FX_SAVE_AREA) + 15]; /* a stack here is aligned to 4 */
    PFX_SAVE_AREA Area = (PFX_SAVE_AREA)(((ULONG)Room + 15) & ~15UL);
    ULONG Eax, Ebx, Ecx, Edx;

    KiWriteCr0((KiReadCr0() & ~(CR0_EM | CR0_TS | CR0_AM)) | CR0_MP | CR0_NE);
    __asm__ volatile("fninit");
    KiCpuid(1, &Eax, &Ebx, &Ecx, &Edx);
    KiHasFxsr = (Edx & CPUID_FEATURE_FXSR) != 0;
    if (KiHasFxsr) {
        KiWriteCr4(KiReadCr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
        KiInitializeNpxArea(Area);
        KiSaveNpx(Area);
        KiMXCsrMask = Area->FxArea.MXCsrMask != 0 ? Area->FxArea.MXCsrMask : DEFAULT_MXCSR_MASK;
    }
    KiSetNpxTrap(TRUE);
}

VOID KiSaveNpx(PFX_SAVE_AREA Area)
{
    ULONG Environment[7]; /* CW SW TW, instruction, its selector and opcode, data, its selector */

    if (KiHasFxsr) {
        __asm__ volatile("fxsave %0\n\tfnstenv %1\n\tfldenv %1"
                         : "=m"(Area->FxArea), "=m"(Environment));
        /* FXSAVE may leave the pointers out: AMD's without a pending error, QEMU's always. */
        Area->FxArea.ErrorOffset = Environment[3];
        Area->FxArea.ErrorSelector = (USHORT)Environment[4];
        Area->FxArea.ErrorOpcode = (USHORT)(Environment[4] >> 16 & 0x7FF);
        Area->FxArea.DataOffset = Environment[5];
        Area->FxArea.DataSelector = (USHORT)Environment[6];
    } else {
        /* FNSAVE initialises the unit, so load it again at once. */
        __asm__ volatile("fnsave %0\n\tfrstor %0" : "+m"(Area->FnArea));
    }
}

VOID KiLoadNpx(const FX_SAVE_AREA *Area)
{
    if (KiHasFxsr) {
        __asm__ volatile("fxrstor %0" ::"m"(Area->FxArea));
    } else {
        /* FNINIT first: FRSTOR would wait for, and meet, an exception left pending. */
        __asm__ volatile("fninit\n\tfrstor %0" ::"m"(Area->FnArea));
    }
}

VOID KiSetNpxTrap(BOOLEAN Trap)
{
    if (Trap) {
        KiWriteCr0(KiReadCr0() | CR0_TS);
    } else {
        __asm__ volatile("clts");
    }
}
