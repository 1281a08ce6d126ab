/* SPDX-License-Identifier: MIT */
/* RtlpFindExport: a name or an ordinal to an RVA, in an image that may be damaged. */
#include "pe.h"
#include "rtl.h"

/* Ordinal-table index of Name by binary search: the linker sorts the names. */
static NTSTATUS RtlpFindExportName(const RTL_IMAGE *Image, const IMAGE_EXPORT_DIRECTORY *Exports,
                                   PCSTR Name, ULONG *Index)
{
    ULONG Count = Exports->NumberOfNames;
    const ULONG *Names = NULL;
    const USHORT *Ordinals = NULL;
    ULONG Low = 0, High = Count;

    if (Count < 0x10000) {
        Names = RtlpImageData(Image, Exports->AddressOfNames, Count * sizeof(ULONG));
        Ordinals = RtlpImageData(Image, Exports->AddressOfNameOrdinals, Count * sizeof(USHORT));
    }
    if (Names == NULL || Ordinals == NULL) {
        return Count == 0 ? STATUS_ENTRYPOINT_NOT_FOUND : STATUS_INVALID_IMAGE_FORMAT;
    }
    while (Low < High) {
        ULONG Middle = (Low + High) / 2;
        PCSTR Candidate = RtlpImageString(Image, Names[Middle]);
        int Order;

        if (Candidate == NULL) {
            return STATUS_INVALID_IMAGE_FORMAT;
        }
        Order = strcmp(Name, Candidate);
        if (Order == 0) {
            *Index = Ordinals[Middle];
            return STATUS_SUCCESS;
        }
        if (Order < 0) {
            High = Middle;
        } else {
            Low = Middle + 1;
        }
    }
    return STATUS_ENTRYPOINT_NOT_FOUND;
}

NTSTATUS RtlpFindExport(const RTL_IMAGE *Image, PCSTR Name, ULONG Ordinal, RTL_EXPORT *Export)
{
    IMAGE_DATA_DIRECTORY Directory = RtlpImageDirectory(Image, IMAGE_DIRECTORY_ENTRY_EXPORT);
    NTSTATUS NotFound = Name != NULL ? STATUS_ENTRYPOINT_NOT_FOUND : STATUS_ORDINAL_NOT_FOUND;
    const IMAGE_EXPORT_DIRECTORY *Exports;
    const ULONG *Functions;
    ULONG Index;

    if (Directory.Size == 0) {
        return NotFound;
    }
    Exports = RtlpImageData(Image, Directory.VirtualAddress, sizeof(*Exports));
    if (Exports == NULL || Exports->NumberOfFunctions > 0x10000) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    Functions = RtlpImageData(Image, Exports->AddressOfFunctions,
                              Exports->NumberOfFunctions * sizeof(ULONG));
    if (Functions == NULL) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    if (Name != NULL) {
        NTSTATUS Status = RtlpFindExportName(Image, Exports, Name, &Index);

        if (!NT_SUCCESS(Status)) {
            return Status;
        }
    } else {
        Index = Ordinal - Exports->Base;
    }
    if (Index >= Exports->NumberOfFunctions || Functions[Index] == 0) {
        return NotFound;
    }
    Export->Rva = Functions[Index];
    Export->Forwarder = NULL;
    if (Export->Rva - Directory.VirtualAddress < Directory.Size) {
        /* An RVA inside the export directory is a string: where the function really is. */
        Export->Forwarder = RtlpImageString(Image, Export->Rva);
        return Export->Forwarder != NULL ? STATUS_SUCCESS : STATUS_INVALID_IMAGE_FORMAT;
    }
    return Export->Rva < Image->Headers->OptionalHeader.SizeOfImage ? STATUS_SUCCESS
                                                                    : STATUS_INVALID_IMAGE_FORMAT;
}
