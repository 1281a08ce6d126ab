/* SPDX-License-Identifier: MIT */
/* Views: a segment, or part of one, in the current address space. */
#include "ke/events.h"
#include "ke/fastmutex.h"
#include "mi.h"

#define ROUND_TO_GRANULARITY(va) ((va) & ~(MM_ALLOCATION_GRANULARITY - 1))

/* TRUE: the range is inside the user half and nobody has it. */
static BOOLEAN MiIsPlaceFree(ULONG Base, ULONG Bytes)
{
    return Base >= MM_LOWEST_USER_ADDRESS && Bytes <= MM_HIGHEST_VAD_ADDRESS + 1 &&
           Base <= MM_HIGHEST_VAD_ADDRESS + 1 - Bytes && MiIsRangeFree(Base, Base + Bytes - 1);
}

/* How many pages may have to be copied for this view alone. */
static ULONG MiCopyCharge(PSEGMENT Segment, ULONG First, ULONG Pages, ULONG Protection)
{
    ULONG Count = 0;

    if (Segment->Kind != MiImageSegment) {
        return MiIsCopiedOnWrite(Protection) ? Pages : 0;
    }
    for (ULONG i = First; i < First + Pages; i++) {
        Count += MiIsCopiedOnWrite((Segment->Prototype[i] & MI_PTE_PROTECTION_MASK) >>
                                   MI_PTE_PROTECTION_SHIFT);
    }
    return Count;
}

/* The place is free. The space is locked. */
static NTSTATUS MiPlaceView(PSEGMENT Segment, ULONG Base, ULONG First, ULONG Pages,
                            ULONG Protection, BOOLEAN Inherit)
{
    ULONG End = Base + (Pages << PAGE_SHIFT);
    ULONG Charge = MiCopyCharge(Segment, First, Pages, Protection);
    BOOLEAN Image = Segment->Kind == MiImageSegment;
    NTSTATUS Status = MiMakePageTables(Base, End);
    PMMVAD Vad;

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (!MiChargeCommitment(Charge)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    Vad = MiCreateVad(Base, End - 1, Image ? MiVadImage : MiVadMapped, Protection);
    if (Vad == NULL) {
        MiReturnCommitment(Charge);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    MiReferenceSegment(Segment);
    Vad->Segment = Segment;
    Vad->FirstPage = First;
    Vad->Charge = Charge;
    Vad->Inherit = Inherit;
    MiCurrentSpace()->CommittedPages += Charge;
    return STATUS_SUCCESS;
}

/* The image's own base if it is free, else any place for one that can move. */
static NTSTATUS MiMapImageView(PSEGMENT Segment, PULONG Base)
{
    ULONG Bytes = Segment->Pages << PAGE_SHIFT;
    NTSTATUS Placed = STATUS_SUCCESS, Status;

    *Base = Segment->Information.Base;
    if (!MiIsPlaceFree(*Base, Bytes)) {
        if (Segment->Information.Characteristics & IMAGE_FILE_RELOCS_STRIPPED ||
            RtlpImageDirectory(&Segment->Image, IMAGE_DIRECTORY_ENTRY_BASERELOC).Size == 0) {
            return STATUS_CONFLICTING_ADDRESSES;
        }
        Status =
            MiFindFreeRange(Bytes, MM_ALLOCATION_GRANULARITY, FALSE, MM_HIGHEST_VAD_ADDRESS, Base);
        if (!NT_SUCCESS(Status)) {
            return Status;
        }
        Placed = STATUS_IMAGE_NOT_AT_BASE;
    }
    Status = MiPlaceView(Segment, *Base, 0, Segment->Pages, MM_EXECUTE_WRITECOPY, TRUE);
    return NT_SUCCESS(Status) ? Placed : Status;
}

/* *Base 0: any place. *Bytes 0: to the segment's end. */
static NTSTATUS MiMapDataView(PSEGMENT Segment, PULONG Base, PULONG Bytes, ULONG First,
                              ULONG Protection, const MM_VIEW *View)
{
    ULONG Pages = *Bytes != 0 ? ROUND_TO_PAGES(*Bytes) >> PAGE_SHIFT : Segment->Pages - First;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Pages == 0 || Pages > Segment->Pages - First) {
        return STATUS_INVALID_VIEW_SIZE;
    }
    if (*Base == 0) {
        Status = MiFindFreeRange(Pages << PAGE_SHIFT, MM_ALLOCATION_GRANULARITY, View->TopDown,
                                 View->Highest, Base);
    } else {
        *Base = ROUND_TO_GRANULARITY(*Base);
        if (!MiIsPlaceFree(*Base, Pages << PAGE_SHIFT)) {
            Status = STATUS_CONFLICTING_ADDRESSES;
        }
    }
    if (NT_SUCCESS(Status)) {
        Status = MiPlaceView(Segment, *Base, First, Pages, Protection, View->Inherit);
        *Bytes = Pages << PAGE_SHIFT;
    }
    return Status;
}

NTSTATUS MmMapViewOfSegment(PSEGMENT Segment, PULONG Base, PULONG Bytes, const MM_VIEW *View)
{
    ULONG Protection = MM_EXECUTE_WRITECOPY;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Segment->Kind == MiImageSegment) {
        MiLockSpace();
        Status = MiMapImageView(Segment, Base);
        MiUnlockSpace();
        if (NT_SUCCESS(Status)) {
            *Bytes = Segment->Information.SizeOfImage;
            KeLogEvent(EventImage, 0, (ULONG)Segment->File->Name, *Base, 0, 0);
            KdLoadImageSymbols(Segment->File->Name, *Base);
        }
        return Status;
    }
    Status = MiMakeProtection(View->Protect, &Protection);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (View->Offset % MM_ALLOCATION_GRANULARITY != 0) {
        return STATUS_MAPPED_ALIGNMENT;
    }
    if (View->Offset >= (ULONGLONG)Segment->Pages << PAGE_SHIFT) {
        return STATUS_INVALID_VIEW_SIZE;
    }
    MiLockSpace();
    Status =
        MiMapDataView(Segment, Base, Bytes, (ULONG)View->Offset >> PAGE_SHIFT, Protection, View);
    MiUnlockSpace();
    return Status;
}

/* The space is locked. Returns the segment, whose reference the view had. */
static PSEGMENT MiRemoveView(PMMVAD Vad)
{
    PSEGMENT Segment = Vad->Segment;

    MiForgetRange(Vad->Start, Vad->End + 1);
    MiReturnCommitment(Vad->Charge);
    MiCurrentSpace()->CommittedPages -= Vad->Charge;
    MiDeleteVad(Vad);
    return Segment;
}

NTSTATUS MmUnmapViewOfSegment(ULONG Address)
{
    PSEGMENT Segment = NULL;
    PMMVAD Vad;

    MiLockSpace();
    Vad = MiFindVad(Address);
    if (Vad != NULL && Vad->Segment != NULL) {
        Segment = MiRemoveView(Vad);
    }
    MiUnlockSpace();
    if (Segment == NULL) {
        return STATUS_NOT_MAPPED_VIEW;
    }
    MmDereferenceSegment(Segment);
    return STATUS_SUCCESS;
}
