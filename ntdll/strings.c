/* SPDX-License-Identifier: MIT */
/* Strings with memory of their own. "ANSI" is UTF-8 here. */
#include "ntdll.h"
#include "rtl/rtl.h"

static PVOID RtlpStringMemory(ULONG Bytes)
{
    return RtlAllocateHeap(RtlProcessHeap(), 0, Bytes);
}

/* STATUS_BUFFER_OVERFLOW: no room, unless Allocate. */
NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING Destination, const ANSI_STRING *Source,
                                            BOOLEAN Allocate)
{
    ULONG Room = (Source->Length + 1UL) * sizeof(WCHAR);

    if (Allocate) {
        Destination->MaximumLength = (USHORT)Room;
        Destination->Buffer = RtlpStringMemory(Room);
        if (Destination->Buffer == NULL) {
            return STATUS_NO_MEMORY;
        }
    } else if (Room > Destination->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    Destination->Length = (USHORT)RtlpUtf8ToUnicode(Destination->Buffer, Room - sizeof(WCHAR),
                                                    Source->Buffer, Source->Length);
    Destination->Buffer[Destination->Length / sizeof(WCHAR)] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING Destination, const UNICODE_STRING *Source,
                                            BOOLEAN Allocate)
{
    ULONG Room = Source->Length / sizeof(WCHAR) * 3UL + 1;

    if (Allocate) {
        Destination->MaximumLength = (USHORT)Room;
        Destination->Buffer = RtlpStringMemory(Room);
        if (Destination->Buffer == NULL) {
            return STATUS_NO_MEMORY;
        }
    } else if (Destination->MaximumLength == 0) {
        return STATUS_BUFFER_OVERFLOW;
    }
    Destination->Length = (USHORT)RtlpUnicodeToUtf8(
        Destination->Buffer, Destination->MaximumLength - 1UL, Source->Buffer, Source->Length);
    Destination->Buffer[Destination->Length] = 0;
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING Destination, PCWSTR Source)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Source);
    Destination->MaximumLength = (USHORT)(String.Length + sizeof(WCHAR));
    Destination->Buffer = RtlpStringMemory(Destination->MaximumLength);
    if (Destination->Buffer == NULL) {
        return FALSE;
    }
    RtlCopyUnicodeString(Destination, &String);
    return TRUE;
}

BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING Destination, PCSTR Source)
{
    ANSI_STRING String;

    RtlInitAnsiString(&String, Source);
    return NT_SUCCESS(RtlAnsiStringToUnicodeString(Destination, &String, TRUE));
}

VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING String)
{
    if (String->Buffer != NULL) {
        RtlFreeHeap(RtlProcessHeap(), 0, String->Buffer);
        *String = (UNICODE_STRING){0};
    }
}

VOID NTAPI RtlFreeAnsiString(PANSI_STRING String)
{
    if (String->Buffer != NULL) {
        RtlFreeHeap(RtlProcessHeap(), 0, String->Buffer);
        *String = (ANSI_STRING){0};
    }
}
