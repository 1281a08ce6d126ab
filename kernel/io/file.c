/* SPDX-License-Identifier: MIT */
/* Opening files, and asking about them. */
#include "io.h"
#include "nt/services.h"
#include "rtl/rtl.h"

/*
 * Opens a file or directory of \SystemRoot, or a stream of the console. Sharing is not looked at:
 * nothing can be written. STATUS_OBJECT_NAME_NOT_FOUND, OBJECT_PATH_NOT_FOUND,
 * OBJECT_PATH_SYNTAX_BAD; STATUS_ACCESS_DENIED for writing; FILE_IS_A_DIRECTORY, NOT_A_DIRECTORY.
 */
NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                          ULONG ShareAccess, ULONG OpenOptions)
{
    IO_STATUS_BLOCK Result = {STATUS_SUCCESS, FILE_OPENED};
    PFILE_OBJECT File;
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(FileHandle, sizeof(*FileHandle));

    (VOID) ShareAccess;
    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(IoStatusBlock, sizeof(*IoStatusBlock));
    }
    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByName(ObjectAttributes, &IoFileObjectType, DesiredAccess, &Handle);
    }
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(Handle, 0, &IoFileObjectType, (PVOID *)&File);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (OpenOptions & FILE_DIRECTORY_FILE && File->Kind != IoModuleDirectory) {
        Status = STATUS_NOT_A_DIRECTORY;
    } else if (OpenOptions & FILE_NON_DIRECTORY_FILE && File->Kind == IoModuleDirectory) {
        Status = STATUS_FILE_IS_A_DIRECTORY;
    }
    ObDereferenceObject(File);
    if (!NT_SUCCESS(Status)) {
        ObCloseHandle(ObCurrentTable(), Handle);
        return Status;
    }
    Status = KeReturnHandle(FileHandle, Handle, STATUS_SUCCESS);
    return NT_SUCCESS(Status) ? KeCopyToCaller(IoStatusBlock, &Result, sizeof(Result)) : Status;
}

/*
 * NtOpenFile with a disposition: FILE_OPEN and FILE_OPEN_IF open what is there; no file can be
 * made, STATUS_ACCESS_DENIED (media that cannot be written).
 */
NTSTATUS NTAPI NtCreateFile(PHANDLE FileHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                            PLARGE_INTEGER AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
                            ULONG CreateDisposition, ULONG CreateOptions, PVOID EaBuffer,
                            ULONG EaLength)
{
    (VOID) AllocationSize;
    (VOID) FileAttributes;
    (VOID) EaBuffer;
    (VOID) EaLength;
    if (CreateDisposition > FILE_OVERWRITE_IF) {
        return STATUS_INVALID_PARAMETER;
    }
    if (CreateDisposition != FILE_OPEN && CreateDisposition != FILE_OPEN_IF) {
        return STATUS_ACCESS_DENIED;
    }
    return NtOpenFile(FileHandle, DesiredAccess, ObjectAttributes, IoStatusBlock, ShareAccess,
                      CreateOptions);
}

/* FileStandardInformation. STATUS_INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH. */
NTSTATUS NTAPI NtQueryInformationFile(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock,
                                      PVOID Information, ULONG Length, ULONG Class)
{
    FILE_STANDARD_INFORMATION Standard = {.NumberOfLinks = 1};
    IO_STATUS_BLOCK Result = {STATUS_SUCCESS, sizeof(Standard)};
    PFILE_OBJECT File;
    NTSTATUS Status;

    if (Class != FileStandardInformation) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length < sizeof(Standard)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = ObReferenceObjectByHandle(FileHandle, 0, &IoFileObjectType, (PVOID *)&File);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Standard.Directory = File->Kind == IoModuleDirectory;
    if (File->Kind == IoModuleFile) {
        Standard.EndOfFile.QuadPart = File->Module->Bytes;
        Standard.AllocationSize.QuadPart = ROUND_TO_PAGES(File->Module->Bytes);
    }
    ObDereferenceObject(File);
    Status = KeCopyToCaller(Information, &Standard, sizeof(Standard));
    return NT_SUCCESS(Status) ? KeCopyToCaller(IoStatusBlock, &Result, sizeof(Result)) : Status;
}

/*
 * FileDirectoryInformation, one entry a call (ReturnSingleEntry must be TRUE). FileName, a pattern,
 * must be NULL: all. STATUS_NO_MORE_FILES at the end; STATUS_BUFFER_OVERFLOW: the name is cut.
 */
NTSTATUS NTAPI NtQueryDirectoryFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine,
                                    PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                    PVOID Information, ULONG Length, ULONG Class,
                                    BOOLEAN ReturnSingleEntry, PUNICODE_STRING FileName,
                                    BOOLEAN RestartScan)
{
    struct {
        FILE_DIRECTORY_INFORMATION Fixed;
        WCHAR Name[BL_MAXIMUM_NAME];
    } Answer = {{0}, {0}};
    IO_STATUS_BLOCK Result = {STATUS_SUCCESS, 0};
    ULONG NameOffset = FIELD_OFFSET(FILE_DIRECTORY_INFORMATION, FileName);
    const LOADER_MODULE *Module;
    PFILE_OBJECT File;
    NTSTATUS Status;

    (VOID) ApcRoutine;
    (VOID) ApcContext;
    if (Class != FileDirectoryInformation) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Event != NULL || !ReturnSingleEntry || FileName != NULL) {
        return STATUS_NOT_IMPLEMENTED;
    }
    if (Length < sizeof(FILE_DIRECTORY_INFORMATION)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status =
        ObReferenceObjectByHandle(FileHandle, FILE_READ_DATA, &IoFileObjectType, (PVOID *)&File);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (File->Kind != IoModuleDirectory) {
        ObDereferenceObject(File);
        return STATUS_INVALID_PARAMETER;
    }
    Module = IoEnumerateModules(RestartScan ? 0 : File->Position);
    if (Module != NULL) {
        File->Position = (RestartScan ? 0 : File->Position) + 1;
        Answer.Fixed.EndOfFile.QuadPart = Module->Bytes;
        Answer.Fixed.AllocationSize.QuadPart = ROUND_TO_PAGES(Module->Bytes);
        Answer.Fixed.FileAttributes = FILE_ATTRIBUTE_READONLY;
        Answer.Fixed.FileNameLength = RtlpUtf8ToUnicode(Answer.Fixed.FileName, sizeof(Answer.Name),
                                                        Module->Name, (ULONG)strlen(Module->Name));
        Result.Information = NameOffset + Answer.Fixed.FileNameLength;
        if (Result.Information > Length) {
            Result.Information = Length;
            Result.Status = STATUS_BUFFER_OVERFLOW;
        }
    } else {
        Result.Status = STATUS_NO_MORE_FILES;
    }
    ObDereferenceObject(File);
    Status = KeCopyToCaller(Information, &Answer, Result.Information);
    if (NT_SUCCESS(Status)) {
        Status = KeCopyToCaller(IoStatusBlock, &Result, sizeof(Result));
    }
    return NT_SUCCESS(Status) ? Result.Status : Status;
}

/* IOCTL_MICA_CONSOLE_MODE to the console's input, its only one. INVALID_DEVICE_REQUEST else. */
NTSTATUS NTAPI NtDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine,
                                     PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                     ULONG IoControlCode, PVOID InputBuffer,
                                     ULONG InputBufferLength, PVOID OutputBuffer,
                                     ULONG OutputBufferLength)
{
    IO_STATUS_BLOCK Result = {STATUS_SUCCESS, 0};
    PFILE_OBJECT File;
    ULONG Mode;
    NTSTATUS Status =
        ObReferenceObjectByHandle(FileHandle, FILE_READ_DATA, &IoFileObjectType, (PVOID *)&File);

    (VOID) Event;
    (VOID) ApcRoutine;
    (VOID) ApcContext;
    (VOID) OutputBuffer;
    (VOID) OutputBufferLength;
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (File->Kind != IoConsoleInput || IoControlCode != IOCTL_MICA_CONSOLE_MODE ||
        InputBufferLength != sizeof(Mode)) {
        Status = STATUS_INVALID_DEVICE_REQUEST;
    }
    ObDereferenceObject(File);
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Mode, InputBuffer, sizeof(Mode));
    }
    if (NT_SUCCESS(Status)) {
        IoSetConsoleMode(Mode);
        Status = KeCopyToCaller(IoStatusBlock, &Result, sizeof(Result));
    }
    return Status;
}
