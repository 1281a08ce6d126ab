/* SPDX-License-Identifier: MIT */
/*
 * NtMicaKernelCase, service 1011h: exceptions of ring 0, raised and handled there by the same rtl
 * as in ring 3, over the KPCR's list. Each case says in a line what happened. nt/services.h.
 */
#include "i386/cpu.h"
#include "nt/services.h"
#include "rtl/rtl.h"
#include "testcases.h"
#include "trap.h"

#define MAXIMUM_LINE 256UL

typedef struct _KI_CASE_FRAME {
    EXCEPTION_REGISTRATION_RECORD Registration;
    PCHAR Line;
    BOOLEAN Continue; /* ask to go on, else only look */
    ULONG SkipBytes;  /* of the CONTEXT's EIP */
} KI_CASE_FRAME;

VOID KiNote(PCHAR Line, PCSTR Format, ULONG Value)
{
    ULONG Used = (ULONG)strlen(Line);

    _snprintf(Line + Used, MAXIMUM_LINE - 1 - Used, Format, Value);
}

static EXCEPTION_DISPOSITION KiCaseHandler(PEXCEPTION_RECORD Record,
                                           PEXCEPTION_REGISTRATION_RECORD Registration,
                                           PCONTEXT Context, PVOID DispatcherContext)
{
    KI_CASE_FRAME *Frame = CONTAINING_RECORD(Registration, KI_CASE_FRAME, Registration);

    (VOID) DispatcherContext;
    KiNote(Frame->Line,
           Record->ExceptionFlags & EXCEPTION_UNWINDING ? "unwind %lX, " : "handler %lX, ",
           (ULONG)Record->ExceptionCode);
    if (Record->ExceptionFlags & EXCEPTION_UNWINDING || !Frame->Continue) {
        return ExceptionContinueSearch;
    }
    KiNote(Frame->Line, "cs %lX, ", Context->SegCs);
    Context->Eip += Frame->SkipBytes;
    return ExceptionContinueExecution;
}

static VOID KiLink(KI_CASE_FRAME *Frame, PCHAR Line, BOOLEAN Continue, ULONG SkipBytes)
{
    *Frame = (KI_CASE_FRAME){{RtlpGetExceptionList(), KiCaseHandler}, Line, Continue, SkipBytes};
    RtlpSetExceptionList(&Frame->Registration);
}

/* RtlRaiseException from ring 0: offered to the list of the KPCR. */
static VOID KiRaiseCase(PCHAR Line)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = (NTSTATUS)0xE0000001};
    KI_CASE_FRAME Frame;

    KiLink(&Frame, Line, TRUE, 0);
    RtlRaiseException(&Record);
    RtlpSetExceptionList(Frame.Registration.Next);
    KiNote(Line, "went on", 0);
}

static VOID KiBreakpointCase(PCHAR Line)
{
    KI_CASE_FRAME Frame;

    KiLink(&Frame, Line, TRUE, 1);
    __asm__ volatile("int3" ::: "memory");
    RtlpSetExceptionList(Frame.Registration.Next);
    KiNote(Line, "went on", 0);
}

/* Two frames: the inner one only looks. */
static VOID KiSearchCase(PCHAR Line)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = (NTSTATUS)0xE0000002};
    KI_CASE_FRAME Frames[2];

    KiLink(&Frames[1], Line, TRUE, 0);
    KiLink(&Frames[0], Line, FALSE, 0);
    RtlRaiseException(&Record);
    RtlpSetExceptionList(Frames[1].Registration.Next);
    KiNote(Line, "went on", 0);
}

static VOID KiUnwindCase(PCHAR Line)
{
    KI_CASE_FRAME Frames[3];

    for (ULONG i = 3; i-- != 0;) {
        KiLink(&Frames[i], Line, FALSE, 0);
    }
    RtlUnwind(&Frames[2].Registration, NULL, NULL, NULL);
    __asm__ volatile("" ::: "ebx", "esi", "edi"); /* RtlUnwind destroys them */
    KiNote(Line, "head is the target: %lu", RtlpGetExceptionList() == &Frames[2].Registration);
    RtlpSetExceptionList(Frames[2].Registration.Next);
}

/* The copy routines: a fault comes back as a status. */
static VOID KiCopyCase(PCHAR Line)
{
    ULONG Value;

    KiNote(Line, "read 10: %lX, ", (ULONG)KeCopyFromUser(&Value, (PVOID)0x10, sizeof(Value)));
    KiNote(Line, "read 7FFF0000: %lX, ",
           (ULONG)KeCopyFromUser(&Value, (PVOID)0x7FFF0000, sizeof(Value)));
    KiNote(Line, "write 7FFE0000: %lX", (ULONG)KeCopyToUser((PVOID)0x7FFE0000, &Value, 4));
}

static VOID KiPrintCase(PCHAR Line)
{
    CHAR Answer[16] = "";
    KI_CASE_FRAME Frame;

    KiNote(Line, "print %lX, ", DbgPrint("from ring 0: %d\n", 42));
    KiLink(&Frame, Line, TRUE, 1); /* without a debugger the prompt is a breakpoint */
    KiNote(Line, "prompt %lX, ", DbgPrompt("ring 0 asks? ", Answer, sizeof(Answer)));
    RtlpSetExceptionList(Frame.Registration.Next);
    KiNote(Line, "first letter %lX", (UCHAR)Answer[0]);
}

static VOID KiCaptureCase(PCHAR Line)
{
    CONTEXT Context;

    RtlCaptureContext(&Context);
    KiNote(Line, "cs %lX, ", Context.SegCs);
    KiNote(Line, "fs %lX, ", Context.SegFs);
    KiNote(Line, "eip in the kernel: %lu", Context.Eip >= MM_SYSTEM_RANGE_START);
}

/*
 * A second thread that uses floating point, as far as ke/npx.c can tell: it takes the unit, and
 * gives it back. The caller's registers come back by its own next instruction's #NM.
 */
static VOID KiNpxCase(PCHAR Line)
{
    static UCHAR Stack[NPX_FRAME_LENGTH + 16];
    static KTHREAD Other;
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Own = Prcb->CurrentThread;
    BOOLEAN Before = Own->NpxState == NPX_STATE_LOADED;

    Other.StackBase = ((ULONG)Stack + sizeof(Stack)) & ~15UL;
    KiInitializeThreadNpx(&Other);
    KiDisableInterrupts();
    Prcb->CurrentThread = &Other;
    KiSwapNpx(&Other);
    KiLoadThreadNpx(); /* what its first instruction would lead to */
    Prcb->CurrentThread = Own;
    KiSwapNpx(Own);
    KiNote(Line, "loaded before: %lu, ", Before);
    KiNote(Line, "now: %lu, ", Own->NpxState == NPX_STATE_LOADED);
    KiNote(Line, "the unit is the other's: %lu", Prcb->NpxThread == &Other);
    KiEnableInterrupts();
}

NTSTATUS NTAPI NtMicaKernelCase(ULONG Number, PCHAR Text, ULONG Bytes)
{
    static KI_CASE *const Cases[] = {
        KiRaiseCase, KiBreakpointCase, KiSearchCase,  KiUnwindCase,
        KiCopyCase,  KiPrintCase,      KiCaptureCase, KiNpxCase,
    };
    KI_CASE *Case = Number < ARRAYSIZE(Cases) ? Cases[Number] : KiDispatchCase(Number);
    CHAR Line[MAXIMUM_LINE] = "";

    if (Case == NULL) {
        return STATUS_INVALID_PARAMETER_1;
    }
    Case(Line);
    if (strlen(Line) >= Bytes) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    return KeCopyToCaller(Text, Line, (ULONG)strlen(Line) + 1);
}
