/* SPDX-License-Identifier: MIT */
/* dir and type. */
#include "shell.h"

static NTSTATUS Open(PCSTR Name, ULONG Options, PHANDLE File)
{
    CHAR Text[96];
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Path;
    IO_STATUS_BLOCK IoStatus;
    NTSTATUS Status;

    if (_snprintf(Text, sizeof(Text), "\\SystemRoot\\%s", Name) < 0) {
        return STATUS_NAME_TOO_LONG;
    }
    if (!RtlCreateUnicodeStringFromAsciiz(&Path, Text)) {
        return STATUS_NO_MEMORY;
    }
    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = NtOpenFile(File, FILE_READ_DATA | SYNCHRONIZE, &Attributes, &IoStatus, 0, Options);
    RtlFreeUnicodeString(&Path);
    return Status;
}

VOID ListFiles(int Count, PCHAR *Words)
{
    struct {
        FILE_DIRECTORY_INFORMATION Row;
        WCHAR More[64];
    } Buffer;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Directory;
    NTSTATUS Status = Open("", FILE_DIRECTORY_FILE, &Directory);

    (VOID) Count;
    (VOID) Words;
    if (!NT_SUCCESS(Status)) {
        Complain("dir", Status);
        return;
    }
    while (NT_SUCCESS(NtQueryDirectoryFile(Directory, NULL, NULL, NULL, &IoStatus, &Buffer,
                                           sizeof(Buffer), FileDirectoryInformation, TRUE, NULL,
                                           FALSE))) {
        UNICODE_STRING Name = {(USHORT)Buffer.Row.FileNameLength, (USHORT)Buffer.Row.FileNameLength,
                               Buffer.Row.FileName};
        CHAR Text[96];

        Print("%9lu  %s\n", Buffer.Row.EndOfFile.LowPart, Narrow(&Name, Text, sizeof(Text)));
    }
    NtClose(Directory);
}

/* A terminal takes control characters for orders, those behind ASCII's too. */
static VOID MakePrintable(PCHAR Text, ULONG Bytes)
{
    for (ULONG i = 0; i < Bytes; i++) {
        if (((UCHAR)Text[i] < ' ' || (UCHAR)Text[i] >= 0x7F) && Text[i] != '\n' &&
            Text[i] != '\r' && Text[i] != '\t') {
            Text[i] = '.';
        }
    }
}

VOID TypeFile(int Count, PCHAR *Words)
{
    HANDLE Output = NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardOutput;
    IO_STATUS_BLOCK IoStatus;
    CHAR Buffer[512];
    HANDLE File;
    NTSTATUS Status;

    if (Count != 2) {
        Print("type: which file?\n");
        return;
    }
    Status = Open(Words[1], FILE_NON_DIRECTORY_FILE, &File);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND) {
        Print("%s: there is no such file; `dir` lists them\n", Words[1]);
        return;
    }
    if (!NT_SUCCESS(Status)) {
        Complain(Words[1], Status);
        return;
    }
    while (NT_SUCCESS(
        NtReadFile(File, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), NULL, NULL))) {
        MakePrintable(Buffer, IoStatus.Information);
        NtWriteFile(Output, NULL, NULL, NULL, &IoStatus, Buffer, IoStatus.Information, NULL, NULL);
    }
    NtClose(File);
}
