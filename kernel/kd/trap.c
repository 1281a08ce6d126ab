/* SPDX-License-Identifier: MIT */
/* The debug routine with /DEBUG: stops, tells, and asks how to go on. nt-facts 9.2. */
#include "kd.h"

#include "i386/cpu.h"
#include "ke/ke.h"
#include "rtl/rtl.h"

/* First chances that a kernel debugger gets in any case; others only by request. */
static BOOLEAN KdpWants(const EXCEPTION_RECORD *Record, BOOLEAN SecondChance)
{
    return SecondChance || NtGlobalFlag & FLG_STOP_ON_EXCEPTION ||
           Record->ExceptionCode == STATUS_BREAKPOINT ||
           Record->ExceptionCode == STATUS_SINGLE_STEP ||
           Record->ExceptionCode == STATUS_ASSERTION_FAILURE;
}

static VOID KdpTell(const EXCEPTION_RECORD *Record, KPROCESSOR_MODE PreviousMode,
                    BOOLEAN SecondChance)
{
    PCSTR Name = RtlpStatusName(Record->ExceptionCode);

    HalFreshLine();
    KeDisplay("kd: %s chance %08lX%s%s at %08lX, %s mode\n", SecondChance ? "second" : "first",
              Record->ExceptionCode, Name != NULL ? " " : "", Name != NULL ? Name : "",
              (ULONG)Record->ExceptionAddress, PreviousMode == UserMode ? "user" : "kernel");
}

static VOID KdpShowRegisters(const CONTEXT *Context)
{
    KeDisplay("eax=%08lX ebx=%08lX ecx=%08lX edx=%08lX esi=%08lX edi=%08lX\n"
              "eip=%08lX esp=%08lX ebp=%08lX efl=%08lX cs=%04lX ss=%04lX\n",
              Context->Eax, Context->Ebx, Context->Ecx, Context->Edx, Context->Esi, Context->Edi,
              Context->Eip, Context->Esp, Context->Ebp, Context->EFlags, Context->SegCs,
              Context->SegSs);
}

/* WinDbg's verbs. Nobody there means `g`. TRUE: handled. */
static BOOLEAN KdpAsk(const CONTEXT *Context, BOOLEAN HandledByGo)
{
    CHAR Line[80];

    for (;;) {
        KeDisplay("kd> ");
        if (!KdpReadLine(Line, sizeof(Line))) {
            KeDisplay("g\n");
            return HandledByGo;
        }
        KeDisplay("%s\n", Line);
        if (_stricmp(Line, "g") == 0) {
            return HandledByGo;
        }
        if (_stricmp(Line, "gh") == 0) {
            return TRUE;
        }
        if (_stricmp(Line, "gn") == 0) {
            return FALSE;
        }
        if (Line[0] == 0) {
            continue;
        }
        if (_stricmp(Line, "r") == 0) {
            KdpShowRegisters(Context);
        } else {
            KeDisplay("g: go; gh: go, handled; gn: go, not handled; r: registers\n");
        }
    }
}

BOOLEAN KdpTrap(PEXCEPTION_RECORD Record, PCONTEXT Context, KPROCESSOR_MODE PreviousMode,
                BOOLEAN SecondChance)
{
    BOOLEAN Breakpoint = Record->ExceptionCode == STATUS_BREAKPOINT;
    BOOLEAN Handled;

    if (!SecondChance && KdIsService(Record) && KdpService(Record, Context, PreviousMode)) {
        return TRUE;
    }
    if (!KdpWants(Record, SecondChance)) {
        return FALSE;
    }
    KdpTell(Record, PreviousMode, SecondChance);
    Handled = KdpAsk(Context,
                     !SecondChance && (Breakpoint || Record->ExceptionCode == STATUS_SINGLE_STEP));
    if (Handled && Breakpoint) {
        Context->Eip++; /* the INT3 is in the program, not Kd's: go on behind it */
    } else if (Handled && Record->ExceptionCode == STATUS_SINGLE_STEP) {
        Context->EFlags |= EFLAGS_RF; /* a breakpoint of the processor's would fire again at once */
    }
    return Handled;
}
