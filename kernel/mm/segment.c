/* SPDX-License-Identifier: MIT */
/* Segments: the pages behind section objects. An image has one, however many processes map it. */
#include "ke/fastmutex.h"
#include "mi.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define TAG_SEGMENT POOL_TAG('S', 'e', 'g', ' ')
#define MAXIMUM_SEGMENT (512UL << 20)

static FAST_MUTEX MiSegmentMutex;
static LIST_ENTRY MiImageSegments;

VOID MiInitializeSegments(VOID)
{
    ExInitializeFastMutex(&MiSegmentMutex);
    InitializeListHead(&MiImageSegments);
}

static PSEGMENT MiNewSegment(MI_SEGMENT_KIND Kind, ULONGLONG Bytes, const LOADER_MODULE *File)
{
    ULONG Pages = ROUND_TO_PAGES((ULONG)Bytes) >> PAGE_SHIFT;
    PSEGMENT Segment =
        ExAllocatePoolWithTag(PagedPool, sizeof(*Segment) + Pages * sizeof(MMPTE), TAG_SEGMENT);

    if (Segment != NULL) {
        Segment->References = 1;
        Segment->Kind = Kind;
        Segment->Pages = Pages;
        Segment->Size.QuadPart = (LONGLONG)Bytes;
        Segment->File = File;
        InitializeListHead(&Segment->Links);
    }
    return Segment;
}

NTSTATUS MiCommitSegment(PSEGMENT Segment, ULONG First, ULONG Pages)
{
    ULONG New = 0;
    NTSTATUS Status = STATUS_SUCCESS;

    ExAcquireFastMutex(&MiSegmentMutex);
    for (ULONG i = First; i < First + Pages; i++) {
        New += !(Segment->Prototype[i] & MI_PTE_COMMITTED);
    }
    if (!MiChargeCommitment(New)) {
        Status = STATUS_COMMITMENT_LIMIT;
    }
    for (ULONG i = First; NT_SUCCESS(Status) && i < First + Pages; i++) {
        Segment->Prototype[i] |= MI_PTE_COMMITTED;
    }
    Segment->Committed += NT_SUCCESS(Status) ? New : 0;
    ExReleaseFastMutex(&MiSegmentMutex);
    return Status;
}

static NTSTATUS MiFinishSegment(PSEGMENT Segment, BOOLEAN Commit, PSEGMENT *Result)
{
    NTSTATUS Status = Commit ? MiCommitSegment(Segment, 0, Segment->Pages) : STATUS_SUCCESS;

    if (!NT_SUCCESS(Status)) {
        ExFreePool(Segment);
        return Status;
    }
    *Result = Segment;
    return STATUS_SUCCESS;
}

NTSTATUS MmCreatePageFileSegment(ULONGLONG Bytes, BOOLEAN Commit, PSEGMENT *Result)
{
    PSEGMENT Segment;

    if (Bytes == 0 || Bytes > MAXIMUM_SEGMENT) {
        return Bytes == 0 ? STATUS_INVALID_PARAMETER_4 : STATUS_SECTION_TOO_BIG;
    }
    Segment = MiNewSegment(MiPageFileSegment, Bytes, NULL);
    return Segment != NULL ? MiFinishSegment(Segment, Commit, Result)
                           : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS MmCreateFileSegment(const LOADER_MODULE *File, PSEGMENT *Result)
{
    PSEGMENT Segment;

    if (File->Bytes == 0) {
        return STATUS_MAPPED_FILE_SIZE_ZERO;
    }
    Segment = MiNewSegment(MiFileSegment, File->Bytes, File);
    return Segment != NULL ? MiFinishSegment(Segment, TRUE, Result) : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS MiBuildImageSegment(const LOADER_MODULE *File, PSEGMENT *Result)
{
    const IMAGE_OPTIONAL_HEADER32 *Optional;
    RTL_IMAGE Image;
    NTSTATUS Status = RtlpParseImage(&Image, MmModuleBytes(File), File->Bytes);
    ULONG Mask, Size;
    PSEGMENT Segment;

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Optional = &Image.Headers->OptionalHeader;
    Mask = (Optional->SectionAlignment > PAGE_SIZE ? Optional->SectionAlignment : PAGE_SIZE) - 1;
    Size = (Optional->SizeOfImage + Mask) & ~Mask;
    if (Size > MAXIMUM_SEGMENT || Size < Optional->SizeOfImage) {
        return STATUS_NO_MEMORY;
    }
    Segment = MiNewSegment(MiImageSegment, Size, File);
    if (Segment == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Segment->Image = Image;
    Segment->Information = (MM_IMAGE){
        .Base = Optional->ImageBase,
        .SizeOfImage = Optional->SizeOfImage,
        .EntryPoint = Optional->AddressOfEntryPoint,
        .StackReserve = Optional->SizeOfStackReserve,
        .StackCommit = Optional->SizeOfStackCommit,
        .Subsystem = Optional->Subsystem,
        .SubsystemMajor = Optional->MajorSubsystemVersion,
        .SubsystemMinor = Optional->MinorSubsystemVersion,
        .Characteristics = Image.Headers->FileHeader.Characteristics,
        .Machine = Image.Headers->FileHeader.Machine,
        .TimeDateStamp = Image.Headers->FileHeader.TimeDateStamp,
    };
    MiProtectImagePrototypes(Segment);
    return MiFinishSegment(Segment, TRUE, Result);
}

static PSEGMENT MiFindImageSegment(const LOADER_MODULE *File)
{
    for (PLIST_ENTRY Entry = MiImageSegments.Flink; Entry != &MiImageSegments;
         Entry = Entry->Flink) {
        PSEGMENT Segment = CONTAINING_RECORD(Entry, SEGMENT, Links);

        if (Segment->File == File) {
            Segment->References++;
            return Segment;
        }
    }
    return NULL;
}

NTSTATUS MmCreateImageSegment(const LOADER_MODULE *File, PSEGMENT *Result)
{
    PSEGMENT New, Segment;
    NTSTATUS Status;

    ExAcquireFastMutex(&MiSegmentMutex);
    Segment = MiFindImageSegment(File);
    ExReleaseFastMutex(&MiSegmentMutex);
    if (Segment != NULL) {
        *Result = Segment;
        return STATUS_SUCCESS;
    }
    Status = MiBuildImageSegment(File, &New);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ExAcquireFastMutex(&MiSegmentMutex);
    Segment = MiFindImageSegment(File); /* somebody may have been faster */
    if (Segment == NULL) {
        InsertTailList(&MiImageSegments, &New->Links);
    }
    ExReleaseFastMutex(&MiSegmentMutex);
    if (Segment != NULL) {
        MmDereferenceSegment(New);
    }
    *Result = Segment != NULL ? Segment : New;
    return STATUS_SUCCESS;
}

ULONG MiGetSegmentFrame(PSEGMENT Segment, ULONG Page)
{
    PMMPTE Pte = &Segment->Prototype[Page];

    ExAcquireFastMutex(&MiSegmentMutex);
    if (!(*Pte & MI_PTE_RESIDENT)) {
        ULONG Frame = MiAllocateFrame();
        PVOID Bytes = MiFrameAddress(Frame);

        if (Segment->Kind == MiImageSegment) {
            MiFillImagePage(Segment, Page, Bytes);
        } else if (Segment->Kind == MiFileSegment) {
            ULONG Offset = Page << PAGE_SHIFT, Left = Segment->File->Bytes - Offset;

            memcpy(Bytes, (PUCHAR)MmModuleBytes(Segment->File) + Offset,
                   Left < PAGE_SIZE ? Left : PAGE_SIZE);
        }
        MiGiveFrameToSegment(Frame);
        *Pte |= Frame << PAGE_SHIFT | MI_PTE_RESIDENT;
    }
    ExReleaseFastMutex(&MiSegmentMutex);
    return MI_PTE_FRAME(*Pte);
}

VOID MiReferenceSegment(PSEGMENT Segment)
{
    ExAcquireFastMutex(&MiSegmentMutex);
    Segment->References++;
    ExReleaseFastMutex(&MiSegmentMutex);
}

VOID MmDereferenceSegment(PSEGMENT Segment)
{
    BOOLEAN Last;

    ExAcquireFastMutex(&MiSegmentMutex);
    Last = --Segment->References == 0;
    if (Last) {
        RemoveEntryList(&Segment->Links);
    }
    ExReleaseFastMutex(&MiSegmentMutex);
    if (!Last) {
        return;
    }
    for (ULONG i = 0; i < Segment->Pages; i++) {
        if (Segment->Prototype[i] & MI_PTE_RESIDENT) {
            MiFreeFrame(MI_PTE_FRAME(Segment->Prototype[i]));
        }
    }
    MiReturnCommitment(Segment->Committed);
    ExFreePool(Segment);
}

const MM_IMAGE *MmSegmentImage(PSEGMENT Segment)
{
    return Segment->Kind == MiImageSegment ? &Segment->Information : NULL;
}

ULONGLONG MmSegmentSize(PSEGMENT Segment)
{
    return (ULONGLONG)Segment->Size.QuadPart;
}

PCSTR MmSegmentName(PSEGMENT Segment)
{
    return Segment->File != NULL ? Segment->File->Name : NULL;
}
