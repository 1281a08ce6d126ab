/* SPDX-License-Identifier: MIT */
/* NtReadFile and NtWriteFile, through a small buffer on the kernel stack. */
#include "io.h"
#include "nt/services.h"
#include "mm/mm.h"
#include "rtl/rtl.h"

#define CHUNK 512UL

static NTSTATUS IopReadConsole(PVOID Buffer, ULONG Length, PULONG Done)
{
    CHAR Chunk[CHUNK];
    NTSTATUS Status = KeProbeForWrite(Buffer, Length);

    if (NT_SUCCESS(Status)) {
        Status = IoConsoleRead(Chunk, Length < CHUNK ? Length : CHUNK, Done);
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyToCaller(Buffer, Chunk, *Done);
    }
    return Status;
}

/* ByteOffset NULL: from where the last read ended. */
static NTSTATUS IopReadModule(PFILE_OBJECT File, PVOID Buffer, ULONG Length,
                              PLARGE_INTEGER ByteOffset, PULONG Done)
{
    LARGE_INTEGER Offset = {.QuadPart = File->Position};
    const LOADER_MODULE *Module = File->Module;
    NTSTATUS Status = STATUS_SUCCESS;

    if (ByteOffset != NULL) {
        Status = KeCopyFromCaller(&Offset, ByteOffset, sizeof(Offset));
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Offset.QuadPart == FILE_USE_FILE_POINTER_POSITION) {
        Offset.QuadPart = File->Position;
    }
    if (Offset.QuadPart < 0) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Offset.QuadPart >= Module->Bytes) {
        return STATUS_END_OF_FILE;
    }
    *Done = Length < Module->Bytes - Offset.LowPart ? Length : Module->Bytes - Offset.LowPart;
    Status = KeCopyToCaller(Buffer, (const UCHAR *)MmModuleBytes(Module) + Offset.LowPart, *Done);
    if (NT_SUCCESS(Status)) {
        File->Position = Offset.LowPart + *Done;
    }
    return Status;
}

/*
 * Reads at most Length bytes; console input gives what has come, and waits for the first byte. When
 * it is over, Event is set and ApcRoutine(ApcContext, IoStatusBlock, 0) queued; both may be NULL.
 * STATUS_END_OF_FILE; STATUS_INVALID_DEVICE_REQUEST on an output stream.
 */
NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                          PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                          PLARGE_INTEGER ByteOffset, PULONG Key)
{
    IOP_TRANSFER Transfer;
    PFILE_OBJECT File;
    ULONG Done = 0;
    NTSTATUS Status = IopBeginTransfer(&Transfer, FileHandle, FILE_READ_DATA, Event, ApcRoutine,
                                       ApcContext, IoStatusBlock);

    (VOID) Key;
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    File = Transfer.File;
    if (File->Kind == IoModuleFile) {
        Status = IopReadModule(File, Buffer, Length, ByteOffset, &Done);
    } else if (File->Kind == IoModuleDirectory) {
        Status = STATUS_FILE_IS_A_DIRECTORY;
    } else if (File->Kind == IoNull) {
        Status = STATUS_END_OF_FILE;
    } else if (File->Kind != IoConsoleInput) {
        Status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (Length != 0) {
        Status = IopReadConsole(Buffer, Length, &Done);
    }
    return IopEndTransfer(&Transfer, Status, Done);
}

/* All of Length bytes. STATUS_ACCESS_DENIED on a module, INVALID_DEVICE_REQUEST on the input. */
NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                           PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                           PLARGE_INTEGER ByteOffset, PULONG Key)
{
    CHAR Chunk[CHUNK];
    IOP_TRANSFER Transfer;
    PFILE_OBJECT File;
    ULONG Done = 0;
    NTSTATUS Status = IopBeginTransfer(&Transfer, FileHandle, FILE_WRITE_DATA, Event, ApcRoutine,
                                       ApcContext, IoStatusBlock);

    (VOID) ByteOffset;
    (VOID) Key;
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    File = Transfer.File;
    if (File->Kind == IoNull) {
        Done = Length;
    } else if (File->Kind != IoConsoleOutput && File->Kind != IoConsoleError) {
        Status = STATUS_INVALID_DEVICE_REQUEST;
    }
    while (NT_SUCCESS(Status) && Done < Length) {
        ULONG Part = Length - Done < CHUNK ? Length - Done : CHUNK;

        Status = KeCopyFromCaller(Chunk, (PUCHAR)Buffer + Done, Part);
        if (NT_SUCCESS(Status)) {
            IoConsoleWrite(File->Kind, Chunk, Part);
            Done += Part;
        }
    }
    return IopEndTransfer(&Transfer, Status, Done);
}

/* A kernel message of a native program's: to the screen and the kernel's port. */
NTSTATUS NTAPI NtDisplayString(PUNICODE_STRING String)
{
    UNICODE_STRING Local;
    NTSTATUS Status = KeCopyFromCaller(&Local, String, sizeof(Local));

    for (ULONG Done = 0; NT_SUCCESS(Status) && Done < (Local.Length & ~1UL);) {
        ULONG Part = Local.Length - Done < CHUNK / 2 ? (Local.Length - Done) & ~1UL : CHUNK / 2;
        WCHAR Text[CHUNK / 4];
        CHAR Utf8[CHUNK];

        Status = KeCopyFromCaller(Text, (PUCHAR)Local.Buffer + Done, Part);
        if (NT_SUCCESS(Status)) {
            Utf8[RtlpUnicodeToUtf8(Utf8, sizeof(Utf8) - 1, Text, Part)] = 0;
            HalDisplayString(Utf8);
            Done += Part;
        }
    }
    return Status;
}
