/* SPDX-License-Identifier: MIT */
/*
 * The VGA text screen, through the physical map. The adapter has room for several screens and shows
 * 25 rows from where it is told to: scrolling moves that place, for in an emulator each access to
 * its memory is slow.
 */
#include "halp.h"

#define SCREEN_COLUMNS 80
#define SCREEN_ROWS 25
#define MEMORY_ROWS (0x8000UL / sizeof(USHORT) / SCREEN_COLUMNS)
#define CRTC_INDEX 0x3D4
#define CRTC_DATA 0x3D5
#define CRTC_START 0x0C  /* high byte; the low one follows */
#define CRTC_CURSOR 0x0E /* the same */
#define ATTRIBUTE_GREY 0x07
#define ATTRIBUTE_BLUE 0x1F /* white on blue */

static volatile USHORT *const HalpCells = (volatile USHORT *)0x800B8000UL;
static ULONG HalpTop; /* the row of the memory that is shown first */
static ULONG HalpRow, HalpColumn;
static USHORT HalpAttribute = ATTRIBUTE_GREY << 8;

static volatile USHORT *HalpRowCells(ULONG Row)
{
    return &HalpCells[(HalpTop + Row) * SCREEN_COLUMNS];
}

static VOID HalpClearRow(ULONG Row)
{
    for (ULONG i = 0; i < SCREEN_COLUMNS; i++) {
        HalpRowCells(Row)[i] = HalpAttribute | ' ';
    }
}

static VOID HalpSetPlace(UCHAR Register, ULONG Cell)
{
    HalpOut8(CRTC_INDEX, Register);
    HalpOut8(CRTC_DATA, (UCHAR)(Cell >> 8));
    HalpOut8(CRTC_INDEX, Register + 1);
    HalpOut8(CRTC_DATA, (UCHAR)Cell);
}

static VOID HalpNewLine(VOID)
{
    HalpColumn = 0;
    if (++HalpRow < SCREEN_ROWS) {
        return;
    }
    HalpRow = SCREEN_ROWS - 1;
    if (HalpTop + SCREEN_ROWS < MEMORY_ROWS) {
        HalpTop++;
    } else {
        for (ULONG i = 0; i < HalpRow * SCREEN_COLUMNS; i++) {
            HalpCells[i] = HalpRowCells(1)[i];
        }
        HalpTop = 0;
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
        HalpRowCells(HalpRow)[HalpColumn++] = HalpAttribute | (UCHAR)Character;
    }
    if (HalpColumn >= SCREEN_COLUMNS) {
        HalpNewLine();
    }
}

VOID HalScreenWrite(PCSTR Bytes, ULONG Count)
{
    ULONG Flags = HalpDisableInterrupts(); /* the keyboard's echo writes here too */

    while (Count-- != 0) {
        HalpPutCharacter(*Bytes++);
    }
    HalpSetPlace(CRTC_START, HalpTop * SCREEN_COLUMNS);
    HalpSetPlace(CRTC_CURSOR, (HalpTop + HalpRow) * SCREEN_COLUMNS + HalpColumn);
    HalpRestoreInterrupts(Flags);
}

VOID HalScreenBlue(VOID)
{
    HalpAttribute = ATTRIBUTE_BLUE << 8;
    HalpClearScreen();
}

VOID HalpClearScreen(VOID)
{
    HalpTop = 0;
    for (ULONG Row = 0; Row < SCREEN_ROWS; Row++) {
        HalpClearRow(Row);
    }
    HalpRow = HalpColumn = 0;
}
