/* SPDX-License-Identifier: MIT */
/* Image sections, as the loader in ntdll uses them: open, create, map, close. */
#include "io.h"
#include "nt/services.h"
#include "mm/mm.h"

typedef struct _SECTION {
    const LOADER_MODULE *Module;
} SECTION, *PSECTION;

static OBJECT_TYPE IopSectionType = {"Section", NULL};

/*
 * Only SEC_IMAGE sections of a module: STATUS_INVALID_PARAMETER_6 for other attributes, and
 * RtlpParseImage's statuses for a file that is no image.
 */
NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ULONG DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                               ULONG PageProtection, ULONG AllocationAttributes, HANDLE FileHandle)
{
    PHANDLE_TABLE Table = ObCurrentTable();
    NTSTATUS Status = KeProbeForWrite(SectionHandle, sizeof(*SectionHandle));
    PFILE_OBJECT File;
    PSECTION Section;
    RTL_IMAGE Image;
    HANDLE Handle;

    (VOID) DesiredAccess;
    (VOID) ObjectAttributes;
    (VOID) MaximumSize;
    (VOID) PageProtection;
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (AllocationAttributes != SEC_IMAGE) {
        return STATUS_INVALID_PARAMETER_6;
    }
    Status = ObReferenceObjectByHandle(Table, FileHandle, &IoFileObjectType, (PVOID *)&File);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = File->Kind == IoModuleFile
                 ? RtlpParseImage(&Image, MmModuleBytes(File->Module), File->Module->Bytes)
                 : STATUS_INVALID_FILE_FOR_SECTION;
    Section = NT_SUCCESS(Status) ? ObCreateObject(&IopSectionType, sizeof(*Section)) : NULL;
    if (Section != NULL) {
        Section->Module = File->Module;
        Status = ObInsertObject(Table, Section, &Handle);
        if (!NT_SUCCESS(Status)) {
            ObDereferenceObject(Section);
        }
    } else if (NT_SUCCESS(Status)) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    ObDereferenceObject(File);
    return NT_SUCCESS(Status) ? KeCopyToCaller(SectionHandle, &Handle, sizeof(Handle)) : Status;
}

/*
 * Maps all of an image section into the calling process; where is the image's business, so
 * *BaseAddress must be NULL and is, with *ViewSize, only written. MmMapImage's statuses.
 */
NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE Process, PVOID *BaseAddress,
                                  ULONG ZeroBits, ULONG CommitSize, PLARGE_INTEGER SectionOffset,
                                  PULONG ViewSize, ULONG InheritDisposition, ULONG AllocationType,
                                  ULONG Protect)
{
    PSECTION Section;
    MM_IMAGE Image;
    ULONG Base;
    NTSTATUS Copied, Status = KeProbeForWrite(BaseAddress, sizeof(*BaseAddress));

    (VOID) ZeroBits;
    (VOID) CommitSize;
    (VOID) SectionOffset;
    (VOID) InheritDisposition;
    (VOID) AllocationType;
    (VOID) Protect;
    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(ViewSize, sizeof(*ViewSize));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Base, BaseAddress, sizeof(Base));
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Process != NtCurrentProcess()) {
        return STATUS_INVALID_HANDLE;
    }
    if (Base != 0) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Status = ObReferenceObjectByHandle(ObCurrentTable(), SectionHandle, &IopSectionType,
                                       (PVOID *)&Section);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmMapImage(Section->Module, &Image);
    if (NT_SUCCESS(Status)) {
        Copied = KeCopyToCaller(BaseAddress, &Image.Base, sizeof(Image.Base));
        if (NT_SUCCESS(Copied)) {
            Copied = KeCopyToCaller(ViewSize, &Image.SizeOfImage, sizeof(Image.SizeOfImage));
        }
        Status = NT_SUCCESS(Copied) ? Status : Copied;
    }
    ObDereferenceObject(Section);
    return Status;
}
