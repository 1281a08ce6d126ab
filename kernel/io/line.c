/* SPDX-License-Identifier: MIT */
/* Line mode. */
#include "line.h"

#include "hal.h"

#define RUBOUT 0x7F

static CHAR IopLine[IOP_MAXIMUM_LINE];
static ULONG IopLength, IopTaken; /* the first IopTaken bytes have been read */
static BOOLEAN IopDone;

static VOID IopEcho(PCSTR Bytes, ULONG Count)
{
    HalSerialWrite(HAL_COM1, Bytes, Count);
    HalScreenWrite(Bytes, Count);
}

/* A character of several bytes goes whole. */
static VOID IopRubOut(VOID)
{
    if (IopLength == 0) {
        return;
    }
    while (--IopLength > 0 && ((UCHAR)IopLine[IopLength] & 0xC0) == 0x80) {
    }
    IopEcho("\b \b", 3);
}

BOOLEAN IopEditLine(CHAR Byte)
{
    if (Byte == '\r' || Byte == '\n') {
        IopEcho("\r\n", 2);
        IopLine[IopLength++] = '\n';
        IopDone = TRUE;
    } else if (Byte == '\b' || Byte == RUBOUT) {
        IopRubOut();
    } else if ((Byte == CONTROL('D') || Byte == CONTROL('Z')) && IopLength == 0) {
        IopPutEnd();
    } else if ((Byte == '\t' || (UCHAR)Byte >= ' ') && IopLength < IOP_MAXIMUM_LINE - 1) {
        IopLine[IopLength++] = Byte;
        IopEcho(&Byte, 1);
    }
    return IopDone;
}

ULONG IopTakeLine(PCHAR Bytes, ULONG Room)
{
    ULONG Count = 0;

    while (Count < Room && IopTaken < IopLength) {
        Bytes[Count++] = IopLine[IopTaken++];
    }
    if (IopTaken == IopLength) {
        IopTaken = IopLength = 0;
        IopDone = FALSE;
    }
    return Count;
}

BOOLEAN IopIsLineDone(VOID)
{
    return IopDone;
}
