/* SPDX-License-Identifier: MIT */
/*
 * The UARTs. Output is polled; input of COM1 interrupts, byte by byte. The FIFOs are left as they
 * are found: switching them empties them, and what was typed during the boot would be lost.
 */
#include "halp.h"

#define UART_DATA 0
#define UART_IER 1
#define UART_LCR 3
#define UART_MCR 4
#define UART_LSR 5
#define UART_SCRATCH 7

#define IER_RECEIVED 0x01
#define LCR_8N1 0x03
#define LCR_DLAB 0x80
#define MCR_DTR_RTS_OUT2 0x0B
#define LSR_DATA_READY 0x01
#define LSR_HOLDING_EMPTY 0x20
#define LSR_ALL_SENT 0x40

static const USHORT HalpSerialBase[] = {0x3F8, 0x2F8};
static BOOLEAN HalpSerialPresent[ARRAYSIZE(HalpSerialBase)];

static BOOLEAN HalpProbeUart(USHORT Base)
{
    HalpOut8(Base + UART_SCRATCH, 0x5A);
    if (HalpIn8(Base + UART_SCRATCH) != 0x5A) {
        return FALSE;
    }
    HalpOut8(Base + UART_SCRATCH, 0xA5);
    return HalpIn8(Base + UART_SCRATCH) == 0xA5;
}

VOID HalpInitializeSerial(VOID)
{
    for (ULONG i = 0; i < ARRAYSIZE(HalpSerialBase); i++) {
        USHORT Base = HalpSerialBase[i];

        HalpSerialPresent[i] = HalpProbeUart(Base);
        if (!HalpSerialPresent[i]) {
            continue;
        }
        HalpOut8(Base + UART_IER, 0);
        HalpOut8(Base + UART_LCR, LCR_DLAB);
        HalpOut8(Base + UART_DATA, 1); /* 115200 baud */
        HalpOut8(Base + UART_IER, 0);
        HalpOut8(Base + UART_LCR, LCR_8N1);
        HalpOut8(Base + UART_MCR, MCR_DTR_RTS_OUT2);
    }
}

BOOLEAN HalpHasSerial(ULONG Port)
{
    return HalpSerialPresent[Port];
}

VOID HalpEnableSerialInterrupts(VOID)
{
    if (HalpSerialPresent[HAL_COM1]) {
        HalpEnableIrq(HAL_IRQ_COM1);
    }
}

VOID HalSerialWrite(ULONG Port, PCSTR Bytes, ULONG Count)
{
    USHORT Base = HalpSerialBase[Port];

    for (; HalpSerialPresent[Port] && Count != 0; Count--) {
        while (!(HalpIn8(Base + UART_LSR) & LSR_HOLDING_EMPTY)) {
        }
        HalpOut8(Base + UART_DATA, (UCHAR)*Bytes++);
    }
}

BOOLEAN HalSerialRead(ULONG Port, PUCHAR Byte)
{
    USHORT Base = HalpSerialBase[Port];

    if (!HalpSerialPresent[Port] || !(HalpIn8(Base + UART_LSR) & LSR_DATA_READY)) {
        return FALSE;
    }
    *Byte = HalpIn8(Base + UART_DATA);
    return TRUE;
}

VOID HalSerialHold(ULONG Port, BOOLEAN Hold)
{
    if (HalpSerialPresent[Port]) {
        HalpOut8(HalpSerialBase[Port] + UART_IER, Hold ? 0 : IER_RECEIVED);
    }
}

VOID HalSerialFlush(VOID)
{
    for (ULONG i = 0; i < ARRAYSIZE(HalpSerialBase); i++) {
        while (HalpSerialPresent[i] && !(HalpIn8(HalpSerialBase[i] + UART_LSR) & LSR_ALL_SENT)) {
        }
    }
}
