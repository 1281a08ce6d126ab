/* SPDX-License-Identifier: MIT */
/* The VGA text screen, through the physical map. */
#include "halp.h"

#define SCREEN_COLUMNS 80
#define SCREEN_ROWS 25
#define CRTC_INDEX 0x3D4
#define CRTC_DATA 0x3D5
#define CRTC_CURSOR_HIGH 0x0E
#define CRTC_CURSOR_LOW 0x0F
#define ATTRIBUTE_GREY 0x07
#define ATTRIBUTE_BLUE 0x1F /* white on blue */

static volatile USHORT *const HalpCells = (volatile USHORT *)0x800B8000UL;
static ULONG HalpRow, HalpColumn;
static USHORT HalpAttribute = ATTRIBUTE_GREY << 8;

static VOID HalpClearRow(ULONG Row)
{
    for (ULONG i = 0; i < SCREEN_COLUMNS; i++) {
        HalpCells[Row * SCREEN_COLUMNS + i] = HalpAttribute | ' ';
    }
}

static VOID HalpNewLine(VOID)
{
    HalpColumn = 0;
    if (++HalpRow < SCREEN_ROWS) {
        return;
    }
    HalpRow = SCREEN_ROWS - 1;
    for (ULONG i = 0; i < HalpRow * SCREEN_COLUMNS; i++) {
        HalpCells[i] = HalpCells[i + SCREEN_COLUMNS];
    }
    HalpClearRow(HalpRow);
}

static VOID HalpPutCharacter(CHAR Character)
{
    switch (Character) {
    case '\n':
        HalpNewLine();
        break;
    case '\r':
        HalpColumn = 0;
        break;
    case '\b':
        HalpColumn -= HalpColumn != 0;
        break;
    case '\t':
        HalpColumn = (HalpColumn + 8) & ~7UL;
        break;
    default:
        HalpCells[HalpRow * SCREEN_COLUMNS + HalpColumn++] = HalpAttribute | (UCHAR)Character;
    }
    if (HalpColumn >= SCREEN_COLUMNS) {
        HalpNewLine();
    }
}

VOID HalScreenWrite(PCSTR Bytes, ULONG Count)
{
    ULONG Flags = HalpDisableInterrupts(); /* the keyboard's echo writes here too */
    ULONG Cursor;

    while (Count-- != 0) {
        HalpPutCharacter(*Bytes++);
    }
    Cursor = HalpRow * SCREEN_COLUMNS + HalpColumn;
    HalpOut8(CRTC_INDEX, CRTC_CURSOR_HIGH);
    HalpOut8(CRTC_DATA, (UCHAR)(Cursor >> 8));
    HalpOut8(CRTC_INDEX, CRTC_CURSOR_LOW);
    HalpOut8(CRTC_DATA, (UCHAR)Cursor);
    HalpRestoreInterrupts(Flags);
}

VOID HalScreenBlue(VOID)
{
    HalpAttribute = ATTRIBUTE_BLUE << 8;
    HalpClearScreen();
}

VOID HalpClearScreen(VOID)
{
    for (ULONG Row = 0; Row < SCREEN_ROWS; Row++) {
        HalpClearRow(Row);
    }
    HalpRow = HalpColumn = 0;
}
