/* SPDX-License-Identifier: MIT */
/*
 * The console: output goes to COM1 (standard error: the kernel's port) and to the screen; input
 * comes from COM1 and the keyboard through one ring. When the ring is full COM1 is held, so that
 * the sender waits and nothing is lost. Until somebody wants input it is held, too: a program that
 * reads none is not interrupted by any, and runs the same every time.
 *
 * A serial line cannot say "end of file". So the host escapes with DLE (10h): DLE DLE is one DLE,
 * DLE EOT (04h) is the end of the input.
 */
#include "io.h"
#include "line.h"
#include "nt/services.h"
#include "port.h"

#define RING_SIZE 4096UL /* a power of two */
#define DLE 0x10
#define EOT 0x04

static CHAR IopRing[RING_SIZE];
static volatile ULONG IopHead, IopTail; /* free-running; Head - Tail bytes are waiting */
static BOOLEAN IopEscaped, IopHeld = TRUE;
static volatile BOOLEAN IopEnd, IopEndOfLine; /* for good; or typed, once */
static ULONG IopMode;
static BOOLEAN IopBreak; /* Ctrl+C has come */
static KEVENT IopInput;  /* something has come, or the end */
static KDPC IopInputDpc;

PKEVENT IoConsoleBreak;

static VOID IopSignalInput(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Dpc;
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    if (IopBreak && IoConsoleBreak != NULL) {
        IopBreak = FALSE;
        KeSetEvent(IoConsoleBreak, CONSOLE_INCREMENT);
    }
    KeSetEvent(&IopInput, CONSOLE_INCREMENT);
}

VOID IoInitializeConsole(VOID)
{
    KeInitializeEvent(&IopInput, SynchronizationEvent, FALSE);
    KeInitializeDpc(&IopInputDpc, IopSignalInput, NULL);
}

static VOID IopPut(CHAR Byte)
{
    if (IopHead - IopTail < RING_SIZE) {
        IopRing[IopHead % RING_SIZE] = Byte;
        IopHead++;
    }
}

VOID IopPutEnd(VOID)
{
    IopEndOfLine = TRUE;
}

static VOID IopTake(CHAR Byte)
{
    if (IopMode & CONSOLE_MODE_PROCESSED && Byte == CONTROL('C')) {
        IopBreak = TRUE;
    } else {
        IopPut(Byte);
    }
}

static VOID IopTakeSerial(UCHAR Byte)
{
    if (IopEscaped) {
        IopEscaped = FALSE;
        if (Byte == EOT) {
            IopEnd = TRUE;
        } else {
            IopTake((CHAR)Byte);
        }
    } else if (Byte == DLE) {
        IopEscaped = TRUE;
    } else {
        IopTake((CHAR)Byte);
    }
}

VOID IoConsoleInterrupt(VOID)
{
    CHAR Key = HalReadKeyboard();
    UCHAR Byte;

    if (Key != 0) {
        IopTake(IopMode == 0 && Key == '\r' ? '\n' : Key);
        if (IopMode == 0) {
            HalScreenWrite(&Key, 1); /* what comes by COM1 is echoed by the terminal there */
        }
    }
    /* A whole line may come at once. */
    while (RING_SIZE - (IopHead - IopTail) > IOP_MAXIMUM_LINE && HalSerialRead(HAL_COM1, &Byte)) {
        IopTakeSerial(Byte);
    }
    if (RING_SIZE - (IopHead - IopTail) <= IOP_MAXIMUM_LINE && !IopHeld) {
        IopHeld = TRUE;
        HalSerialHold(HAL_COM1, TRUE);
    }
    KeInsertQueueDpc(&IopInputDpc, NULL, NULL);
}

/* A piece is not mixed with another thread's. */
VOID IoConsoleWrite(IO_FILE_KIND Kind, PCSTR Bytes, ULONG Count)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    if (Kind == IoConsoleError) {
        HalSerialWriteKernel(Bytes, Count);
    } else {
        HalSerialWrite(HAL_COM1, Bytes, Count);
    }
    HalScreenWrite(Bytes, Count);
    KfLowerIrql(Irql);
}

/* Keys become a line as long as there are any. TRUE: it is done, or the end of the input is. */
static BOOLEAN IopMakeLine(VOID)
{
    while (!IopIsLineDone() && !IopEndOfLine && IopTail != IopHead) {
        IopEditLine(IopRing[IopTail++ % RING_SIZE]);
    }
    return IopIsLineDone() || IopEndOfLine || IopEnd;
}

/* Bytes that have come; or the end of it, FALSE when there is neither. */
static BOOLEAN IopTakeInputLocked(PCHAR Bytes, ULONG Room, PULONG Count, NTSTATUS *Status)
{
    *Status = STATUS_SUCCESS;
    if (IopMode & CONSOLE_MODE_LINE && !IopMakeLine()) {
        return FALSE;
    }
    *Count = IopTakeLine(Bytes, Room); /* raw, too: what was begun as a line comes first */
    while (!(IopMode & CONSOLE_MODE_LINE) && *Count < Room && IopTail != IopHead) {
        Bytes[(*Count)++] = IopRing[IopTail++ % RING_SIZE];
    }
    if (*Count == 0 && (IopEndOfLine || IopEnd)) {
        IopEndOfLine = FALSE;
        *Status = STATUS_END_OF_FILE;
    }
    return *Count != 0 || *Status != STATUS_SUCCESS;
}

/* Several threads may read: each byte goes to one of them. */
static BOOLEAN IopTakeInput(PCHAR Bytes, ULONG Room, PULONG Count, NTSTATUS *Status)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    BOOLEAN Taken = IopTakeInputLocked(Bytes, Room, Count, Status);

    KfLowerIrql(Irql);
    return Taken;
}

/* The sender may go on, if it was held. */
static VOID IopRelease(VOID)
{
    ULONG Flags = HalpDisableInterrupts();

    if (IopHeld) {
        IopHeld = FALSE;
        HalSerialHold(HAL_COM1, FALSE);
        IoConsoleInterrupt();
    }
    HalpRestoreInterrupts(Flags);
}

VOID IoSetConsoleMode(ULONG Mode)
{
    ULONG Flags = HalpDisableInterrupts();

    IopMode = Mode;
    HalpRestoreInterrupts(Flags);
    IopRelease(); /* for Ctrl+C, if for nothing else */
}

NTSTATUS IoConsoleRead(PCHAR Bytes, ULONG Room, PULONG Count)
{
    NTSTATUS Status, Ended;

    *Count = 0;
    IopRelease();
    while (!IopTakeInput(Bytes, Room, Count, &Status)) {
        Ended = KeWaitForSingleObject(&IopInput, KeGetPreviousMode(), FALSE, NULL);
        if (Ended != STATUS_SUCCESS) {
            return STATUS_CANCELLED; /* the thread is to end */
        }
    }
    IopRelease();
    if (IopHead != IopTail || IopEnd) {
        KeSetEvent(&IopInput, 0); /* another reader may have waited for this */
    }
    return Status;
}
