/* SPDX-License-Identifier: MIT */
/* KeBugCheckEx: says what is wrong, on screen and serial line, and stops the machine. */
#include "i386/context.h"
#include "i386/cpu.h"
#include "ke.h"
#include "rtl/rtl.h"

static const struct {
    ULONG Code;
    PCSTR Name;
} KiBugCodeNames[] = {
#define BUGCODE(value, name) {value, #name},
#include "nt/bugcodes.def"
#undef BUGCODE
};

extern CHAR KiImageStart[], KiTextEnd[], KiImageEnd[]; /* linker.ld */

static PCSTR KiBugCodeName(ULONG Code)
{
    for (ULONG i = 0; i < ARRAYSIZE(KiBugCodeNames); i++) {
        if (KiBugCodeNames[i].Code == Code) {
            return KiBugCodeNames[i].Name;
        }
    }
    return "";
}

/* Only addresses on a kernel stack or in the image are followed: this must not fault. */
static BOOLEAN KiIsReadableFrame(ULONG Ebp, ULONG Previous)
{
    PKPCR Pcr = KeGetPcr();

    return !(Ebp & 3) && Ebp > Previous &&
           ((Ebp >= (ULONG)Pcr->NtTib.StackLimit && Ebp < (ULONG)Pcr->NtTib.StackBase - 8) ||
            (Ebp >= (ULONG)KiImageStart && Ebp < (ULONG)KiImageEnd - 8));
}

static VOID KiDisplayStack(ULONG Eip, ULONG Ebp)
{
    ULONG Previous = 0;

    KeDisplay("\nStack: %08lX", Eip);
    for (ULONG i = 1; i < 16 && KiIsReadableFrame(Ebp, Previous); i++) {
        ULONG *Frame = (ULONG *)Ebp;

        if (Frame[1] < (ULONG)KiImageStart || Frame[1] >= (ULONG)KiTextEnd) {
            break;
        }
        KeDisplay(i % 6 == 0 ? "\n       %08lX" : " %08lX", Frame[1]);
        Previous = Ebp;
        Ebp = Frame[0];
    }
    KeDisplay("\n");
}

DECLSPEC_NORETURN VOID KeBugCheckTrap(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4,
                                      const KTRAP_FRAME *Frame)
{
    static ULONG InProgress;

    KiDisableInterrupts();
    if (InProgress++ != 0) {
        HalDisplayString("\nbugcheck inside a bugcheck\n");
        HalReturnToHost(HAL_EXIT_BUGCHECK);
    }
    HalScreenBlue();
    KeDisplay("\n*** STOP: 0x%08lX (0x%08lX,0x%08lX,0x%08lX,0x%08lX)\n%s\n", Code, P1, P2, P3, P4,
              KiBugCodeName(Code));
    if (Frame != NULL) {
        KeDisplay("\neip=%08lX cs=%04lX efl=%08lX err=%08lX cr2=%08lX\n"
                  "eax=%08lX ebx=%08lX ecx=%08lX edx=%08lX\n"
                  "esi=%08lX edi=%08lX ebp=%08lX esp=%08lX\n",
                  Frame->Eip, KiGetFrameCs(Frame), Frame->EFlags, Frame->ErrCode, KiReadCr2(),
                  Frame->Eax, Frame->Ebx, Frame->Ecx, Frame->Edx, Frame->Esi, Frame->Edi,
                  Frame->Ebp, KiGetFrameEsp(Frame));
        KiDisplayStack(Frame->Eip, Frame->Ebp);
    } else {
        KiDisplayStack((ULONG)__builtin_return_address(0), (ULONG)__builtin_frame_address(0));
    }
    HalReturnToHost(HAL_EXIT_BUGCHECK);
}

DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4)
{
    KeBugCheckTrap(Code, P1, P2, P3, P4, NULL);
}
