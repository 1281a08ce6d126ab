/* SPDX-License-Identifier: MIT */
/* The devices, and what names below them open. */
#include "ex/ex.h"
#include "io.h"
#include "nt/services.h"
#include "rtl/rtl.h"

typedef NTSTATUS (*PIO_OPEN)(PCSTR Name, ACCESS_MASK Access, PVOID *Opened);

typedef struct _DEVICE_OBJECT {
    PIO_OPEN Open; /* what Name says, below the device */
} DEVICE_OBJECT, *PDEVICE_OBJECT;

static NTSTATUS IopParseDevice(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access,
                               PVOID *Opened);
static NTSTATUS IopParseFile(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access,
                             PVOID *Opened);
static VOID IopFileName(PVOID Object, PCHAR Text, ULONG Room);

OBJECT_TYPE IoDeviceObjectType = {
    .Name = "Device",
    .Tag = POOL_TAG('D', 'e', 'v', 'i'),
    .Pool = NonPagedPool,
    .WaitOffset = OB_NO_WAIT,
    .Parse = IopParseDevice,
};

OBJECT_TYPE IoFileObjectType = {
    .Name = "File",
    .Tag = POOL_TAG('F', 'i', 'l', 'e'),
    .Pool = NonPagedPool,
    .Mapping = {0x120089, 0x120116, 0x1200A0, FILE_ALL_ACCESS},
    .ValidAccess = FILE_ALL_ACCESS,
    .WaitOffset = FIELD_OFFSET(FILE_OBJECT, Event),
    .Parse = IopParseFile,
    .QueryName = IopFileName,
};

static const LOADER_BLOCK *IopLoader;

const LOADER_MODULE *IoEnumerateModules(ULONG Index)
{
    return Index < IopLoader->ModuleCount ? &IopLoader->Modules[Index] : NULL;
}

const LOADER_MODULE *IoFindModule(PCSTR Name)
{
    const LOADER_MODULE *Module;

    for (ULONG i = 0; (Module = IoEnumerateModules(i)) != NULL; i++) {
        if (_stricmp(Module->Name, Name) == 0) {
            return Module;
        }
    }
    return NULL;
}

static NTSTATUS IopCreateFile(IO_FILE_KIND Kind, const LOADER_MODULE *Module, PVOID *Opened)
{
    PFILE_OBJECT File;
    NTSTATUS Status = ObCreateObject(&IoFileObjectType, sizeof(*File), Opened);

    if (NT_SUCCESS(Status)) {
        File = *Opened;
        File->Kind = Kind;
        File->Module = Module;
        KeInitializeEvent(&File->Event, NotificationEvent, TRUE);
    }
    return Status;
}

#define RAMDISK "\\Device\\Ramdisk"
#define CONSOLE "\\Device\\Console"
#define NUL "\\Device\\Null"

static const PCSTR IopStreams[] = {
    [IoConsoleInput] = "Input", [IoConsoleOutput] = "Output", [IoConsoleError] = "Error"};

static VOID IopFileName(PVOID Object, PCHAR Text, ULONG Room)
{
    PFILE_OBJECT File = Object;

    switch (File->Kind) {
    case IoModuleFile:
        _snprintf(Text, Room, RAMDISK "\\%s", File->Module->Name);
        break;
    case IoModuleDirectory:
        _snprintf(Text, Room, RAMDISK);
        break;
    case IoNull:
        _snprintf(Text, Room, NUL);
        break;
    default:
        _snprintf(Text, Room, CONSOLE "\\%s", IopStreams[File->Kind]);
    }
}

static NTSTATUS IopOpenConsole(PCSTR Name, ACCESS_MASK Access, PVOID *Opened)
{
    (VOID) Access;
    for (ULONG i = IoConsoleInput; i < ARRAYSIZE(IopStreams); i++) {
        if (_stricmp(IopStreams[i], Name) == 0) {
            return IopCreateFile((IO_FILE_KIND)i, NULL, Opened);
        }
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS IopOpenNull(PCSTR Name, ACCESS_MASK Access, PVOID *Opened)
{
    (VOID) Access;
    return Name[0] == 0 ? IopCreateFile(IoNull, NULL, Opened) : STATUS_OBJECT_NAME_NOT_FOUND;
}

/* Modules lie in one directory, whose name is the device's own with a separator, or without. */
static NTSTATUS IopOpenModule(PCSTR Name, ACCESS_MASK Access, PVOID *Opened)
{
    const LOADER_MODULE *Module;

    if (Name[0] == 0) {
        return IopCreateFile(IoModuleDirectory, NULL, Opened);
    }
    Module = IoFindModule(Name);
    if (Module == NULL) {
        for (; *Name != 0; Name++) {
            if (*Name == '\\') {
                return STATUS_OBJECT_PATH_NOT_FOUND;
            }
        }
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if (Access & (FILE_WRITE_DATA | FILE_APPEND_DATA)) {
        return STATUS_ACCESS_DENIED;
    }
    return IopCreateFile(IoModuleFile, Module, Opened);
}

static NTSTATUS IopOpenBelow(PIO_OPEN Open, PCUNICODE_STRING Name, ACCESS_MASK Access,
                             PVOID *Opened)
{
    CHAR Text[3 * BL_MAXIMUM_NAME];

    if (Name->Length >= BL_MAXIMUM_NAME * sizeof(WCHAR)) {
        return STATUS_OBJECT_NAME_NOT_FOUND; /* no module has such a name */
    }
    Text[RtlpUnicodeToUtf8(Text, sizeof(Text) - 1, Name->Buffer, Name->Length)] = 0;
    return Open(Text, Access, Opened);
}

static NTSTATUS IopParseDevice(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access,
                               PVOID *Opened)
{
    return IopOpenBelow(((PDEVICE_OBJECT)Object)->Open, Name, Access, Opened);
}

/* A name below an open file: the directory has some. */
static NTSTATUS IopParseFile(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access, PVOID *Opened)
{
    return ((PFILE_OBJECT)Object)->Kind == IoModuleDirectory
               ? IopOpenBelow(IopOpenModule, Name, Access, Opened)
               : STATUS_OBJECT_PATH_NOT_FOUND;
}

static NTSTATUS IopCreateDevice(PCSTR Name, PIO_OPEN Open)
{
    PDEVICE_OBJECT Device;
    NTSTATUS Status = ObCreateObject(&IoDeviceObjectType, sizeof(*Device), (PVOID *)&Device);

    if (NT_SUCCESS(Status)) {
        Device->Open = Open;
        Status = ObNameObject(Device, Name);
    }
    return Status;
}

NTSTATUS IoInitialize(const LOADER_BLOCK *Loader)
{
    NTSTATUS Status;

    IopLoader = Loader;
    ObRegisterType(&IoDeviceObjectType);
    ObRegisterType(&IoFileObjectType);
    ObRegisterType(&IoSectionType);
    Status = IopCreateDevice(RAMDISK, IopOpenModule);
    if (NT_SUCCESS(Status)) {
        Status = IopCreateDevice(CONSOLE, IopOpenConsole);
    }
    if (NT_SUCCESS(Status)) {
        Status = IopCreateDevice(NUL, IopOpenNull);
    }
    if (NT_SUCCESS(Status)) {
        Status = ExCreateNamedEvent("\\BaseNamedObjects\\ConsoleBreak", SynchronizationEvent,
                                    &IoConsoleBreak);
    }
    return NT_SUCCESS(Status) ? ObCreateLink("\\SystemRoot", u"\\Device\\Ramdisk") : Status;
}

static NTSTATUS IopOpenStream(IO_FILE_KIND Kind, ACCESS_MASK Access, PHANDLE Handle)
{
    PVOID File;
    NTSTATUS Status = IopCreateFile(Kind, NULL, &File);

    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByPointer(File, OBJ_INHERIT, Access, Handle);
        ObDereferenceObject(File);
    }
    return Status;
}

NTSTATUS IoOpenModule(PCSTR Name, PHANDLE Handle)
{
    PVOID File;
    NTSTATUS Status =
        Name != NULL ? IopOpenModule(Name, GENERIC_READ, &File) : STATUS_OBJECT_NAME_NOT_FOUND;

    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByPointer(File, 0, GENERIC_READ, Handle);
        ObDereferenceObject(File);
    }
    return Status;
}

NTSTATUS IoOpenStandardHandles(PHANDLE Input, PHANDLE Output, PHANDLE Error)
{
    NTSTATUS Status = IopOpenStream(IoConsoleInput, GENERIC_READ, Input);

    if (NT_SUCCESS(Status)) {
        Status = IopOpenStream(IoConsoleOutput, GENERIC_WRITE, Output);
    }
    return NT_SUCCESS(Status) ? IopOpenStream(IoConsoleError, GENERIC_WRITE, Error) : Status;
}
