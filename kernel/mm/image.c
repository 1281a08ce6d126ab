/* SPDX-License-Identifier: MIT */
/*
 * MmMapImage: a PE file becomes pages. The pages are filled and relocated through the kernel's
 * own view of their frames, and only then get the protection of their section.
 */
#include "mi.h"
#include "rtl/rtl.h"

typedef struct _MI_IMAGE_MAPPING {
    const RTL_IMAGE *Image;
    ULONG Base;
    ULONG Delta;
} MI_IMAGE_MAPPING;

/* The kernel's address of a byte of the image; its page is resident. */
static PUCHAR MiImageByte(ULONG Address)
{
    return (PUCHAR)MiFrameAddress(MI_PTE_FRAME(MiReadPte(Address))) + (Address & (PAGE_SIZE - 1));
}

/* An address in the image may straddle two pages, which need not be neighbours. */
static VOID MiRelocateDword(PVOID Context, ULONG Rva)
{
    const MI_IMAGE_MAPPING *Mapping = Context;
    ULONG Value = 0;

    for (ULONG i = 0; i < sizeof(Value); i++) {
        Value |= (ULONG)*MiImageByte(Mapping->Base + Rva + i) << 8 * i;
    }
    Value += Mapping->Delta;
    for (ULONG i = 0; i < sizeof(Value); i++) {
        *MiImageByte(Mapping->Base + Rva + i) = (UCHAR)(Value >> 8 * i);
    }
}

static VOID MiCopyIntoImage(ULONG Address, const UCHAR *Source, ULONG Bytes)
{
    while (Bytes != 0) {
        ULONG Room = PAGE_SIZE - (Address & (PAGE_SIZE - 1));
        ULONG Part = Bytes < Room ? Bytes : Room;

        memcpy(MiImageByte(Address), Source, Part);
        Address += Part;
        Source += Part;
        Bytes -= Part;
    }
}

static VOID MiFillImage(const MI_IMAGE_MAPPING *Mapping)
{
    const RTL_IMAGE *Image = Mapping->Image;

    MiCopyIntoImage(Mapping->Base, Image->Base, Image->Headers->OptionalHeader.SizeOfHeaders);
    for (ULONG i = 0; i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        ULONG Bytes = ROUND_TO_PAGES(RtlpSectionSize(Section));

        if (Section->PointerToRawData != 0) {
            MiCopyIntoImage(Mapping->Base + Section->VirtualAddress,
                            Image->Base + Section->PointerToRawData,
                            Bytes < Section->SizeOfRawData ? Bytes : Section->SizeOfRawData);
        }
    }
}

static ULONG MiSectionProtection(ULONG Characteristics)
{
    static const UCHAR Protections[] = {/* by write, read, execute */
                                        MM_NOACCESS,     MM_EXECUTE,          MM_READONLY,
                                        MM_EXECUTE_READ, MM_WRITECOPY,        MM_EXECUTE_WRITECOPY,
                                        MM_WRITECOPY,    MM_EXECUTE_WRITECOPY};

    return Protections[(Characteristics & IMAGE_SCN_MEM_EXECUTE ? 1 : 0) |
                       (Characteristics & IMAGE_SCN_MEM_READ ? 2 : 0) |
                       (Characteristics & IMAGE_SCN_MEM_WRITE ? 4 : 0)];
}

static VOID MiProtectImage(const MI_IMAGE_MAPPING *Mapping, ULONG ImageEnd)
{
    const RTL_IMAGE *Image = Mapping->Image;

    for (ULONG Va = Mapping->Base; Va < ImageEnd; Va += PAGE_SIZE) {
        MiProtectPage(Va, MM_READONLY); /* headers, and what lies between sections */
    }
    for (ULONG i = 0; i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        ULONG Start = Mapping->Base + Section->VirtualAddress;

        for (ULONG Va = Start; Va < Start + RtlpSectionSize(Section); Va += PAGE_SIZE) {
            MiProtectPage(Va, MiSectionProtection(Section->Characteristics));
        }
    }
}

/* The image's own base if it is free, else any place; NT_SUCCESS tells which. */
static NTSTATUS MiChooseImageBase(const RTL_IMAGE *Image, ULONG Size, PULONG Base)
{
    NTSTATUS Status;

    if (Size > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_NO_MEMORY;
    }
    *Base = Image->Headers->OptionalHeader.ImageBase;
    if (*Base >= MM_LOWEST_USER_ADDRESS && *Base <= MM_HIGHEST_VAD_ADDRESS + 1 - Size &&
        MiIsRangeFree(*Base, *Base + Size - 1)) {
        return STATUS_SUCCESS;
    }
    if ((Image->Headers->FileHeader.Characteristics & IMAGE_FILE_RELOCS_STRIPPED) ||
        RtlpImageDirectory(Image, IMAGE_DIRECTORY_ENTRY_BASERELOC).Size == 0) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    Status = MiFindFreeRange(Size, FALSE, MM_HIGHEST_VAD_ADDRESS, Base);
    return NT_SUCCESS(Status) ? STATUS_IMAGE_NOT_AT_BASE : Status;
}

static NTSTATUS MiBuildImage(MI_IMAGE_MAPPING *Mapping, ULONG Size)
{
    NTSTATUS Status = MiCommitRange(Mapping->Base, Mapping->Base + Size, MM_READWRITE);

    for (ULONG Va = Mapping->Base; NT_SUCCESS(Status) && Va < Mapping->Base + Size;
         Va += PAGE_SIZE) {
        ULONG Frame;

        Status = MiMakeResident(Va, &Frame);
    }
    if (NT_SUCCESS(Status)) {
        MiFillImage(Mapping);
        Mapping->Delta = Mapping->Base - Mapping->Image->Headers->OptionalHeader.ImageBase;
        if (Mapping->Delta != 0) {
            Status = RtlpWalkRelocations(Mapping->Image, MiRelocateDword, Mapping);
        }
    }
    if (NT_SUCCESS(Status)) {
        MiProtectImage(Mapping, Mapping->Base + Size);
    }
    return Status;
}

const VOID *MmModuleBytes(const LOADER_MODULE *Module)
{
    return (const VOID *)(MM_SYSTEM_RANGE_START + Module->PhysicalBase);
}

NTSTATUS MmMapImage(const LOADER_MODULE *File, MM_IMAGE *Result)
{
    RTL_IMAGE Image;
    MI_IMAGE_MAPPING Mapping = {.Image = &Image};
    const IMAGE_OPTIONAL_HEADER32 *Optional;
    NTSTATUS Placed, Status = RtlpParseImage(&Image, MmModuleBytes(File), File->Bytes);
    ULONG Size, Mask;

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Optional = &Image.Headers->OptionalHeader;
    Mask = Optional->SectionAlignment - 1;
    Size = (Optional->SizeOfImage + Mask) & ~Mask;
    Placed = MiChooseImageBase(&Image, Size, &Mapping.Base);
    if (!NT_SUCCESS(Placed)) {
        return Placed;
    }
    Status = MiCreateVad(Mapping.Base, Mapping.Base + Size - 1, MiVadImage, MM_EXECUTE_WRITECOPY);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MiBuildImage(&Mapping, Size);
    if (!NT_SUCCESS(Status)) {
        MiDecommitRange(Mapping.Base, Mapping.Base + Size);
        MiDeleteVad(MiFindVad(Mapping.Base));
        return Status;
    }
    *Result = (MM_IMAGE){
        .Base = Mapping.Base,
        .SizeOfImage = Optional->SizeOfImage,
        .EntryPoint =
            Optional->AddressOfEntryPoint != 0 ? Mapping.Base + Optional->AddressOfEntryPoint : 0,
        .StackReserve = Optional->SizeOfStackReserve,
        .StackCommit = Optional->SizeOfStackCommit,
        .Subsystem = Optional->Subsystem,
        .SubsystemMajor = Optional->MajorSubsystemVersion,
        .SubsystemMinor = Optional->MinorSubsystemVersion,
    };
    KeRecordImage(File->Name, Mapping.Base, Optional->SizeOfImage,
                  Image.Headers->FileHeader.TimeDateStamp);
    return Placed;
}
