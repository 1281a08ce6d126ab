/* SPDX-License-Identifier: MIT */
/* The services of int 2D. nt-facts 2.6. */
#include "kd.h"

#include "ke/ke.h"
#include "nt/dispatch.h"
#include "rtl/rtl.h"

#define MAXIMUM_TEXT 512UL

/* Text and replies are whoever's who asked: ring 3's are probed. */
static NTSTATUS KdpCopyIn(PVOID To, ULONG From, ULONG Bytes, KPROCESSOR_MODE Mode)
{
    if (Mode == UserMode) {
        return KeCopyFromUser(To, (PVOID)From, Bytes);
    }
    memcpy(To, (PVOID)From, Bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS KdpCopyOut(ULONG To, const VOID *From, ULONG Bytes, KPROCESSOR_MODE Mode)
{
    if (Mode == UserMode) {
        return KeCopyToUser((PVOID)To, From, Bytes);
    }
    memcpy((PVOID)To, From, Bytes);
    return STATUS_SUCCESS;
}

static NTSTATUS KdpPrint(ULONG Text, ULONG Bytes, KPROCESSOR_MODE Mode)
{
    CHAR Buffer[MAXIMUM_TEXT + 1];
    NTSTATUS Status;

    if (Bytes > MAXIMUM_TEXT) {
        Bytes = MAXIMUM_TEXT;
    }
    Status = KdpCopyIn(Buffer, Text, Bytes, Mode);
    if (NT_SUCCESS(Status)) {
        Buffer[Bytes] = 0;
        HalDisplayString(Buffer);
    }
    return Status;
}

/* The number of characters of the answer, cut to Room; 0 when nobody answers. */
static ULONG KdpPrompt(PCONTEXT Context, KPROCESSOR_MODE Mode)
{
    CHAR Reply[MAXIMUM_TEXT];
    ULONG Room = Context->Edi & 0xFFFF, Length;

    if (!NT_SUCCESS(KdpPrint(Context->Ecx, Context->Edx & 0xFFFF, Mode)) || Room == 0 ||
        !KdpReadLine(Reply, sizeof(Reply))) {
        return 0;
    }
    KeDisplay("%s\n", Reply); /* nobody else shows what was typed */
    Length = (ULONG)strlen(Reply);
    if (Length > Room) {
        Length = Room;
    }
    if (!NT_SUCCESS(KdpCopyOut(Context->Ebx, Reply, Length, Mode))) {
        return 0;
    }
    if (Length < Room) {
        KdpCopyOut(Context->Ebx + Length, "", 1, Mode);
    }
    return Length;
}

BOOLEAN KdpService(const EXCEPTION_RECORD *Record, PCONTEXT Context, KPROCESSOR_MODE PreviousMode)
{
    switch (Record->ExceptionInformation[0]) {
    case BREAKPOINT_PRINT:
        Context->Eax = (ULONG)KdpPrint(Context->Ecx, Context->Edx & 0xFFFF, PreviousMode);
        break;
    case BREAKPOINT_PROMPT:
        if (!KdDebuggerEnabled) {
            return FALSE;
        }
        Context->Eax = KdpPrompt(Context, PreviousMode);
        break;
    case BREAKPOINT_LOAD_SYMBOLS:
    case BREAKPOINT_UNLOAD_SYMBOLS:
    case BREAKPOINT_COMMAND_STRING:
        break; /* a debugger that reads symbols would do that now */
    default:
        return FALSE;
    }
    Context->Eip++;
    return TRUE;
}
