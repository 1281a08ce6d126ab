/* SPDX-License-Identifier: MIT */
/*
 * KeBugCheckEx: says what is wrong, on the screen in the form that NT 4 made famous and on the
 * kernel's line, and stops the machine. Nothing here may fault or wait.
 */
#include "i386/context.h"
#include "i386/cpu.h"
#include "ke.h"
#include "nt/memory.h"
#include "rtl/rtl.h"

#define STACK_ROWS 16UL
#define SCREEN_STACK_ROWS 8UL /* of them, on the screen: with the rest that is 25 lines, */
#define SCREEN_FRAME_ROWS 4UL /* or when there are registers to show */
#define ROW_DWORDS 4UL
#define SYSTEM_VERSION 0xF0000565UL /* free build, 1381 */

static const struct {
    ULONG Code;
    PCSTR Name;
} KiBugCodeNames[] = {
#define BUGCODE(value, name) {value, #name},
#include "nt/bugcodes.def"
#undef BUGCODE
};

/* What a crash report begins with; in a core, or in GDB. The frame is NULL if there was no trap. */
ULONG KiBugCheckData[5];
const KTRAP_FRAME *KiBugCheckFrame;
KIRQL KiBugCheckIrql;

static PCSTR KiBugCodeName(ULONG Code)
{
    for (ULONG i = 0; i < ARRAYSIZE(KiBugCodeNames); i++) {
        if (KiBugCodeNames[i].Code == Code) {
            return KiBugCodeNames[i].Name;
        }
    }
    return "";
}

/* "KiTrap0E+1C", "hello.exe+1234", or "?" outside of everything. */
static PCSTR KiDescribe(ULONG Address, PCHAR Text, ULONG Room)
{
    KE_IMAGE Image;
    ULONG Offset;
    PCSTR Symbol = KeFindSymbol(Address, &Offset);

    _snprintf(Text, Room, "?");
    if (Symbol != NULL) {
        _snprintf(Text, Room - 1, "%s+%lX", Symbol, Offset);
    } else if (KeFindImage(Address, &Image)) {
        _snprintf(Text, Room - 1, "%s+%lX", Image.Name, Address - Image.Base);
    }
    Text[Room - 1] = 0;
    return Text;
}

/* Only ring 0's memory that is there is followed, upwards: this must neither fault nor circle. */
static BOOLEAN KiIsReadableFrame(ULONG Ebp, ULONG Previous)
{
    ULONG Last = Ebp + ROW_DWORDS * sizeof(ULONG) - 1;

    return !(Ebp & 3) && Ebp > Previous && Ebp >= MM_SYSTEM_RANGE_START && Last > Ebp &&
           KiIsMapped(Ebp) && KiIsMapped(Last);
}

/*
 * Frame by frame: where it lies, the dwords there (the second is where it returns to) and whose
 * code that is. A trap frame begins like any other frame (DbgEbp, DbgEip), so the walk goes
 * through.
 */
static VOID KiDisplayStack(ULONG Eip, ULONG Ebp, ULONG ScreenRows)
{
    ULONG Previous = 0;
    CHAR Where[48], Row[128];

    KeDisplay("\nAddress  dword dump   Build [1381]            - Name\n%8s %08lx %26s - %s\n", "",
              Eip, "", KiDescribe(Eip, Where, sizeof(Where)));
    for (ULONG i = 0; i < STACK_ROWS && KiIsReadableFrame(Ebp, Previous); i++) {
        const ULONG *Frame = (const ULONG *)Ebp;

        /* A call at a function's end returns behind it; a trap frame's address is no return. */
        ULONG Called = Frame[2] == KTRAP_FRAME_ARG_MARK ? Frame[1] : Frame[1] - 1;

        sprintf(Row, "%08lx %08lx %08lx %08lx %08lx - %s\n", Ebp, Frame[0], Frame[1], Frame[2],
                Frame[3], KiDescribe(Called, Where, sizeof(Where)));
        if (i < ScreenRows) {
            HalDisplayString(Row);
        } else {
            HalSerialWriteKernel(Row, (ULONG)strlen(Row));
        }
        Previous = Ebp;
        Ebp = Frame[0];
    }
}

static VOID KiDisplayImages(VOID)
{
    KE_IMAGE Image, Unused;

    KeDisplay("\nDll Base DateStmp - Name               Dll Base DateStmp - Name\n");
    for (ULONG i = 0; KeEnumerateImages(i, &Image); i++) {
        KeDisplay(i % 2 == 0 ? "%08lx %08lx - %-18s " : "%08lx %08lx - %s\n", Image.Base,
                  Image.TimeDateStamp, Image.Name);
        if (i % 2 == 0 && !KeEnumerateImages(i + 1, &Unused)) {
            KeDisplay("\n");
        }
    }
}

static VOID KiDisplayRegisters(const KTRAP_FRAME *Frame)
{
    KeDisplay("\neax=%08lx ebx=%08lx ecx=%08lx edx=%08lx esi=%08lx edi=%08lx\n"
              "eip=%08lx esp=%08lx ebp=%08lx efl=%08lx cr2=%08lx cr3=%08lx\n"
              "cs=%04lx err=%04lx\n",
              Frame->Eax, Frame->Ebx, Frame->Ecx, Frame->Edx, Frame->Esi, Frame->Edi, Frame->Eip,
              KiGetFrameEsp(Frame), Frame->Ebp, Frame->EFlags, KiReadCr2(), KiReadCr3(),
              KiGetFrameCs(Frame), Frame->ErrCode);
}

static VOID KiDisplayHeading(ULONG Code, const ULONG Parameters[4], ULONG Address, KIRQL Irql)
{
    KE_IMAGE Image;
    PKPRCB Prcb = KeGetCurrentPrcb();
    CHAR Where[48];

    KeDisplay("\n*** STOP: 0x%08lX (0x%08lX,0x%08lX,0x%08lX,0x%08lX)\n%s", Code, Parameters[0],
              Parameters[1], Parameters[2], Parameters[3], KiBugCodeName(Code));
    if (KeFindImage(Address, &Image)) {
        KeDisplay("*** Address %08lx has base at %08lx - %s\n%s", Address, Image.Base, Image.Name,
                  KiDescribe(Address, Where, sizeof(Where)));
    }
    KeDisplay("\n\nCPUID:%.12s %x.%x.%x irql:%x  SYSVER 0x%08lx\n", Prcb->VendorString,
              Prcb->CpuType, Prcb->CpuStep >> 8, Prcb->CpuStep & 0xFF, Irql, SYSTEM_VERSION);
}

DECLSPEC_NORETURN VOID KeBugCheckTrap(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4,
                                      const KTRAP_FRAME *Frame)
{
    static ULONG InProgress;
    ULONG Parameters[4] = {P1, P2, P3, P4};
    /* Without a trap frame: KeBugCheckEx's caller, whose frame is two up. */
    const ULONG *Caller = *(const ULONG **)__builtin_frame_address(0);
    ULONG Eip = Frame != NULL ? Frame->Eip : Caller[1];
    ULONG Ebp = Frame != NULL ? Frame->Ebp : Caller[0];

    KIRQL Irql = KfRaiseIrql(HIGH_LEVEL); /* that of the failure is for the reader */

    KiDisableInterrupts();
    if (InProgress++ != 0) {
        HalDisplayString("\nbugcheck inside a bugcheck\n");
        HalReturnToHost(HAL_EXIT_BUGCHECK);
    }
    KiBugCheckData[0] = Code;
    memcpy(&KiBugCheckData[1], Parameters, sizeof(Parameters));
    KiBugCheckFrame = Frame;
    KiBugCheckIrql = Irql;
    HalScreenBlue();
    KiDisplayHeading(Code, Parameters, Eip, Irql);
    KiDisplayImages();
    if (Frame != NULL) {
        KiDisplayRegisters(Frame);
    }
    KiDisplayStack(Eip, Ebp, Frame != NULL ? SCREEN_FRAME_ROWS : SCREEN_STACK_ROWS);
    KeDisplay("\nThe machine has stopped. In tools/mica debug: break KeBugCheckTrap\n");
    HalReportCrash();
    HalReturnToHost(HAL_EXIT_BUGCHECK);
}

DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4)
{
    KeBugCheckTrap(Code, P1, P2, P3, P4, NULL);
}
