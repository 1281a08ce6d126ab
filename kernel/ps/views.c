/* SPDX-License-Identifier: MIT */
/* NtMapViewOfSection and NtUnmapViewOfSection. */
#include "psp.h"

/* May a view with Protect be had of a section that was made with Most? */
static BOOLEAN PspIsCompatible(ULONG Most, ULONG Protect)
{
    switch (Protect & 0xFF) {
    case PAGE_READWRITE:
        return Most == PAGE_READWRITE || Most == PAGE_EXECUTE_READWRITE;
    case PAGE_EXECUTE_READWRITE:
        return Most == PAGE_EXECUTE_READWRITE;
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_WRITECOPY:
        return Most == PAGE_EXECUTE || Most == PAGE_EXECUTE_READ ||
               Most == PAGE_EXECUTE_READWRITE || Most == PAGE_EXECUTE_WRITECOPY;
    default:
        return TRUE; /* reading, none, or a copy of one's own */
    }
}

/* The rights that a handle needs for a view. */
static ACCESS_MASK PspViewAccess(ULONG Protect)
{
    switch (Protect & 0xFF) {
    case PAGE_READWRITE:
        return SECTION_MAP_READ | SECTION_MAP_WRITE;
    case PAGE_EXECUTE_READWRITE:
        return SECTION_MAP_EXECUTE | SECTION_MAP_WRITE;
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_WRITECOPY:
        return SECTION_MAP_EXECUTE;
    default:
        return SECTION_MAP_READ;
    }
}

typedef struct _PSP_VIEW {
    ULONG Base, Size;
    MM_VIEW View;
    BOOLEAN OwnImage; /* of an image, in the running process: its debugger is told */
} PSP_VIEW;

static NTSTATUS PspCaptureView(PSP_VIEW *View, PVOID *BaseAddress, PLARGE_INTEGER SectionOffset,
                               PULONG ViewSize)
{
    LARGE_INTEGER Offset = {.QuadPart = 0};
    NTSTATUS Status = KeProbeForWrite(BaseAddress, sizeof(*BaseAddress));

    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(ViewSize, sizeof(*ViewSize));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&View->Base, BaseAddress, sizeof(View->Base));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&View->Size, ViewSize, sizeof(View->Size));
    }
    if (NT_SUCCESS(Status) && SectionOffset != NULL) {
        Status = KeCopyFromCaller(&Offset, SectionOffset, sizeof(Offset));
    }
    View->View.Offset = (ULONGLONG)Offset.QuadPart;
    return Status;
}

static NTSTATUS PspMapView(PSECTION Section, HANDLE ProcessHandle, PSP_VIEW *View)
{
    PEPROCESS Process;
    NTSTATUS Status = PsReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, &Process);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (!PspHasMemory(Process)) {
        ObDereferenceObject(Process);
        return STATUS_PROCESS_IS_TERMINATING;
    }
    KeAttachProcess(&Process->Pcb);
    Status = MmMapViewOfSegment(Section->Segment, &View->Base, &View->Size, &View->View);
    KeDetachProcess();
    View->OwnImage = Section->Attributes & SEC_IMAGE && Process == PsGetCurrentProcess();
    ObDereferenceObject(Process);
    return Status;
}

/*
 * *BaseAddress NULL: anywhere, with ZeroBits upper bits 0. *ViewSize 0: to the section's end. Of an
 * image all is mapped where the image says, so *BaseAddress must be NULL. InheritDisposition:
 * ViewShare or ViewUnmap. STATUS_IMAGE_NOT_AT_BASE (a success); STATUS_SECTION_PROTECTION;
 * MmMapViewOfSegment's.
 */
NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, PVOID *BaseAddress,
                                  ULONG ZeroBits, ULONG CommitSize, PLARGE_INTEGER SectionOffset,
                                  PULONG ViewSize, ULONG InheritDisposition, ULONG AllocationType,
                                  ULONG Protect)
{
    PSP_VIEW View;
    PSECTION Section;
    NTSTATUS Status, Copied;

    (VOID) CommitSize;
    if (ZeroBits > 21) {
        return STATUS_INVALID_PARAMETER_4;
    }
    if (InheritDisposition != ViewShare && InheritDisposition != ViewUnmap) {
        return STATUS_INVALID_PARAMETER_8;
    }
    if (AllocationType & ~MEM_TOP_DOWN) {
        return STATUS_INVALID_PARAMETER_9;
    }
    Status = PspCaptureView(&View, BaseAddress, SectionOffset, ViewSize);
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(SectionHandle, PspViewAccess(Protect), &IoSectionType,
                                           (PVOID *)&Section);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    View.View.Protect = Protect;
    View.View.Highest = ZeroBits != 0 ? 0xFFFFFFFF >> ZeroBits : MM_HIGHEST_VAD_ADDRESS;
    View.View.TopDown = (AllocationType & MEM_TOP_DOWN) != 0;
    View.View.Inherit = InheritDisposition == ViewShare;
    if (Section->Attributes & SEC_IMAGE ? View.Base != 0 : View.Base > MM_HIGHEST_VAD_ADDRESS) {
        Status = STATUS_INVALID_PARAMETER_3;
    } else if (!(Section->Attributes & SEC_IMAGE) &&
               !PspIsCompatible(Section->Protection, Protect)) {
        Status = STATUS_SECTION_PROTECTION;
    } else {
        Status = PspMapView(Section, ProcessHandle, &View);
    }
    ObDereferenceObject(Section);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (View.OwnImage) {
        PsDebugCallouts->MapImage(View.Base);
    }
    Copied = KeCopyToCaller(BaseAddress, &View.Base, sizeof(View.Base));
    if (NT_SUCCESS(Copied)) {
        Copied = KeCopyToCaller(ViewSize, &View.Size, sizeof(View.Size));
    }
    return NT_SUCCESS(Copied) ? Status : Copied;
}

/* BaseAddress: any in the view. STATUS_NOT_MAPPED_VIEW. */
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, PVOID BaseAddress)
{
    PEPROCESS Process;
    ULONG Image = 0;
    NTSTATUS Status = PsReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, &Process);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (!PspHasMemory(Process)) {
        ObDereferenceObject(Process);
        return STATUS_PROCESS_IS_TERMINATING;
    }
    if (Process == PsGetCurrentProcess()) {
        Image = MmQueryImageBase((ULONG)BaseAddress);
    }
    KeAttachProcess(&Process->Pcb);
    Status = MmUnmapViewOfSegment((ULONG)BaseAddress);
    KeDetachProcess();
    ObDereferenceObject(Process);
    if (NT_SUCCESS(Status) && Image != 0) {
        PsDebugCallouts->UnmapImage(Image);
    }
    return Status;
}
