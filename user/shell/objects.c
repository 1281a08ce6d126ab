/* SPDX-License-Identifier: MIT */
/* objects: the namespace as a tree. */
#include "shell.h"

#define DEEPEST 16

static VOID ShowTarget(HANDLE Directory, PUNICODE_STRING Name)
{
    OBJECT_ATTRIBUTES Attributes;
    WCHAR Wide[128];
    UNICODE_STRING Target = {0, sizeof(Wide), Wide};
    CHAR Text[128];
    HANDLE Link;

    InitializeObjectAttributes(&Attributes, Name, 0, Directory, NULL);
    if (NT_SUCCESS(NtOpenSymbolicLinkObject(&Link, SYMBOLIC_LINK_QUERY, &Attributes))) {
        if (NT_SUCCESS(NtQuerySymbolicLinkObject(Link, &Target, NULL))) {
            Print(" -> %s", Narrow(&Target, Text, sizeof(Text)));
        }
        NtClose(Link);
    }
}

static VOID ShowDirectory(HANDLE Directory, int Depth)
{
    struct {
        OBJECT_DIRECTORY_INFORMATION Row;
        UCHAR More[600];
    } Buffer;
    ULONG Context = 0;

    while (NT_SUCCESS(
        NtQueryDirectoryObject(Directory, &Buffer, sizeof(Buffer), TRUE, FALSE, &Context, NULL))) {
        CHAR Name[128], Type[32];
        OBJECT_ATTRIBUTES Attributes;
        HANDLE Below;

        Narrow(&Buffer.Row.Name, Name, sizeof(Name));
        Narrow(&Buffer.Row.TypeName, Type, sizeof(Type));
        Print("%*s%-*s %s", 2 * Depth, "", 30 - 2 * Depth, Name, Type);
        if (strcmp(Type, "SymbolicLink") == 0) {
            ShowTarget(Directory, &Buffer.Row.Name);
        }
        Print("\n");
        InitializeObjectAttributes(&Attributes, &Buffer.Row.Name, 0, Directory, NULL);
        if (strcmp(Type, "Directory") == 0 && Depth < DEEPEST &&
            NT_SUCCESS(
                NtOpenDirectoryObject(&Below, DIRECTORY_QUERY | DIRECTORY_TRAVERSE, &Attributes))) {
            ShowDirectory(Below, Depth + 1);
            NtClose(Below);
        }
    }
}

VOID ShowObjects(int Count, PCHAR *Words)
{
    PCSTR Path = Count > 1 ? Words[1] : "\\";
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    HANDLE Directory;
    NTSTATUS Status;

    if (!RtlCreateUnicodeStringFromAsciiz(&Name, Path)) {
        return;
    }
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = NtOpenDirectoryObject(&Directory, DIRECTORY_QUERY | DIRECTORY_TRAVERSE, &Attributes);
    RtlFreeUnicodeString(&Name);
    if (!NT_SUCCESS(Status)) {
        Complain(Path, Status);
        return;
    }
    Print("%s\n", Path);
    ShowDirectory(Directory, 1);
    NtClose(Directory);
}
