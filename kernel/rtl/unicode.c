/* SPDX-License-Identifier: MIT */
/* Counted strings, and UTF-8 to UTF-16 and back (the host speaks UTF-8, NT UTF-16). */
#include "rtl.h"

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING String, PCWSTR Source)
{
    ULONG Characters = 0;

    while (Source != NULL && Source[Characters] != 0) {
        Characters++;
    }
    String->Buffer = (PWSTR)Source;
    String->Length = (USHORT)(Characters * sizeof(WCHAR));
    String->MaximumLength = (USHORT)(Source != NULL ? String->Length + sizeof(WCHAR) : 0);
}

VOID NTAPI RtlInitAnsiString(PANSI_STRING String, PCSTR Source)
{
    ULONG Bytes = Source != NULL ? (ULONG)strlen(Source) : 0;

    String->Buffer = (PCHAR)Source;
    String->Length = (USHORT)Bytes;
    String->MaximumLength = (USHORT)(Source != NULL ? Bytes + 1 : 0);
}

/* Reads one code point; what is not UTF-8 comes out byte for byte, as U+FFFD. */
static ULONG RtlpDecodeUtf8(PCSTR Source, ULONG Bytes, ULONG *CodePoint)
{
    UCHAR Lead = (UCHAR)Source[0];
    ULONG Length = Lead < 0x80 ? 1 : (Lead & 0xE0) == 0xC0 ? 2 : (Lead & 0xF0) == 0xE0 ? 3 : 4;
    ULONG Value = Length == 1 ? Lead : Lead & (0x7F >> Length);

    *CodePoint = 0xFFFD;
    if (Length > Bytes || Lead > 0xF4 || (Lead >= 0x80 && Lead < 0xC2)) {
        return 1;
    }
    for (ULONG i = 1; i < Length; i++) {
        if (((UCHAR)Source[i] & 0xC0) != 0x80) {
            return 1;
        }
        Value = Value << 6 | ((UCHAR)Source[i] & 0x3F);
    }
    *CodePoint = Value;
    return Length;
}

/* Returns the bytes written to Destination; stops when MaximumBytes would be exceeded. */
ULONG RtlpUtf8ToUnicode(PWSTR Destination, ULONG MaximumBytes, PCSTR Source, ULONG SourceBytes)
{
    ULONG Written = 0;

    while (SourceBytes != 0) {
        ULONG CodePoint;
        ULONG Used = RtlpDecodeUtf8(Source, SourceBytes, &CodePoint);
        ULONG Needed = CodePoint >= 0x10000 ? 4 : 2;

        if (Written + Needed > MaximumBytes) {
            break;
        }
        if (CodePoint >= 0x10000) {
            *Destination++ = (WCHAR)(0xD800 + ((CodePoint - 0x10000) >> 10));
            *Destination++ = (WCHAR)(0xDC00 + (CodePoint & 0x3FF));
        } else {
            *Destination++ = (WCHAR)CodePoint;
        }
        Written += Needed;
        Source += Used;
        SourceBytes -= Used;
    }
    return Written;
}

/* Returns the bytes written to Destination; a lone surrogate is written as U+FFFD. */
ULONG RtlpUnicodeToUtf8(PCHAR Destination, ULONG MaximumBytes, PCWSTR Source, ULONG SourceBytes)
{
    ULONG Count = SourceBytes / sizeof(WCHAR);
    ULONG Written = 0;

    for (ULONG i = 0; i < Count; i++) {
        ULONG CodePoint = Source[i];
        ULONG Needed;

        if ((CodePoint & 0xF800) == 0xD800) {
            BOOLEAN Pair =
                CodePoint < 0xDC00 && i + 1 < Count && (Source[i + 1] & 0xFC00) == 0xDC00;
            CodePoint =
                Pair ? 0x10000 + ((CodePoint & 0x3FF) << 10) + (Source[++i] & 0x3FF) : 0xFFFD;
        }
        Needed = CodePoint < 0x80 ? 1 : CodePoint < 0x800 ? 2 : CodePoint < 0x10000 ? 3 : 4;
        if (Written + Needed > MaximumBytes) {
            break;
        }
        if (Needed == 1) {
            Destination[Written] = (CHAR)CodePoint;
        } else {
            Destination[Written] = (CHAR)((0xF00 >> Needed & 0xFF) | CodePoint >> 6 * (Needed - 1));
            for (ULONG k = 1; k < Needed; k++) {
                Destination[Written + k] =
                    (CHAR)(0x80 | (CodePoint >> 6 * (Needed - 1 - k) & 0x3F));
            }
        }
        Written += Needed;
    }
    return Written;
}
