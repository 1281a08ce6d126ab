/* SPDX-License-Identifier: MIT */
/* From words to numbers and processes, and back. */
#include "shell.h"

BOOLEAN ParseNumber(PCSTR Text, ULONG *Number)
{
    *Number = 0;
    for (PCSTR At = Text; *At != 0; At++) {
        if (*At < '0' || *At > '9' || *Number > 100000000) {
            return FALSE;
        }
        *Number = *Number * 10 + (ULONG)(*At - '0');
    }
    return *Text != 0;
}

VOID Complain(PCSTR What, NTSTATUS Status)
{
    Print("%s: %s (%08lX)\n", What, StatusName(Status), Status);
}

PCSTR Narrow(const UNICODE_STRING *String, PCHAR Text, ULONG Size)
{
    ANSI_STRING Narrowed = {0, (USHORT)Size, Text};

    Text[0] = 0;
    RtlUnicodeStringToAnsiString(&Narrowed, String, FALSE);
    return Text;
}

PVOID QuerySystem(ULONG Class)
{
    ULONG Size = 0x4000, Needed;
    PVOID Buffer = NULL;
    NTSTATUS Status = STATUS_INFO_LENGTH_MISMATCH;

    while (Status == STATUS_INFO_LENGTH_MISMATCH) {
        Buffer = RtlAllocateHeap(RtlProcessHeap(), 0, Size);
        if (Buffer == NULL) {
            break;
        }
        Status = NtQuerySystemInformation(Class, Buffer, Size, &Needed);
        if (!NT_SUCCESS(Status)) {
            RtlFreeHeap(RtlProcessHeap(), 0, Buffer);
            Buffer = NULL;
            Size = Needed + 0x1000;
        }
    }
    if (Buffer == NULL) {
        Complain("the system's tables", NT_SUCCESS(Status) ? STATUS_NO_MEMORY : Status);
    }
    return Buffer;
}

static BOOLEAN IsNamed(const SYSTEM_PROCESS_INFORMATION *Row, PCSTR Name)
{
    CHAR Text[64], WithExtension[64];

    Narrow(&Row->ImageName, Text, sizeof(Text));
    _snprintf(WithExtension, sizeof(WithExtension) - 1, "%s.exe", Name);
    WithExtension[sizeof(WithExtension) - 1] = 0;
    return _stricmp(Text, Name) == 0 || _stricmp(Text, WithExtension) == 0;
}

/* The one of that name; 0: there is none, or more than one, which is told. */
static ULONG FindByName(PCSTR Name)
{
    SYSTEM_PROCESS_INFORMATION *Rows = QuerySystem(SystemProcessInformation), *Row = Rows;
    ULONG Id = 0, Count = 0;

    while (Row != NULL) {
        if (IsNamed(Row, Name)) {
            if (Count++ == 1) {
                Print("%s: which one? %lu", Name, Id);
            }
            Id = (ULONG)Row->UniqueProcessId;
            if (Count > 1) {
                Print(", %lu", Id);
            }
        }
        Row = Row->NextEntryOffset != 0
                  ? (SYSTEM_PROCESS_INFORMATION *)((PUCHAR)Row + Row->NextEntryOffset)
                  : NULL;
    }
    RtlFreeHeap(RtlProcessHeap(), 0, Rows);
    if (Count == 0) {
        Print("%s: no process has that name; `ps` lists them\n", Name);
    } else if (Count > 1) {
        Print("\n");
    }
    return Count == 1 ? Id : 0;
}

BOOLEAN OpenProcess(PCSTR Text, ACCESS_MASK Access, PHANDLE Process)
{
    OBJECT_ATTRIBUTES Attributes;
    CLIENT_ID Cid = {0};
    ULONG Id;
    NTSTATUS Status;

    if (!ParseNumber(Text, &Id)) {
        Id = FindByName(Text);
        if (Id == 0) {
            return FALSE;
        }
    }
    Cid.UniqueProcess = (HANDLE)Id;
    InitializeObjectAttributes(&Attributes, NULL, 0, NULL, NULL);
    Status = NtOpenProcess(Process, Access, &Attributes, &Cid);
    if (Status == STATUS_INVALID_CID) {
        Print("%s: no process has that id; `ps` lists them\n", Text);
    } else if (!NT_SUCCESS(Status)) {
        Complain(Text, Status);
    }
    return NT_SUCCESS(Status);
}
