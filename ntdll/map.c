/* SPDX-License-Identifier: MIT */
/* Loading a DLL: open, section, view, imports; then its place in the initialisation order. */
#include "ldrp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

static NTSTATUS LdrpMapDll(PCSTR Name, PVOID *Base)
{
    CHAR Path[LDRP_MAXIMUM_NAME + 16];
    WCHAR Wide[LDRP_MAXIMUM_NAME + 16];
    UNICODE_STRING String = {.Buffer = Wide};
    OBJECT_ATTRIBUTES Attributes = {
        .Length = sizeof(Attributes),
        .ObjectName = &String,
        .Attributes = OBJ_CASE_INSENSITIVE,
    };
    IO_STATUS_BLOCK IoStatus;
    PVOID Pointer = NtCurrentTeb()->NtTib.ArbitraryUserPointer; /* the program's, maybe */
    HANDLE File, Section;
    ULONG ViewSize = 0;
    NTSTATUS Status;

    if (_snprintf(Path, sizeof(Path), "\\SystemRoot\\%s", Name) < 0) {
        return STATUS_DLL_NOT_FOUND;
    }
    String.Length =
        (USHORT)RtlpUtf8ToUnicode(Wide, sizeof(Wide) - sizeof(WCHAR), Path, (ULONG)strlen(Path));
    Wide[String.Length / sizeof(WCHAR)] = 0;
    String.MaximumLength = sizeof(Wide);
    Status = NtOpenFile(&File, FILE_EXECUTE | SYNCHRONIZE, &Attributes, &IoStatus, 0, 0);
    if (!NT_SUCCESS(Status)) {
        return STATUS_DLL_NOT_FOUND;
    }
    Status =
        NtCreateSection(&Section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_EXECUTE, SEC_IMAGE, File);
    NtClose(File);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    *Base = NULL;
    NtCurrentTeb()->NtTib.ArbitraryUserPointer = String.Buffer; /* a debugger finds the name so */
    Status = NtMapViewOfSection(Section, NtCurrentProcess(), Base, 0, 0, NULL, &ViewSize, ViewShare,
                                0, PAGE_EXECUTE);
    NtCurrentTeb()->NtTib.ArbitraryUserPointer = Pointer;
    NtClose(Section);
    if (Status == STATUS_IMAGE_NOT_AT_BASE) {
        NTSTATUS Moved = LdrpRelocateImage(*Base);

        if (!NT_SUCCESS(Moved)) {
            NtUnmapViewOfSection(NtCurrentProcess(), *Base);
        }
        return Moved;
    }
    return Status;
}

NTSTATUS LdrpLoadDll(PCSTR Name, PLDR_DATA_TABLE_ENTRY *Module)
{
    CHAR WithExtension[LDRP_MAXIMUM_NAME];
    PVOID Base;
    NTSTATUS Status;

    *Module = LdrpFindModule(Name);
    if (*Module != NULL) {
        return STATUS_SUCCESS;
    }
    Status = LdrpMapDll(Name, &Base);
    if (Status == STATUS_DLL_NOT_FOUND) {
        /* A forwarder's name has no extension. */
        _snprintf(WithExtension, sizeof(WithExtension) - 1, "%s.dll", Name);
        WithExtension[sizeof(WithExtension) - 1] = 0;
        Name = WithExtension;
        Status = LdrpMapDll(Name, &Base);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    *Module = LdrpAddModule(Base, Name, LDRP_IMAGE_DLL);
    if (*Module == NULL) {
        return STATUS_NO_MEMORY;
    }
    /* Known before its imports are snapped: two DLLs may import each other. */
    Status = LdrpSnapModule(*Module);
    if (NT_SUCCESS(Status)) {
        PPEB_LDR_DATA Ldr = NtCurrentTeb()->ProcessEnvironmentBlock->Ldr;

        InsertTailList(&Ldr->InInitializationOrderModuleList,
                       &(*Module)->InInitializationOrderLinks);
    }
    return Status;
}
