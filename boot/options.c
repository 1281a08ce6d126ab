/* SPDX-License-Identifier: MIT */
/* Switches in front of the program on the kernel's command line, as in NT's boot.ini. */
#include "loader.h"
#include "rtl/rtl.h"

#define GLOBAL_FLAG "/GLOBALFLAG="
#define EVENTS "/EVENTS="

static BOOLEAN BlpParseHex(PCSTR Digits, PULONG Value)
{
    *Value = 0;
    if (*Digits == 0 || strlen(Digits) > 8) {
        return FALSE;
    }
    for (; *Digits != 0; Digits++) {
        CHAR Digit = *Digits | 0x20;

        if (*Digits >= '0' && *Digits <= '9') {
            *Value = *Value << 4 | (ULONG)(*Digits - '0');
        } else if (Digit >= 'a' && Digit <= 'f') {
            *Value = *Value << 4 | (ULONG)(Digit - 'a' + 10);
        } else {
            return FALSE;
        }
    }
    return TRUE;
}

/* "/NAME=" and a number behind it. */
static BOOLEAN BlpTakeNumber(PCSTR Word, PCSTR Name, PULONG Value)
{
    CHAR Start[16];
    ULONG Length = (ULONG)strlen(Name);

    _snprintf(Start, sizeof(Start), "%.*s", (int)Length, Word);
    return _stricmp(Start, Name) == 0 && BlpParseHex(Word + Length, Value);
}

static BOOLEAN BlpTakeSwitch(PLOADER_BLOCK Block, PCSTR Word)
{
    if (_stricmp(Word, "/DEBUG") == 0) {
        Block->Debug = TRUE;
    } else if (_stricmp(Word, "/SAFESEH") == 0) {
        Block->SafeSeh = TRUE;
    } else if (_stricmp(Word, "/SEHOP") == 0) {
        Block->Sehop = TRUE;
    } else if (_stricmp(Word, "/INTERRUPTS") == 0) {
        Block->EventInterrupts = TRUE;
    } else {
        return BlpTakeNumber(Word, GLOBAL_FLAG, &Block->GlobalFlag) ||
               BlpTakeNumber(Word, EVENTS, &Block->EventRecords);
    }
    return TRUE;
}

/* "/DEBUG" is one; "/boot/hello.exe" and "/hello.exe" are where a loader found the program. */
static BOOLEAN BlpIsSwitch(PCSTR At)
{
    if (*At != '/') {
        return FALSE;
    }
    for (At++; *At != 0 && *At != ' '; At++) {
        if (*At == '/' || *At == '.') {
            return FALSE;
        }
    }
    return TRUE;
}

PCSTR BlReadOptions(PLOADER_BLOCK Block)
{
    PCHAR At = Block->CommandLine;

    while (BlpIsSwitch(At)) {
        CHAR Word[32];
        ULONG Length = 0;

        while (At[Length] != 0 && At[Length] != ' ') {
            Length++;
        }
        if (Length >= sizeof(Word)) {
            return "a switch of the kernel is too long";
        }
        memcpy(Word, At, Length);
        Word[Length] = 0;
        if (!BlpTakeSwitch(Block, Word)) {
            return "a switch of the kernel is none of /DEBUG /SAFESEH /SEHOP "
                   "/GLOBALFLAG=hex /EVENTS=hex /INTERRUPTS";
        }
        for (At += Length; *At == ' '; At++) {
        }
    }
    memmove(Block->CommandLine, At, strlen(At) + 1);
    return NULL;
}
