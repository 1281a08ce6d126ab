/* SPDX-License-Identifier: MIT */
/* The devices, and what names below them open. */
#include "ex/ex.h"
#include "io.h"
#include "nt/services.h"
#include "rtl/rtl.h"

typedef struct _DEVICE_OBJECT {
    BOOLEAN Console; /* or the boot modules */
} DEVICE_OBJECT, *PDEVICE_OBJECT;

static NTSTATUS IopParseDevice(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access,
                               PVOID *Opened);

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

static NTSTATUS IopOpenConsole(PCSTR Name, PVOID *Opened)
{
    static const struct {
        PCSTR Name;
        IO_FILE_KIND Kind;
    } Streams[] = {
        {"Input", IoConsoleInput}, {"Output", IoConsoleOutput}, {"Error", IoConsoleError}};

    for (ULONG i = 0; i < ARRAYSIZE(Streams); i++) {
        if (_stricmp(Streams[i].Name, Name) == 0) {
            return IopCreateFile(Streams[i].Kind, NULL, Opened);
        }
    }
    return STATUS_OBJECT_NAME_NOT_FOUND;
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

static NTSTATUS IopParseDevice(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access,
                               PVOID *Opened)
{
    PDEVICE_OBJECT Device = Object;
    CHAR Text[3 * BL_MAXIMUM_NAME];

    if (Name->Length >= BL_MAXIMUM_NAME * sizeof(WCHAR)) {
        return STATUS_OBJECT_NAME_NOT_FOUND; /* no module has such a name */
    }
    Text[RtlpUnicodeToUtf8(Text, sizeof(Text) - 1, Name->Buffer, Name->Length)] = 0;
    return Device->Console ? IopOpenConsole(Text, Opened) : IopOpenModule(Text, Access, Opened);
}

static NTSTATUS IopCreateDevice(PCSTR Name, BOOLEAN Console)
{
    PDEVICE_OBJECT Device;
    NTSTATUS Status = ObCreateObject(&IoDeviceObjectType, sizeof(*Device), (PVOID *)&Device);

    if (NT_SUCCESS(Status)) {
        Device->Console = Console;
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
    Status = IopCreateDevice("\\Device\\Ramdisk", FALSE);
    if (NT_SUCCESS(Status)) {
        Status = IopCreateDevice("\\Device\\Console", TRUE);
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

NTSTATUS IoOpenStandardHandles(PHANDLE Input, PHANDLE Output, PHANDLE Error)
{
    NTSTATUS Status = IopOpenStream(IoConsoleInput, GENERIC_READ, Input);

    if (NT_SUCCESS(Status)) {
        Status = IopOpenStream(IoConsoleOutput, GENERIC_WRITE, Output);
    }
    return NT_SUCCESS(Status) ? IopOpenStream(IoConsoleError, GENERIC_WRITE, Error) : Status;
}
