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

/* From entry.asm: interrupts are off. */
VOID KiNoteTrapIn(PKTRAP_FRAME Frame, ULONG Handler)
{
    KiWriteEvent(EventTrapIn, KiRingOf(Frame), Handler, Frame->Eip, Frame->ErrCode, KiReadCr2());
}

VOID KiNoteTrapOut(PKTRAP_FRAME Frame)
{
    KiWriteEvent(EventTrapOut, KiRingOf(Frame), Frame->Eip, KiGetFrameEsp(Frame), Frame->Eax,
                 Frame->EFlags);
}

/* From service.asm: the number is in the frame's Ecx; Arguments, the service's own copy. */
VOID KiNoteServiceIn(PKTRAP_FRAME Frame, const ULONG *Arguments)
{
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
