/* SPDX-License-Identifier: MIT */
/* Snapping: each entry of an import address table becomes the address of what it names. */
#include "ldrp.h"

/* What a person has to know to mend it, on the kernel's messages; NT shows a box. */
static NTSTATUS LdrpReportMissing(PLDR_DATA_TABLE_ENTRY Importer, PCSTR Dll, PCSTR Name,
                                  ULONG Ordinal, NTSTATUS Status)
{
    CHAR Text[LDRP_MAXIMUM_NAME];
    PCSTR StatusName = RtlpStatusName(Status);

    DbgPrint("ntdll: %s: ", LdrpModuleName(Importer, Text));
    if (Status == STATUS_ENTRYPOINT_NOT_FOUND && Name != NULL) {
        DbgPrint("entry point %s was not found in %s", Name, Dll);
    } else if (Status == STATUS_ORDINAL_NOT_FOUND) {
        DbgPrint("ordinal %lu was not found in %s", Ordinal, Dll);
    } else if (Status == STATUS_DLL_NOT_FOUND) {
        DbgPrint("DLL %s was not found", Dll);
    } else {
        DbgPrint("%s%s%s cannot be bound", Dll, Name != NULL ? "!" : "", Name != NULL ? Name : "");
    }
    DbgPrint(" (%08lX %s)\n", Status, StatusName != NULL ? StatusName : "");
    return Status;
}

static NTSTATUS LdrpSnapThunk(const RTL_IMAGE *Image, PLDR_DATA_TABLE_ENTRY Importer,
                              PLDR_DATA_TABLE_ENTRY Exporter, PCSTR Dll, ULONG Lookup, PULONG Thunk)
{
    ULONG Ordinal = Lookup & 0xFFFF;
    PCSTR Name = NULL;
    PVOID Address;
    NTSTATUS Status;

    if (!(Lookup & IMAGE_ORDINAL_FLAG32)) {
        Name = RtlpImageString(Image, Lookup + sizeof(USHORT)); /* behind the hint */
        if (Name == NULL) {
            return LdrpReportMissing(Importer, Dll, NULL, 0, STATUS_INVALID_IMAGE_FORMAT);
        }
    }
    Status = LdrpGetProcedureAddress(Exporter->DllBase, Name, Ordinal, 0, &Address);
    if (!NT_SUCCESS(Status)) {
        return LdrpReportMissing(Importer, Dll, Name, Ordinal, Status);
    }
    *Thunk = (ULONG)Address;
    return STATUS_SUCCESS;
}

/* The table may lie in a read-only section: it is made writable for as long as this takes. */
static NTSTATUS LdrpSnapTable(const RTL_IMAGE *Image, PLDR_DATA_TABLE_ENTRY Importer,
                              PLDR_DATA_TABLE_ENTRY Exporter, PCSTR Dll,
                              const IMAGE_IMPORT_DESCRIPTOR *Descriptor)
{
    ULONG LookupRva = Descriptor->OriginalFirstThunk != 0 ? Descriptor->OriginalFirstThunk
                                                          : Descriptor->FirstThunk;
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG Offset = 0; NT_SUCCESS(Status); Offset += sizeof(ULONG)) {
        const ULONG *Lookup = RtlpImageData(Image, LookupRva + Offset, sizeof(ULONG));
        PULONG Thunk = (PULONG)RtlpImageData(Image, Descriptor->FirstThunk + Offset, sizeof(ULONG));
        PVOID Page = Thunk;
        ULONG Bytes = sizeof(ULONG), OldProtect, Unused;

        if (Lookup == NULL || Thunk == NULL) {
            return LdrpReportMissing(Importer, Dll, NULL, 0, STATUS_INVALID_IMAGE_FORMAT);
        }
        if (*Lookup == 0) {
            break;
        }
        Status =
            NtProtectVirtualMemory(NtCurrentProcess(), &Page, &Bytes, PAGE_READWRITE, &OldProtect);
        if (NT_SUCCESS(Status)) {
            Status = LdrpSnapThunk(Image, Importer, Exporter, Dll, *Lookup, Thunk);
            NtProtectVirtualMemory(NtCurrentProcess(), &Page, &Bytes,
                                   OldProtect == PAGE_WRITECOPY ? PAGE_READWRITE : OldProtect,
                                   &Unused);
        }
    }
    return Status;
}

NTSTATUS LdrpSnapModule(PLDR_DATA_TABLE_ENTRY Module)
{
    IMAGE_DATA_DIRECTORY Directory;
    RTL_IMAGE Image;

    RtlpMappedImage(&Image, Module->DllBase);
    Directory = RtlpImageDirectory(&Image, IMAGE_DIRECTORY_ENTRY_IMPORT);
    for (ULONG Offset = 0; Directory.Size != 0; Offset += sizeof(IMAGE_IMPORT_DESCRIPTOR)) {
        const IMAGE_IMPORT_DESCRIPTOR *Descriptor =
            RtlpImageData(&Image, Directory.VirtualAddress + Offset, sizeof(*Descriptor));
        PLDR_DATA_TABLE_ENTRY Exporter;
        NTSTATUS Status;
        PCSTR Dll;

        if (Descriptor == NULL) {
            return LdrpReportMissing(Module, "imports", NULL, 0, STATUS_INVALID_IMAGE_FORMAT);
        }
        if (Descriptor->Name == 0 || Descriptor->FirstThunk == 0) {
            break;
        }
        Dll = RtlpImageString(&Image, Descriptor->Name);
        if (Dll == NULL) {
            return LdrpReportMissing(Module, "imports", NULL, 0, STATUS_INVALID_IMAGE_FORMAT);
        }
        Status = LdrpLoadDll(Dll, &Exporter);
        if (!NT_SUCCESS(Status)) {
            return LdrpReportMissing(Module, Dll, NULL, 0, Status);
        }
        Status = LdrpSnapTable(&Image, Module, Exporter, Dll, Descriptor);
        if (!NT_SUCCESS(Status)) {
            return Status;
        }
    }
    return STATUS_SUCCESS;
}
