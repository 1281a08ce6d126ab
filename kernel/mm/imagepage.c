/* SPDX-License-Identifier: MIT */
/* The pages of an image: which bytes of the file each has, and what may be done with it. */
#include "mi.h"
#include "rtl/rtl.h"

const VOID *MmModuleBytes(const LOADER_MODULE *Module)
{
    return (const VOID *)(MM_SYSTEM_RANGE_START + Module->PhysicalBase);
}

/* What of the file's range [Rva, Rva + Bytes) falls on the page that begins at PageRva. */
static VOID MiCopyPart(PUCHAR Page, ULONG PageRva, ULONG Rva, const UCHAR *Source, ULONG Bytes)
{
    ULONG From = Rva > PageRva ? Rva : PageRva;
    ULONG End = Rva + Bytes < PageRva + PAGE_SIZE ? Rva + Bytes : PageRva + PAGE_SIZE;

    if (From < End) {
        memcpy(Page + (From - PageRva), Source + (From - Rva), End - From);
    }
}

VOID MiFillImagePage(PSEGMENT Segment, ULONG Page, PVOID Bytes)
{
    const RTL_IMAGE *Image = &Segment->Image;
    ULONG PageRva = Page << PAGE_SHIFT;

    MiCopyPart(Bytes, PageRva, 0, Image->Base, Image->Headers->OptionalHeader.SizeOfHeaders);
    for (ULONG i = 0; i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        ULONG Size = ROUND_TO_PAGES(RtlpSectionSize(Section));

        if (Section->PointerToRawData != 0) {
            MiCopyPart(Bytes, PageRva, Section->VirtualAddress,
                       Image->Base + Section->PointerToRawData,
                       Size < Section->SizeOfRawData ? Size : Section->SizeOfRawData);
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

/* Headers, and what lies between sections, are read-only. */
VOID MiProtectImagePrototypes(PSEGMENT Segment)
{
    const RTL_IMAGE *Image = &Segment->Image;

    for (ULONG i = 0; i < Segment->Pages; i++) {
        Segment->Prototype[i] = MM_READONLY << MI_PTE_PROTECTION_SHIFT;
    }
    for (ULONG i = 0; i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        ULONG Start = Section->VirtualAddress, Size = RtlpSectionSize(Section);

        for (ULONG Rva = Start; Rva < Start + Size; Rva += PAGE_SIZE) {
            Segment->Prototype[Rva >> PAGE_SHIFT] = MiSectionProtection(Section->Characteristics)
                                                    << MI_PTE_PROTECTION_SHIFT;
        }
    }
}
