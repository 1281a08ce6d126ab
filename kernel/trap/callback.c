/* SPDX-License-Identifier: MIT */
/* KeUserModeCallback and NtCallbackReturn: the kernel calls a program. nt-facts 5. */
#include "ke/events.h"
#include "mm/mm.h"
#include "ps/ps.h"
#include "rtl/rtl.h"
#include "trap.h"

/* callback.asm: both ends of the switch. */
NTSTATUS KiCallUserMode(PVOID *OutputBuffer, PULONG OutputLength);
DECLSPEC_NORETURN VOID KiReturnFromCallback(PKTHREAD Thread, NTSTATUS Status);

/*
 * KiCallUserMode asks, with its own ESP, before it leaves a frame on the kernel stack: are the
 * 3000h bytes below it there, so that the callback's own services have room?
 */
NTSTATUS KiPrepareCallbackStack(ULONG Esp)
{
    PKTHREAD Thread = KeGetCurrentThread();
    NTSTATUS Status = MmGrowKernelStack(Thread->StackBase, &Thread->StackLimit,
                                        PAGE_ALIGN(Esp - KERNEL_CALLBACK_RESERVE));

    KeGetPcr()->NtTib.StackLimit = (PVOID)Thread->StackLimit;
    return Status;
}

/*
 * The image below the program's ESP (nt/dispatch.h). The length is the caller's, maybe a
 * program's: it must not carry the address around the end of memory. The registration record in it
 * is linked in front of List: an unwind that leaves the callback meets it there.
 */
static NTSTATUS KiWriteCallbackImage(ULONG UserEsp, ULONG ApiNumber, const VOID *InputBuffer,
                                     ULONG InputLength, PEXCEPTION_REGISTRATION_RECORD List,
                                     PULONG Image)
{
    KCALLBACK_STACK Stack = {
        .ApiNumber = ApiNumber,
        .InputLength = InputLength,
        .Registration = {List, (PEXCEPTION_ROUTINE)KeUserCallbackExceptionHandler},
    };
    ULONG Data = (UserEsp - InputLength) & ~3UL;
    NTSTATUS Status;

    if (InputLength > UserEsp || Data < sizeof(Stack)) {
        return STATUS_STACK_OVERFLOW;
    }
    *Image = Data - sizeof(Stack);
    Stack.InputBuffer = (PVOID)Data;
    Status = KeCopyToUser((PVOID)Data, InputBuffer, InputLength);
    return NT_SUCCESS(Status) ? KeCopyToUser((PVOID)*Image, &Stack, sizeof(Stack)) : Status;
}

static NTSTATUS KiSetUserExceptionList(PKTHREAD Thread, ULONG List)
{
    return KeCopyToUser(&Thread->Teb->NtTib.ExceptionList, &List, sizeof(List));
}

NTSTATUS KeUserModeCallback(ULONG ApiNumber, const VOID *InputBuffer, ULONG InputLength,
                            PVOID *OutputBuffer, PULONG OutputLength)
{
    PKTHREAD Thread = KeGetCurrentThread();
    PKTRAP_FRAME Frame = Thread->TrapFrame;
    ULONG OldEsp = Frame->HardwareEsp, Image;
    PEXCEPTION_REGISTRATION_RECORD List;
    NTSTATUS Status = KeCopyFromUser(&List, &Thread->Teb->NtTib.ExceptionList, sizeof(List));

    if (NT_SUCCESS(Status)) {
        Status = KiWriteCallbackImage(OldEsp, ApiNumber, InputBuffer, InputLength, List, &Image);
    }
    if (NT_SUCCESS(Status)) {
        Status =
            KiSetUserExceptionList(Thread, Image + FIELD_OFFSET(KCALLBACK_STACK, Registration));
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Frame->HardwareEsp = Image;
    KeLogEvent(EventCallbackOut, 3, ApiNumber, Image, InputLength, 0);
    Status = KiCallUserMode(OutputBuffer, OutputLength);
    /*
     * The program has run, or the stack was too small for it to. This is the same service on the
     * same kernel stack; the frames that the callback entered the kernel with are gone.
     */
    if (Status != STATUS_CALLBACK_POP_STACK) {
        /* Whatever handlers the callback left registered stood on a stack that is gone. */
        KiSetUserExceptionList(Thread, (ULONG)List);
        Frame->HardwareEsp = OldEsp;
    }
    return Status;
}

/* int 2B and service 0B. Comes back only to say STATUS_NO_CALLBACK_ACTIVE. */
NTSTATUS NTAPI NtCallbackReturn(PVOID OutputBuffer, ULONG OutputLength, NTSTATUS Status)
{
    PKTHREAD Thread = KeGetCurrentThread();
    PKCALLOUT_FRAME Callout = Thread->CallbackStack;
    PKTRAP_FRAME Now = Thread->TrapFrame;

    if (Callout == NULL) {
        return STATUS_NO_CALLBACK_ACTIVE;
    }
    KeLogEvent(EventCallbackReturn, 3, (ULONG)Status, (ULONG)OutputBuffer, OutputLength, 0);
    *Callout->OutputBuffer = OutputBuffer;
    *Callout->OutputLength = OutputLength;
    /* What the callback did to its debug registers holds. */
    memcpy(&Callout->TrapFrame->Dr0, &Now->Dr0,
           FIELD_OFFSET(KTRAP_FRAME, SegGs) - FIELD_OFFSET(KTRAP_FRAME, Dr0));
    if (Status == STATUS_CALLBACK_POP_STACK) {
        /* The program unwound past the callback: it goes on where it is now (nt-facts 5.4). */
        ULONG Bytes = FIELD_OFFSET(KTRAP_FRAME, V86Es) - FIELD_OFFSET(KTRAP_FRAME, SegFs);

        memcpy(&Callout->TrapFrame->SegFs, &Now->SegFs, Bytes);
    }
    /* The registers that led here are the program's; those of the service are in Callout. */
    Thread->PreviousMode = UserMode;
    KiReturnFromCallback(Thread, Status);
}
