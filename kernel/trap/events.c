/* SPDX-License-Identifier: MIT */
/* What the doors between the rings note in the event log, and what ring 3 has noted there. */
#include "i386/cpu.h"
#include "ke/events.h"
#include "rtl/rtl.h"
#include "trap.h"

#define STACK_WORDS 16
#define MICA_EVENT_SERVICE 0x1014 /* does not tell of itself */

static ULONG KiRingOf(const KTRAP_FRAME *Frame)
{
    return Frame->SegCs & 3;
}

/* In TempEsp, which only an edited frame of ring 0 has a use for: its end is not noted either. */
#define QUIET_FRAME 0x54454951UL

/*
 * From entry.asm: interrupts are off. The hardware's are noted on request only: a hundred times a
 * second the clock would write over what a crash report is to show.
 */
VOID KiNoteTrapIn(PKTRAP_FRAME Frame, ULONG Handler)
{
    if (Handler == (ULONG)KiInterruptHandler && !KeLogInterrupts) {
        Frame->TempEsp = QUIET_FRAME;
        return;
    }
    Frame->TempEsp = 0;
    KiWriteEvent(EventTrapIn, KiRingOf(Frame), Handler, Frame->Eip, Frame->ErrCode, KiReadCr2());
}

VOID KiNoteTrapOut(PKTRAP_FRAME Frame)
{
    if (Frame->TempEsp != QUIET_FRAME) {
        KiWriteEvent(EventTrapOut, KiRingOf(Frame), Frame->Eip, KiGetFrameEsp(Frame), Frame->Eax,
                     Frame->EFlags);
    }
}

/* From service.asm: the number is in the frame's Ecx; Arguments, the service's own copy. */
VOID KiNoteServiceIn(PKTRAP_FRAME Frame, const ULONG *Arguments)
{
    Frame->TempEsp = 0;
    if (Frame->Ecx != MICA_EVENT_SERVICE) {
        KiWriteEvent(EventServiceIn, KiRingOf(Frame), Frame->Ecx, Arguments[0], Arguments[1],
                     Arguments[2]);
    }
}

VOID KiNoteServiceOut(PKTRAP_FRAME Frame)
{
    if (Frame->Ecx != MICA_EVENT_SERVICE) {
        KiWriteEvent(EventServiceOut, KiRingOf(Frame), Frame->Ecx, Frame->Eax, Frame->Eip,
                     KiGetFrameEsp(Frame));
    }
}

/* An exception's frame: registers, and the stack where the program stood. PASSIVE_LEVEL. */
VOID KiNoteFrame(const KTRAP_FRAME *Frame)
{
    ULONG Words[STACK_WORDS], Ring = KiRingOf(Frame), Esp = KiGetFrameEsp(Frame);

    if (KiEventsOn == 0) {
        return;
    }
    KiWriteEvent(EventRegisters, Ring, Frame->Eax, Frame->Ebx, Frame->Ecx, Frame->Edx);
    KiWriteEvent(EventPointers, Ring, Frame->Esi, Frame->Edi, Frame->Ebp, Esp);
    if (Ring == 0 || !NT_SUCCESS(KeCopyFromUser(Words, (PVOID)Esp, sizeof(Words)))) {
        return;
    }
    for (ULONG i = 0; i < STACK_WORDS; i += 4) {
        KiWriteEvent(EventStack, Ring, Words[i], Words[i + 1], Words[i + 2], Words[i + 3]);
    }
}

VOID RtlpNoteEvent(MICA_EVENT_KIND Kind, ULONG A, ULONG B, ULONG C, ULONG D)
{
    KeLogEvent(Kind, 0, A, B, C, D);
}

NTSTATUS NTAPI NtMicaEvent(MICA_EVENT_KIND Kind, ULONG A, ULONG B, ULONG C, ULONG D)
{
    if (Kind < EventHandlerCall || Kind > EventUnwindEnd) {
        return STATUS_INVALID_PARAMETER_1;
    }
    KeLogEvent(Kind, 3, A, B, C, D);
    return STATUS_SUCCESS;
}
