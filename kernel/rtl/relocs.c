/* SPDX-License-Identifier: MIT */
/* RtlpWalkRelocations: the base relocation blocks of an image, checked block by block. */
#include "pe.h"

/* A block's entries are only passed on when all of them are right. */
static BOOLEAN RtlpCheckBlock(const RTL_IMAGE *Image, ULONG PageRva, const USHORT *Entries,
                              ULONG Count)
{
    for (ULONG i = 0; i < Count; i++) {
        ULONG Type = Entries[i] >> 12;
        ULONG Rva = PageRva + (Entries[i] & 0xFFF);

        if (Type == IMAGE_REL_BASED_ABSOLUTE) {
            continue; /* padding */
        }
        if (Type != IMAGE_REL_BASED_HIGHLOW || Rva < PageRva ||
            Rva > Image->Headers->OptionalHeader.SizeOfImage - sizeof(ULONG)) {
            return FALSE;
        }
    }
    return TRUE;
}

NTSTATUS RtlpWalkRelocations(const RTL_IMAGE *Image, PRTL_RELOCATE Relocate, PVOID Context)
{
    IMAGE_DATA_DIRECTORY Directory = RtlpImageDirectory(Image, IMAGE_DIRECTORY_ENTRY_BASERELOC);
    ULONG Offset = 0;

    if (Directory.Size == 0 ||
        (Image->Headers->FileHeader.Characteristics & IMAGE_FILE_RELOCS_STRIPPED)) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    while (Offset < Directory.Size) {
        ULONG Rva = Directory.VirtualAddress + Offset;
        const IMAGE_BASE_RELOCATION *Block = RtlpImageData(Image, Rva, sizeof(*Block));
        const USHORT *Entries;
        ULONG Count;

        if (Block == NULL || Block->SizeOfBlock < sizeof(*Block) || (Block->SizeOfBlock & 1) ||
            Block->SizeOfBlock > Directory.Size - Offset ||
            RtlpImageData(Image, Rva, Block->SizeOfBlock) == NULL) {
            return STATUS_INVALID_IMAGE_FORMAT;
        }
        Entries = (const USHORT *)(Block + 1);
        Count = (Block->SizeOfBlock - sizeof(*Block)) / sizeof(USHORT);
        if (!RtlpCheckBlock(Image, Block->VirtualAddress, Entries, Count)) {
            return STATUS_INVALID_IMAGE_FORMAT;
        }
        for (ULONG i = 0; i < Count; i++) {
            if (Entries[i] >> 12 == IMAGE_REL_BASED_HIGHLOW) {
                Relocate(Context, Block->VirtualAddress + (Entries[i] & 0xFFF));
            }
        }
        Offset += Block->SizeOfBlock;
    }
    return STATUS_SUCCESS;
}
