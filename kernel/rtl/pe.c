/* SPDX-License-Identifier: MIT */
/* RtlpParseImage: each check stands on its own line with the status NT has for its failure. */
#include "pe.h"

#include "nt/memory.h"

#define RTLP_MAXIMUM_SECTIONS 96

static BOOLEAN RtlpIsPowerOfTwo(ULONG Value)
{
    return Value != 0 && (Value & (Value - 1)) == 0;
}

/* What a DOS program that is not PE is called. */
static NTSTATUS RtlpNotPeStatus(USHORT Signature)
{
    switch (Signature) {
    case IMAGE_OS2_SIGNATURE:
        return STATUS_INVALID_IMAGE_NE_FORMAT;
    case IMAGE_OS2_SIGNATURE_LE:
    case IMAGE_VXD_SIGNATURE_LX:
        return STATUS_INVALID_IMAGE_LE_FORMAT;
    default:
        return STATUS_INVALID_IMAGE_PROTECT; /* a plain DOS program */
    }
}

static NTSTATUS RtlpCheckOptionalHeader(const IMAGE_NT_HEADERS32 *Headers, ULONG FileBytes)
{
    const IMAGE_OPTIONAL_HEADER32 *Optional = &Headers->OptionalHeader;

    if (!RtlpIsPowerOfTwo(Optional->SectionAlignment) ||
        !RtlpIsPowerOfTwo(Optional->FileAlignment) || Optional->SectionAlignment < PAGE_SIZE ||
        Optional->FileAlignment > Optional->SectionAlignment) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    if (Optional->ImageBase & (MM_ALLOCATION_GRANULARITY - 1)) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    if (Optional->SizeOfImage == 0 || Optional->SizeOfImage > MM_HIGHEST_USER_ADDRESS) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    if (Optional->SizeOfHeaders == 0 || Optional->SizeOfHeaders > FileBytes ||
        Optional->SizeOfHeaders > Optional->SizeOfImage) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    if (Optional->AddressOfEntryPoint >= Optional->SizeOfImage) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    return STATUS_SUCCESS;
}

/* Sections must follow each other without a gap and have their data inside the file. */
static NTSTATUS RtlpCheckSections(const RTL_IMAGE *Image, ULONG FileBytes)
{
    const IMAGE_OPTIONAL_HEADER32 *Optional = &Image->Headers->OptionalHeader;
    ULONG Mask = Optional->SectionAlignment - 1;
    ULONG NextVa = (Optional->SizeOfHeaders + Mask) & ~Mask;

    for (ULONG i = 0; i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        ULONG Size = RtlpSectionSize(Section);

        if (Section->VirtualAddress != NextVa || Size == 0 || Size > MM_HIGHEST_USER_ADDRESS) {
            return STATUS_INVALID_IMAGE_FORMAT;
        }
        NextVa += (Size + Mask) & ~Mask;
        if (NextVa > MM_HIGHEST_USER_ADDRESS) {
            return STATUS_INVALID_IMAGE_FORMAT;
        }
        if (Section->SizeOfRawData != 0 && Section->PointerToRawData != 0 &&
            (Section->PointerToRawData > FileBytes ||
             Section->SizeOfRawData > FileBytes - Section->PointerToRawData)) {
            return STATUS_INVALID_IMAGE_FORMAT;
        }
    }
    return NextVa == ((Optional->SizeOfImage + Mask) & ~Mask) ? STATUS_SUCCESS
                                                              : STATUS_INVALID_IMAGE_FORMAT;
}

NTSTATUS RtlpParseImage(PRTL_IMAGE Image, const VOID *Base, ULONG Bytes)
{
    const IMAGE_DOS_HEADER *Dos = Base;
    const IMAGE_FILE_HEADER *File;
    const USHORT *Signature;
    ULONG HeaderBytes;
    NTSTATUS Status;

    if (Bytes == 0) {
        return STATUS_MAPPED_FILE_SIZE_ZERO;
    }
    if (Bytes < sizeof(*Dos) || Dos->e_magic != IMAGE_DOS_SIGNATURE) {
        return STATUS_INVALID_IMAGE_NOT_MZ;
    }
    if (Dos->e_lfanew <= 0 || (Dos->e_lfanew & 3) || (ULONG)Dos->e_lfanew > Bytes - 4 ||
        Bytes - Dos->e_lfanew < FIELD_OFFSET(IMAGE_NT_HEADERS32, OptionalHeader.DataDirectory)) {
        return STATUS_INVALID_IMAGE_PROTECT;
    }
    *Image = (RTL_IMAGE){
        .Base = Base,
        .Bytes = Bytes,
        .Headers = (const IMAGE_NT_HEADERS32 *)((const UCHAR *)Base + Dos->e_lfanew),
    };
    Signature = (const USHORT *)&Image->Headers->Signature;
    if (Image->Headers->Signature != IMAGE_NT_SIGNATURE) {
        return RtlpNotPeStatus(Signature[0]);
    }
    File = &Image->Headers->FileHeader;
    if (Image->Headers->OptionalHeader.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC) {
        return STATUS_INVALID_IMAGE_WIN_64;
    }
    if (File->Machine != IMAGE_FILE_MACHINE_I386 ||
        !(File->Characteristics & IMAGE_FILE_EXECUTABLE_IMAGE) ||
        Image->Headers->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR32_MAGIC ||
        File->NumberOfSections > RTLP_MAXIMUM_SECTIONS) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    HeaderBytes = Dos->e_lfanew + FIELD_OFFSET(IMAGE_NT_HEADERS32, OptionalHeader) +
                  File->SizeOfOptionalHeader;
    Image->NumberOfSections = File->NumberOfSections;
    Image->Sections = (const IMAGE_SECTION_HEADER *)((const UCHAR *)Base + HeaderBytes);
    HeaderBytes += File->NumberOfSections * sizeof(IMAGE_SECTION_HEADER);
    if (File->SizeOfOptionalHeader < FIELD_OFFSET(IMAGE_OPTIONAL_HEADER32, DataDirectory) ||
        HeaderBytes > Image->Headers->OptionalHeader.SizeOfHeaders) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    Status = RtlpCheckOptionalHeader(Image->Headers, Bytes);
    return NT_SUCCESS(Status) ? RtlpCheckSections(Image, Bytes) : Status;
}

VOID RtlpMappedImage(PRTL_IMAGE Image, const VOID *Base)
{
    const IMAGE_DOS_HEADER *Dos = Base;
    const IMAGE_NT_HEADERS32 *Headers =
        (const IMAGE_NT_HEADERS32 *)((const UCHAR *)Base + Dos->e_lfanew);

    *Image = (RTL_IMAGE){
        .Base = Base,
        .Bytes = Headers->OptionalHeader.SizeOfImage,
        .Mapped = TRUE,
        .Headers = Headers,
        .Sections = (const IMAGE_SECTION_HEADER *)((const UCHAR *)&Headers->OptionalHeader +
                                                   Headers->FileHeader.SizeOfOptionalHeader),
        .NumberOfSections = Headers->FileHeader.NumberOfSections,
    };
}

ULONG RtlpSectionSize(const IMAGE_SECTION_HEADER *Section)
{
    return Section->VirtualSize != 0 ? Section->VirtualSize : Section->SizeOfRawData;
}

/* Where Rva's byte is stored, and how many bytes follow it there. */
static const UCHAR *RtlpLocate(const RTL_IMAGE *Image, ULONG Rva, ULONG *Available)
{
    ULONG Limit = Image->Mapped ? Image->Bytes : Image->Headers->OptionalHeader.SizeOfHeaders;

    if (Rva < Limit) {
        *Available = Limit - Rva;
        return Image->Base + Rva;
    }
    for (ULONG i = 0; !Image->Mapped && i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        ULONG Offset = Rva - Section->VirtualAddress;

        if (Rva >= Section->VirtualAddress && Offset < Section->SizeOfRawData &&
            Section->PointerToRawData != 0) {
            *Available = Section->SizeOfRawData - Offset;
            return Image->Base + Section->PointerToRawData + Offset;
        }
    }
    *Available = 0;
    return NULL;
}

const VOID *RtlpImageData(const RTL_IMAGE *Image, ULONG Rva, ULONG Bytes)
{
    ULONG Available;
    const UCHAR *Data = RtlpLocate(Image, Rva, &Available);

    return Bytes <= Available ? Data : NULL;
}

PCSTR RtlpImageString(const RTL_IMAGE *Image, ULONG Rva)
{
    ULONG Available;
    const UCHAR *Data = RtlpLocate(Image, Rva, &Available);

    for (ULONG i = 0; i < Available; i++) {
        if (Data[i] == 0) {
            return (PCSTR)Data;
        }
    }
    return NULL;
}

IMAGE_DATA_DIRECTORY RtlpImageDirectory(const RTL_IMAGE *Image, ULONG Index)
{
    const IMAGE_OPTIONAL_HEADER32 *Optional = &Image->Headers->OptionalHeader;
    ULONG Room = (Image->Headers->FileHeader.SizeOfOptionalHeader -
                  FIELD_OFFSET(IMAGE_OPTIONAL_HEADER32, DataDirectory)) /
                 sizeof(IMAGE_DATA_DIRECTORY);

    if (Index < Optional->NumberOfRvaAndSizes && Index < Room) {
        return Optional->DataDirectory[Index];
    }
    return (IMAGE_DATA_DIRECTORY){0, 0};
}
