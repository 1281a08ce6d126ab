/* SPDX-License-Identifier: MIT */
/*
 * LdrpRelocateImage: an image that does not lie where it wants to. Its pages become the process's
 * own where they are written, as with any write to an image.
 */
#include "ldrp.h"

typedef struct _LDRP_RELOCATION {
    PUCHAR Base;
    ULONG Delta;
} LDRP_RELOCATION;

static VOID LdrpRelocateDword(PVOID Context, ULONG Rva)
{
    LDRP_RELOCATION *Relocation = Context;

    *(ULONG *)(Relocation->Base + Rva) += Relocation->Delta;
}

/* Makes all sections writable, or what their headers say again. */
static NTSTATUS LdrpProtectSections(const RTL_IMAGE *Image, BOOLEAN Writable)
{
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG i = 0; NT_SUCCESS(Status) && i < Image->NumberOfSections; i++) {
        static const ULONG Protections[] = {PAGE_NOACCESS, PAGE_EXECUTE, PAGE_READONLY,
                                            PAGE_EXECUTE_READ};
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];
        PVOID Base = (PUCHAR)Image->Base + Section->VirtualAddress;
        ULONG Size = RtlpSectionSize(Section), Old;
        ULONG Flags = Section->Characteristics;

        if (Size == 0 || Flags & IMAGE_SCN_MEM_WRITE) {
            continue; /* writable it is */
        }
        Status =
            NtProtectVirtualMemory(NtCurrentProcess(), &Base, &Size,
                                   Writable ? PAGE_READWRITE
                                            : Protections[(Flags & IMAGE_SCN_MEM_EXECUTE ? 1 : 0) |
                                                          (Flags & IMAGE_SCN_MEM_READ ? 2 : 0)],
                                   &Old);
    }
    return Status;
}

NTSTATUS LdrpRelocateImage(PVOID Base)
{
    LDRP_RELOCATION Relocation = {Base, 0};
    RTL_IMAGE Image;
    NTSTATUS Status;

    RtlpMappedImage(&Image, Base);
    Relocation.Delta = (ULONG)Base - Image.Headers->OptionalHeader.ImageBase;
    if (Relocation.Delta == 0) {
        return STATUS_SUCCESS;
    }
    Status = LdrpProtectSections(&Image, TRUE);
    if (NT_SUCCESS(Status)) {
        Status = RtlpWalkRelocations(&Image, LdrpRelocateDword, &Relocation);
    }
    return NT_SUCCESS(Status) ? LdrpProtectSections(&Image, FALSE) : Status;
}
