/* SPDX-License-Identifier: MIT */
/* Files: NtOpenFile on the boot modules, the standard handles, NtClose. */
#include "io.h"
#include "nt/services.h"
#include "rtl/rtl.h"

#define SYSTEM_ROOT "\\SystemRoot\\"

OBJECT_TYPE IoFileObjectType = {"File", NULL};

static const LOADER_BLOCK *IopLoader;

VOID IoInitialize(const LOADER_BLOCK *Loader)
{
    IopLoader = Loader;
}

const LOADER_MODULE *IoFindModule(PCSTR Name)
{
    for (ULONG i = 0; i < IopLoader->ModuleCount; i++) {
        if (_stricmp(IopLoader->Modules[i].Name, Name) == 0) {
            return &IopLoader->Modules[i];
        }
    }
    return NULL;
}

static NTSTATUS IopCreateFile(IO_FILE_KIND Kind, const LOADER_MODULE *Module, PHANDLE Handle)
{
    PFILE_OBJECT File = ObCreateObject(&IoFileObjectType, sizeof(*File));
    NTSTATUS Status;

    if (File == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    File->Kind = Kind;
    File->Module = Module;
    Status = ObInsertObject(ObCurrentTable(), File, Handle);
    if (!NT_SUCCESS(Status)) {
        ObDereferenceObject(File);
    }
    return Status;
}

NTSTATUS IoOpenStandardHandles(PHANDLE Input, PHANDLE Output, PHANDLE Error)
{
    NTSTATUS Status = IopCreateFile(IoConsoleInput, NULL, Input);

    if (NT_SUCCESS(Status)) {
        Status = IopCreateFile(IoConsoleOutput, NULL, Output);
    }
    return NT_SUCCESS(Status) ? IopCreateFile(IoConsoleError, NULL, Error) : Status;
}

/* Copies an object name out of ring 3, as UTF-8. Name has room for a path of a module. */
static NTSTATUS IopCaptureName(POBJECT_ATTRIBUTES Attributes, PCHAR Name, ULONG Room)
{
    OBJECT_ATTRIBUTES Local;
    UNICODE_STRING String;
    WCHAR Text[sizeof(SYSTEM_ROOT) + BL_MAXIMUM_NAME];
    NTSTATUS Status = KeCopyFromCaller(&Local, Attributes, sizeof(Local));

    if (NT_SUCCESS(Status) && (Local.Length != sizeof(Local) || Local.ObjectName == NULL)) {
        return STATUS_INVALID_PARAMETER;
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&String, Local.ObjectName, sizeof(String));
    }
    if (NT_SUCCESS(Status) && String.Length > sizeof(Text)) {
        return STATUS_OBJECT_NAME_NOT_FOUND; /* no module has such a name */
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(Text, String.Buffer, String.Length);
    }
    if (NT_SUCCESS(Status)) {
        ULONG Bytes = RtlpUnicodeToUtf8(Name, Room - 1, Text, String.Length);

        Name[Bytes] = 0;
        Status = strlen(Name) == Bytes ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
    }
    return Status;
}

/*
 * Opens \SystemRoot\name for reading. Access, sharing and options beyond that are not looked at:
 * nothing can be written. STATUS_OBJECT_NAME_NOT_FOUND; STATUS_OBJECT_PATH_SYNTAX_BAD.
 */
NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ULONG DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                          ULONG ShareAccess, ULONG OpenOptions)
{
    CHAR Name[2 * (sizeof(SYSTEM_ROOT) + BL_MAXIMUM_NAME)];
    IO_STATUS_BLOCK Result = {STATUS_SUCCESS, 1}; /* FILE_OPENED */
    const LOADER_MODULE *Module;
    CHAR Root[sizeof(SYSTEM_ROOT)];
    HANDLE Handle;
    NTSTATUS Status = KeProbeForWrite(FileHandle, sizeof(*FileHandle));

    (VOID) DesiredAccess;
    (VOID) ShareAccess;
    (VOID) OpenOptions;
    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(IoStatusBlock, sizeof(*IoStatusBlock));
    }
    if (NT_SUCCESS(Status)) {
        Status = IopCaptureName(ObjectAttributes, Name, sizeof(Name));
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Name[0] != '\\') {
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    }
    _snprintf(Root, sizeof(Root), "%.*s", (int)sizeof(SYSTEM_ROOT) - 1, Name);
    Module = _stricmp(Root, SYSTEM_ROOT) == 0 ? IoFindModule(Name + sizeof(SYSTEM_ROOT) - 1) : NULL;
    if (Module == NULL) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    Status = IopCreateFile(IoModuleFile, Module, &Handle);
    if (NT_SUCCESS(Status)) {
        Status = KeCopyToCaller(FileHandle, &Handle, sizeof(Handle));
    }
    return NT_SUCCESS(Status) ? KeCopyToCaller(IoStatusBlock, &Result, sizeof(Result)) : Status;
}

/*
 * STATUS_INVALID_HANDLE for what is not, or no longer, a handle; raised, where somebody wants to
 * see the mistake at its place (the global flag 400000, a debugger).
 */
NTSTATUS NTAPI NtClose(HANDLE Handle)
{
    PHANDLE_TABLE Table = ObCurrentTable();
    NTSTATUS Status = ObCloseHandle(Table, Handle);
    BOOLEAN Raise =
        NtGlobalFlag & FLG_ENABLE_CLOSE_EXCEPTIONS || Table->RaiseUMExceptionOnInvalidHandleClose;

    return !NT_SUCCESS(Status) && Raise && KeGetPreviousMode() == UserMode
               ? KeRaiseUserException(Status)
               : Status;
}
