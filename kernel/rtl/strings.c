/* SPDX-License-Identifier: MIT */
/* Comparing and copying counted strings. Letters beyond ASCII have no case here. */
#include "rtl.h"

WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR Character)
{
    return Character >= 'a' && Character <= 'z' ? Character - 0x20 : Character;
}

LONG NTAPI RtlCompareUnicodeString(const UNICODE_STRING *A, const UNICODE_STRING *B,
                                   BOOLEAN CaseInsensitive)
{
    ULONG Shorter = A->Length < B->Length ? A->Length : B->Length;

    for (ULONG i = 0; i < Shorter / sizeof(WCHAR); i++) {
        WCHAR Left = A->Buffer[i], Right = B->Buffer[i];

        if (CaseInsensitive) {
            Left = RtlUpcaseUnicodeChar(Left);
            Right = RtlUpcaseUnicodeChar(Right);
        }
        if (Left != Right) {
            return (LONG)Left - (LONG)Right;
        }
    }
    return (LONG)A->Length - (LONG)B->Length;
}

BOOLEAN NTAPI RtlEqualUnicodeString(const UNICODE_STRING *A, const UNICODE_STRING *B,
                                    BOOLEAN CaseInsensitive)
{
    return A->Length == B->Length && RtlCompareUnicodeString(A, B, CaseInsensitive) == 0;
}

BOOLEAN NTAPI RtlPrefixUnicodeString(const UNICODE_STRING *Prefix, const UNICODE_STRING *String,
                                     BOOLEAN CaseInsensitive)
{
    UNICODE_STRING Start = {Prefix->Length, Prefix->Length, String->Buffer};

    return Prefix->Length <= String->Length &&
           RtlCompareUnicodeString(Prefix, &Start, CaseInsensitive) == 0;
}

/* Cut, if Destination is too short; with an end mark, if there is room. Source NULL: empty. */
VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING Destination, const UNICODE_STRING *Source)
{
    ULONG Bytes = Source != NULL ? Source->Length : 0;

    if (Bytes > Destination->MaximumLength) {
        Bytes = Destination->MaximumLength;
    }
    if (Bytes != 0) {
        memcpy(Destination->Buffer, Source->Buffer, Bytes);
    }
    Destination->Length = (USHORT)Bytes;
    if (Bytes + sizeof(WCHAR) <= Destination->MaximumLength) {
        Destination->Buffer[Bytes / sizeof(WCHAR)] = 0;
    }
}

/* STATUS_BUFFER_TOO_SMALL, and nothing changed. */
NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination,
                                              const UNICODE_STRING *Source)
{
    if (Source->Length + (ULONG)Destination->Length > Destination->MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    memmove((PUCHAR)Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
    Destination->Length += Source->Length;
    if (Destination->Length + sizeof(WCHAR) <= Destination->MaximumLength) {
        Destination->Buffer[Destination->Length / sizeof(WCHAR)] = 0;
    }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Source);
    return RtlAppendUnicodeStringToString(Destination, &String);
}
