/* SPDX-License-Identifier: MIT */
/* _vsnprintf and its two short forms, as ntdll exports them. */
#include "rtl.h"

typedef struct _RTLP_SINK {
    char *Buffer;
    size_t Room;
    size_t Count; /* what would have been written with room enough */
} RTLP_SINK;

typedef struct _RTLP_SPEC {
    BOOLEAN LeftAlign, ZeroPad, Plus, Alternate;
    int Width;
    int Precision; /* -1: none */
    int Longs;     /* number of l's */
    BOOLEAN Short, Wide;
} RTLP_SPEC;

static VOID RtlpPut(RTLP_SINK *Sink, char Character)
{
    if (Sink->Count < Sink->Room) {
        Sink->Buffer[Sink->Count] = Character;
    }
    Sink->Count++;
}

static VOID RtlpPad(RTLP_SINK *Sink, char Character, int Count)
{
    while (Count-- > 0) {
        RtlpPut(Sink, Character);
    }
}

/* Prefix and digits, padded to the width; zero padding goes between the two. */
static VOID RtlpPutField(RTLP_SINK *Sink, const RTLP_SPEC *Spec, PCSTR Prefix, PCSTR Text,
                         int Length)
{
    int Padding = Spec->Width - Length - (int)strlen(Prefix);

    if (!Spec->LeftAlign && !Spec->ZeroPad) {
        RtlpPad(Sink, ' ', Padding);
    }
    while (*Prefix != 0) {
        RtlpPut(Sink, *Prefix++);
    }
    if (!Spec->LeftAlign && Spec->ZeroPad) {
        RtlpPad(Sink, '0', Padding);
    }
    for (int i = 0; i < Length; i++) {
        RtlpPut(Sink, Text[i]);
    }
    if (Spec->LeftAlign) {
        RtlpPad(Sink, ' ', Padding);
    }
}

static ULONG RtlpDivide(ULONGLONG *Value, ULONG Divisor)
{
    LARGE_INTEGER Dividend = {.QuadPart = (LONGLONG)*Value};
    ULONG Remainder;

    *Value = (ULONGLONG)RtlExtendedLargeIntegerDivide(Dividend, Divisor, &Remainder).QuadPart;
    return Remainder;
}

static VOID RtlpPutNumber(RTLP_SINK *Sink, RTLP_SPEC *Spec, ULONGLONG Value, ULONG Base,
                          BOOLEAN Upper, PCSTR Prefix)
{
    PCSTR Digits = Upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char Text[32];
    int Start = sizeof(Text);

    while (Value != 0 || (Start == sizeof(Text) && Spec->Precision != 0)) {
        Text[--Start] = Digits[RtlpDivide(&Value, Base)];
    }
    while ((int)sizeof(Text) - Start < Spec->Precision && Start > 0) {
        Text[--Start] = '0';
    }
    if (Spec->Precision >= 0) {
        Spec->ZeroPad = FALSE;
    }
    RtlpPutField(Sink, Spec, Prefix, Text + Start, sizeof(Text) - Start);
}

static VOID RtlpPutWide(RTLP_SINK *Sink, const RTLP_SPEC *Spec, PCWSTR Text, int Length)
{
    if (!Spec->LeftAlign) {
        RtlpPad(Sink, ' ', Spec->Width - Length);
    }
    for (int i = 0; i < Length; i++) {
        char Utf8[4];
        BOOLEAN Pair = (Text[i] & 0xFC00) == 0xD800 && i + 1 < Length;
        ULONG Bytes = RtlpUnicodeToUtf8(Utf8, sizeof(Utf8), Text + i, Pair ? 4 : 2);

        i += Pair;
        for (ULONG k = 0; k < Bytes; k++) {
            RtlpPut(Sink, Utf8[k]);
        }
    }
    if (Spec->LeftAlign) {
        RtlpPad(Sink, ' ', Spec->Width - Length);
    }
}

static VOID RtlpPutString(RTLP_SINK *Sink, const RTLP_SPEC *Spec, PCSTR Text)
{
    int Length = 0;

    if (Text == NULL) {
        Text = "(null)";
    }
    while ((Spec->Precision < 0 || Length < Spec->Precision) && Text[Length] != 0) {
        Length++;
    }
    RtlpPutField(Sink, Spec, "", Text, Length);
}

static VOID RtlpPutWideString(RTLP_SINK *Sink, const RTLP_SPEC *Spec, PCWSTR Text)
{
    int Length = 0;

    if (Text == NULL) {
        RtlpPutString(Sink, Spec, NULL);
        return;
    }
    while ((Spec->Precision < 0 || Length < Spec->Precision) && Text[Length] != 0) {
        Length++;
    }
    RtlpPutWide(Sink, Spec, Text, Length);
}

/* Z: a counted string, wZ a UNICODE_STRING. */
static VOID RtlpPutCounted(RTLP_SINK *Sink, RTLP_SPEC *Spec, const VOID *Counted)
{
    const UNICODE_STRING *Unicode = Counted;
    const ANSI_STRING *Ansi = Counted;

    if (Counted == NULL) {
        RtlpPutString(Sink, Spec, NULL);
    } else if (Spec->Wide) {
        RtlpPutWide(Sink, Spec, Unicode->Buffer, Unicode->Length / sizeof(WCHAR));
    } else {
        RtlpPutField(Sink, Spec, "", Ansi->Buffer, Ansi->Length);
    }
}

static const char *RtlpParseSpec(const char *Format, RTLP_SPEC *Spec, va_list *Arguments)
{
    *Spec = (RTLP_SPEC){.Precision = -1};
    for (;; Format++) {
        if (*Format == '-') {
            Spec->LeftAlign = TRUE;
        } else if (*Format == '0') {
            Spec->ZeroPad = TRUE;
        } else if (*Format == '+') {
            Spec->Plus = TRUE;
        } else if (*Format == '#') {
            Spec->Alternate = TRUE;
        } else {
            break;
        }
    }
    for (int *Number = &Spec->Width;; Number = &Spec->Precision) {
        if (*Format == '*') {
            *Number = va_arg(*Arguments, int);
            Format++;
        }
        while (*Format >= '0' && *Format <= '9') {
            *Number = *Number * 10 + (*Format++ - '0');
        }
        if (*Format != '.' || Number == &Spec->Precision) {
            break;
        }
        Spec->Precision = 0;
        Format++;
    }
    if (Spec->Width < 0) {
        Spec->LeftAlign = TRUE;
        Spec->Width = -Spec->Width;
    }
    for (;; Format++) {
        if (*Format == 'l') {
            Spec->Longs++;
        } else if (*Format == 'h') {
            Spec->Short = TRUE;
        } else if (*Format == 'w') {
            Spec->Wide = TRUE;
        } else {
            return Format;
        }
    }
}

int _vsnprintf(char *Buffer, size_t Count, const char *Format, va_list Arguments)
{
    RTLP_SINK Sink = {Buffer, Count, 0};
    va_list Rest;

    va_copy(Rest, Arguments);
    for (; *Format != 0; Format++) {
        RTLP_SPEC Spec;
        LONGLONG Signed;
        char Character;

        if (*Format != '%') {
            RtlpPut(&Sink, *Format);
            continue;
        }
        Format = RtlpParseSpec(Format + 1, &Spec, &Rest);
        switch (*Format) {
        case 'd':
        case 'i':
            Signed = Spec.Longs > 1 ? va_arg(Rest, LONGLONG) : va_arg(Rest, LONG);
            Signed = Spec.Short ? (SHORT)Signed : Signed;
            RtlpPutNumber(&Sink, &Spec, Signed < 0 ? 0ULL - Signed : (ULONGLONG)Signed, 10, FALSE,
                          Signed < 0  ? "-"
                          : Spec.Plus ? "+"
                                      : "");
            break;
        case 'u':
        case 'x':
        case 'X':
            Signed = Spec.Longs > 1 ? va_arg(Rest, LONGLONG) : (LONGLONG)va_arg(Rest, ULONG);
            Signed = Spec.Short ? (USHORT)Signed : Signed;
            RtlpPutNumber(&Sink, &Spec, Signed, *Format == 'u' ? 10 : 16, *Format == 'X',
                          Spec.Alternate && *Format != 'u' && Signed != 0 ? "0x" : "");
            break;
        case 'p':
            Spec.Precision = 8;
            RtlpPutNumber(&Sink, &Spec, va_arg(Rest, ULONG), 16, TRUE, "");
            break;
        case 'c':
            Character = (char)va_arg(Rest, int);
            RtlpPutField(&Sink, &Spec, "", &Character, 1);
            break;
        case 's':
            if (Spec.Wide || Spec.Longs) {
                RtlpPutWideString(&Sink, &Spec, va_arg(Rest, PCWSTR));
            } else {
                RtlpPutString(&Sink, &Spec, va_arg(Rest, PCSTR));
            }
            break;
        case 'Z':
            RtlpPutCounted(&Sink, &Spec, va_arg(Rest, PVOID));
            break;
        case 0:
            Format--; /* a lone % at the end */
            break;
        default:
            RtlpPut(&Sink, *Format);
        }
    }
    va_end(Rest);
    if (Sink.Count < Count) {
        Buffer[Sink.Count] = 0;
        return (int)Sink.Count;
    }
    return Sink.Count == Count ? (int)Count : -1; /* as NT's: no terminator when full */
}

int _snprintf(char *Buffer, size_t Count, const char *Format, ...)
{
    va_list Arguments;
    int Result;

    va_start(Arguments, Format);
    Result = _vsnprintf(Buffer, Count, Format, Arguments);
    va_end(Arguments);
    return Result;
}

int sprintf(char *Buffer, const char *Format, ...)
{
    va_list Arguments;
    int Result;

    va_start(Arguments, Format);
    Result = _vsnprintf(Buffer, 0x7FFFFFFF, Format, Arguments);
    va_end(Arguments);
    return Result;
}
