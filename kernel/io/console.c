/* SPDX-License-Identifier: MIT */
/*
 * The console: output goes to COM1 (standard error: the kernel's port) and to the screen; input
 * comes from COM1 and the keyboard through one ring. When the ring is full COM1 is held, so that
 * the sender waits and nothing is lost.
 *
 * A serial line cannot say "end of file". So the host escapes with DLE (10h): DLE DLE is one DLE,
 * DLE EOT (04h) is the end of the input.
 */
#include "io.h"
#include "port.h"

#define RING_SIZE 4096UL /* a power of two */
#define DLE 0x10
#define EOT 0x04

static CHAR IopRing[RING_SIZE];
static volatile ULONG IopHead, IopTail; /* free-running; Head - Tail bytes are waiting */
static BOOLEAN IopEscaped, IopHeld;
static volatile BOOLEAN IopEnd;
static KEVENT IopInput; /* something has come, or the end */
static KDPC IopInputDpc;

static VOID IopSignalInput(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Dpc;
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    KeSetEvent(&IopInput, CONSOLE_INCREMENT);
}

VOID IoInitializeConsole(VOID)
{
    KeInitializeEvent(&IopInput, SynchronizationEvent, FALSE);
    KeInitializeDpc(&IopInputDpc, IopSignalInput, NULL);
}

static VOID IopPut(CHAR Byte)
{
    IopRing[IopHead % RING_SIZE] = Byte;
    IopHead++;
}

static VOID IopTakeSerial(UCHAR Byte)
{
    if (IopEscaped) {
        IopEscaped = FALSE;
        if (Byte == EOT) {
            IopEnd = TRUE;
        } else {
            IopPut((CHAR)Byte);
        }
    } else if (Byte == DLE) {
        IopEscaped = TRUE;
    } else {
        IopPut((CHAR)Byte);
    }
}

VOID IoConsoleInterrupt(VOID)
{
    CHAR Key = HalReadKeyboard();
    UCHAR Byte;

    if (Key != 0 && IopHead - IopTail < RING_SIZE) {
        Key = Key == '\r' ? '\n' : Key;
        IopPut(Key);
        HalScreenWrite(&Key, 1); /* what comes by COM1 is echoed by the terminal there */
    }
    while (IopHead - IopTail < RING_SIZE && HalSerialRead(HAL_COM1, &Byte)) {
        IopTakeSerial(Byte);
    }
    if (IopHead - IopTail == RING_SIZE && !IopHeld) {
        IopHeld = TRUE;
        HalSerialHold(HAL_COM1, TRUE);
    }
    KeInsertQueueDpc(&IopInputDpc, NULL, NULL);
}

VOID IoConsoleWrite(IO_FILE_KIND Kind, PCSTR Bytes, ULONG Count)
{
    if (Kind == IoConsoleError) {
        HalSerialWriteKernel(Bytes, Count);
    } else {
        HalSerialWrite(HAL_COM1, Bytes, Count);
    }
    HalScreenWrite(Bytes, Count);
}

NTSTATUS IoConsoleRead(PCHAR Bytes, ULONG Room, PULONG Count)
{
    NTSTATUS Status;
    ULONG Flags;

    *Count = 0;
    while (IopHead == IopTail) {
        if (IopEnd) {
            return STATUS_END_OF_FILE;
        }
        Status = KeWaitForSingleObject(&IopInput, KeGetPreviousMode(), FALSE, NULL);
        if (Status != STATUS_SUCCESS) {
            return Status; /* the thread is to end */
        }
    }
    while (*Count < Room && IopTail != IopHead) {
        Bytes[(*Count)++] = IopRing[IopTail % RING_SIZE];
        IopTail++;
    }
    Flags = HalpDisableInterrupts();
    if (IopHeld) {
        IopHeld = FALSE;
        HalSerialHold(HAL_COM1, FALSE);
        IoConsoleInterrupt();
    }
    HalpRestoreInterrupts(Flags);
    return STATUS_SUCCESS;
}
