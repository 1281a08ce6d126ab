/* SPDX-License-Identifier: MIT */
/*
 * What the debugger's user says: lines that come in by the kernel's port, read by polling, as a
 * debugger must. Byte 04 is the end of it.
 */
#include "kd.h"

#include "ke/ke.h"

#define EOT 0x04

static BOOLEAN KdpLineEnded;

BOOLEAN KdpReadLine(PCHAR Line, ULONG Size)
{
    ULONG Length = 0;

    while (!KdpLineEnded) {
        UCHAR Byte;

        if (!HalSerialRead(HAL_COM2, &Byte)) {
            continue;
        }
        if (Byte == EOT) {
            KdpLineEnded = TRUE;
            break;
        }
        if (Byte == '\n') {
            Line[Length] = 0;
            return TRUE;
        }
        if (Byte != '\r' && Length < Size - 1) {
            Line[Length++] = (CHAR)Byte;
        }
    }
    Line[Length] = 0;
    return Length != 0;
}
