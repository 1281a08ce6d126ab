/* SPDX-License-Identifier: MIT */
/*
 * A line of input with the keys of a terminal: arrows, Home, End, Backspace, Delete, Ctrl+A E K U,
 * and the lines before by arrow up and down. It expects of the terminal that backspaces move the
 * cursor, nothing more.
 */
#include "shell.h"

#define HISTORY 20
#define CONTROL(c) ((c) - '@')
#define ESCAPE 0x1B
#define RUBOUT 0x7F

typedef enum { KeyUp = 0x100, KeyDown, KeyLeft, KeyRight, KeyHome, KeyEnd, KeyDelete, KeyNone } KEY;

typedef struct {
    PCHAR Text;
    ULONG Length, Cursor;
} LINE;

static CHAR History[HISTORY][MAXIMUM_LINE];
static ULONG HistoryCount; /* lines ever kept */

static VOID SetMode(ULONG Mode)
{
    HANDLE Input = NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardInput;
    IO_STATUS_BLOCK IoStatus;

    NtDeviceIoControlFile(Input, NULL, NULL, NULL, &IoStatus, IOCTL_MICA_CONSOLE_MODE, &Mode,
                          sizeof(Mode), NULL, 0);
}

static BOOLEAN ReadByte(PCHAR Byte)
{
    HANDLE Input = NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardInput;
    IO_STATUS_BLOCK IoStatus;

    return NT_SUCCESS(NtReadFile(Input, NULL, NULL, NULL, &IoStatus, Byte, 1, NULL, NULL)) &&
           IoStatus.Information == 1;
}

/* ESC [ letter, or ESC [ number ~. */
static ULONG ReadSequence(VOID)
{
    static const struct {
        CHAR Letter;
        KEY Key;
    } Letters[] = {{'A', KeyUp},   {'B', KeyDown}, {'C', KeyRight},
                   {'D', KeyLeft}, {'H', KeyHome}, {'F', KeyEnd}};
    CHAR Byte, Tilde;

    if (!ReadByte(&Byte) || (Byte != '[' && Byte != 'O') || !ReadByte(&Byte)) {
        return KeyNone;
    }
    for (ULONG i = 0; i < ARRAYSIZE(Letters); i++) {
        if (Letters[i].Letter == Byte) {
            return Letters[i].Key;
        }
    }
    if (Byte < '0' || Byte > '9' || !ReadByte(&Tilde)) {
        return KeyNone;
    }
    return Byte == '3'                  ? KeyDelete
           : Byte == '1' || Byte == '7' ? KeyHome
           : Byte == '4'                ? KeyEnd
                                        : KeyNone;
}

/* FALSE: no more input. */
static BOOLEAN ReadKey(ULONG *Key)
{
    CHAR Byte;

    if (!ReadByte(&Byte)) {
        return FALSE;
    }
    switch (Byte) {
    case ESCAPE:
        *Key = ReadSequence();
        break;
    case CONTROL('A'):
        *Key = KeyHome;
        break;
    case CONTROL('E'):
        *Key = KeyEnd;
        break;
    case CONTROL('P'):
        *Key = KeyUp;
        break;
    case CONTROL('N'):
        *Key = KeyDown;
        break;
    default:
        *Key = (UCHAR)Byte;
    }
    return TRUE;
}

static VOID Back(ULONG Count)
{
    while (Count-- != 0) {
        Print("\b");
    }
}

/* What stands behind the cursor is written again, and Extra blanks over what was longer. */
static VOID Redraw(LINE *Line, ULONG Extra)
{
    ULONG Rest = Line->Length - Line->Cursor;

    Print("%.*s%*s", (int)Rest, Line->Text + Line->Cursor, (int)Extra, "");
    Back(Rest + Extra);
}

static VOID MoveTo(LINE *Line, ULONG Cursor)
{
    if (Cursor < Line->Cursor) {
        Back(Line->Cursor - Cursor);
    } else {
        Print("%.*s", (int)(Cursor - Line->Cursor), Line->Text + Line->Cursor);
    }
    Line->Cursor = Cursor;
}

static VOID Remove(LINE *Line, ULONG Count)
{
    memmove(Line->Text + Line->Cursor, Line->Text + Line->Cursor + Count,
            Line->Length - Line->Cursor - Count);
    Line->Length -= Count;
    Redraw(Line, Count);
}

static VOID Insert(LINE *Line, CHAR Byte)
{
    if (Line->Length == MAXIMUM_LINE - 1) {
        return;
    }
    memmove(Line->Text + Line->Cursor + 1, Line->Text + Line->Cursor, Line->Length - Line->Cursor);
    Line->Text[Line->Cursor] = Byte;
    Line->Length++;
    Print("%c", Byte);
    Line->Cursor++;
    Redraw(Line, 0);
}

static VOID Replace(LINE *Line, PCSTR Text)
{
    ULONG Old = Line->Length;

    MoveTo(Line, 0);
    Line->Length = (ULONG)strlen(Text);
    memcpy(Line->Text, Text, Line->Length);
    Redraw(Line, Old > Line->Length ? Old - Line->Length : 0);
    MoveTo(Line, Line->Length);
}

/* Lines before this one, by their number; the newest again when there is no later one. */
static VOID Recall(LINE *Line, ULONG *At, LONG Step)
{
    ULONG Oldest = HistoryCount > HISTORY ? HistoryCount - HISTORY : 0;

    if ((Step < 0 && *At == Oldest) || (Step > 0 && *At == HistoryCount)) {
        return;
    }
    *At += (ULONG)Step;
    Replace(Line, *At == HistoryCount ? "" : History[*At % HISTORY]);
}

static VOID Remember(PCSTR Text)
{
    if (Text[0] != 0 &&
        (HistoryCount == 0 || strcmp(History[(HistoryCount - 1) % HISTORY], Text) != 0)) {
        memcpy(History[HistoryCount++ % HISTORY], Text, strlen(Text) + 1);
    }
}

/* TRUE: the line is done. */
static BOOLEAN Edit(LINE *Line, ULONG Key, ULONG *At)
{
    switch (Key) {
    case '\r':
    case '\n':
        Print("\n");
        return TRUE;
    case CONTROL('C'):
        Print("^C\n");
        Line->Length = 0;
        return TRUE;
    case KeyUp:
        Recall(Line, At, -1);
        break;
    case KeyDown:
        Recall(Line, At, 1);
        break;
    case KeyHome:
        MoveTo(Line, 0);
        break;
    case KeyEnd:
        MoveTo(Line, Line->Length);
        break;
    case KeyLeft:
        MoveTo(Line, Line->Cursor - (Line->Cursor != 0));
        break;
    case KeyRight:
        MoveTo(Line, Line->Cursor + (Line->Cursor != Line->Length));
        break;
    case '\b':
    case RUBOUT:
        if (Line->Cursor != 0) {
            MoveTo(Line, Line->Cursor - 1);
            Remove(Line, 1);
        }
        break;
    case KeyDelete:
        Remove(Line, Line->Cursor != Line->Length);
        break;
    case CONTROL('K'):
        Remove(Line, Line->Length - Line->Cursor);
        break;
    case CONTROL('U'):
        Replace(Line, "");
        break;
    default:
        if (Key >= ' ' && Key < 0x100) {
            Insert(Line, (CHAR)Key);
        }
    }
    return FALSE;
}

BOOLEAN EditLine(PCSTR Prompt, PCHAR Text)
{
    LINE Line = {Text, 0, 0};
    ULONG At = HistoryCount, Key;

    SetMode(CONSOLE_MODE_RAW);
    Print("%s", Prompt);
    do {
        if (!ReadKey(&Key) || (Key == CONTROL('D') && Line.Length == 0)) {
            return FALSE;
        }
    } while (!Edit(&Line, Key, &At));
    Text[Line.Length] = 0;
    Remember(Text);
    SetMode(CONSOLE_MODE_LINE | CONSOLE_MODE_PROCESSED);
    return TRUE;
}
