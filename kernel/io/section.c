/* SPDX-License-Identifier: MIT */
/* Section objects: a handle, and maybe a name, for a segment of Mm's. */
#include "io.h"
#include "nt/services.h"

static VOID IopDeleteSection(PVOID Object)
{
    PSECTION Section = Object;

    if (Section->Segment != NULL) {
        MmDereferenceSegment(Section->Segment);
    }
}

OBJECT_TYPE IoSectionType = {
    .Name = "Section",
    .Tag = POOL_TAG('S', 'e', 'c', 't'),
    .Pool = PagedPool,
    .Mapping = {SECTION_QUERY | SECTION_MAP_READ, SECTION_MAP_WRITE, SECTION_MAP_EXECUTE,
                SECTION_ALL_ACCESS},
    .ValidAccess = SECTION_ALL_ACCESS | SYNCHRONIZE,
    .WaitOffset = OB_NO_WAIT,
    .Delete = IopDeleteSection,
};

/* The rights to a file that a section of it needs: NT asks for what views could do. */
static ACCESS_MASK IopFileAccess(ULONG Protection, ULONG Attributes)
{
    if (Attributes & SEC_IMAGE) {
        return FILE_EXECUTE;
    }
    return Protection == PAGE_READWRITE || Protection == PAGE_EXECUTE_READWRITE
               ? FILE_READ_DATA | FILE_WRITE_DATA
               : FILE_READ_DATA;
}

static NTSTATUS IopFileSegment(HANDLE FileHandle, ULONG Protection, ULONG Attributes,
                               PSEGMENT *Segment)
{
    PFILE_OBJECT File;
    NTSTATUS Status = ObReferenceObjectByHandle(FileHandle, IopFileAccess(Protection, Attributes),
                                                &IoFileObjectType, (PVOID *)&File);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (File->Kind != IoModuleFile) {
        Status = STATUS_INVALID_FILE_FOR_SECTION;
    } else if (Attributes & SEC_IMAGE) {
        Status = MmCreateImageSegment(File->Module, Segment);
    } else {
        Status = MmCreateFileSegment(File->Module, Segment);
    }
    ObDereferenceObject(File);
    return Status;
}

static BOOLEAN IopIsPageProtection(ULONG Protection)
{
    return Protection == PAGE_READONLY || Protection == PAGE_READWRITE ||
           Protection == PAGE_WRITECOPY || Protection == PAGE_EXECUTE ||
           Protection == PAGE_EXECUTE_READ || Protection == PAGE_EXECUTE_READWRITE ||
           Protection == PAGE_EXECUTE_WRITECOPY;
}

static NTSTATUS IopCreateSegment(PLARGE_INTEGER MaximumSize, ULONG Protection, ULONG Attributes,
                                 HANDLE FileHandle, PSEGMENT *Segment)
{
    LARGE_INTEGER Size = {.QuadPart = 0};
    ULONG Kind = Attributes & (SEC_IMAGE | SEC_RESERVE | SEC_COMMIT);
    NTSTATUS Status = STATUS_SUCCESS;

    if (Attributes & ~(SEC_IMAGE | SEC_RESERVE | SEC_COMMIT) || Kind == 0 || Kind & (Kind - 1) ||
        (Kind == SEC_IMAGE && FileHandle == NULL)) {
        return STATUS_INVALID_PARAMETER_6;
    }
    if (!IopIsPageProtection(Protection)) {
        return STATUS_INVALID_PAGE_PROTECTION;
    }
    if (MaximumSize != NULL) {
        Status = KeCopyFromCaller(&Size, MaximumSize, sizeof(Size));
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    return FileHandle != NULL
               ? IopFileSegment(FileHandle, Protection, Attributes, Segment)
               : MmCreatePageFileSegment((ULONGLONG)Size.QuadPart, Kind == SEC_COMMIT, Segment);
}

/*
 * SEC_IMAGE or SEC_COMMIT of a file, SEC_COMMIT or SEC_RESERVE of memory (FileHandle NULL, its size
 * in *MaximumSize). STATUS_INVALID_PARAMETER_6: other attributes; STATUS_INVALID_PAGE_PROTECTION;
 * RtlpParseImage's statuses for a file that is no image; those of Mm's segments.
 */
NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                               ULONG PageProtection, ULONG AllocationAttributes, HANDLE FileHandle)
{
    PSEGMENT Segment = NULL;
    PSECTION Section;
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(SectionHandle, sizeof(*SectionHandle));

    if (NT_SUCCESS(Status)) {
        Status = IopCreateSegment(MaximumSize, PageProtection, AllocationAttributes, FileHandle,
                                  &Segment);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ObCreateObject(&IoSectionType, sizeof(*Section), (PVOID *)&Section);
    if (!NT_SUCCESS(Status)) {
        MmDereferenceSegment(Segment);
        return Status;
    }
    *Section = (SECTION){Segment, PageProtection, AllocationAttributes};
    Status = ObInsertObject(Section, ObjectAttributes, DesiredAccess, &Handle);
    return KeReturnHandle(SectionHandle, Handle, Status);
}

NTSTATUS NTAPI NtOpenSection(PHANDLE SectionHandle, ACCESS_MASK DesiredAccess,
                             POBJECT_ATTRIBUTES ObjectAttributes)
{
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(SectionHandle, sizeof(Handle));

    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByName(ObjectAttributes, &IoSectionType, DesiredAccess, &Handle);
    }
    return KeReturnHandle(SectionHandle, Handle, Status);
}

/* Nothing that is backed by memory or by a file that cannot grow can be extended. */
NTSTATUS NTAPI NtExtendSection(HANDLE SectionHandle, PLARGE_INTEGER NewSize)
{
    PSECTION Section;
    NTSTATUS Status = ObReferenceObjectByHandle(SectionHandle, SECTION_EXTEND_SIZE, &IoSectionType,
                                                (PVOID *)&Section);

    (VOID) NewSize;
    if (NT_SUCCESS(Status)) {
        ObDereferenceObject(Section);
        Status = STATUS_SECTION_NOT_EXTENDED;
    }
    return Status;
}

static ULONG IopAnswerSection(PSECTION Section, ULONG Class, PVOID Answer)
{
    const MM_IMAGE *Image = MmSegmentImage(Section->Segment);

    if (Class == SectionBasicInformation) {
        *(SECTION_BASIC_INFORMATION *)Answer = (SECTION_BASIC_INFORMATION){
            .AllocationAttributes = Section->Attributes,
            .MaximumSize.QuadPart = (LONGLONG)MmSegmentSize(Section->Segment),
        };
        return sizeof(SECTION_BASIC_INFORMATION);
    }
    if (Image == NULL) {
        return 0;
    }
    *(SECTION_IMAGE_INFORMATION *)Answer = (SECTION_IMAGE_INFORMATION){
        .TransferAddress = Image->EntryPoint != 0 ? (PVOID)(Image->Base + Image->EntryPoint) : NULL,
        .MaximumStackSize = Image->StackReserve,
        .CommittedStackSize = Image->StackCommit,
        .SubSystemType = Image->Subsystem,
        .SubSystemMinorVersion = (USHORT)Image->SubsystemMinor,
        .SubSystemMajorVersion = (USHORT)Image->SubsystemMajor,
        .ImageCharacteristics = (USHORT)Image->Characteristics,
        .Machine = (USHORT)Image->Machine,
        .ImageContainsCode = TRUE,
    };
    return sizeof(SECTION_IMAGE_INFORMATION);
}

/* SectionBasicInformation, SectionImageInformation (STATUS_SECTION_NOT_IMAGE). */
NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle, ULONG Class, PVOID Information, ULONG Length,
                              PULONG ReturnLength)
{
    SECTION_IMAGE_INFORMATION Answer; /* the larger */
    PSECTION Section;
    ULONG Needed;
    NTSTATUS Status;

    if (Class > SectionImageInformation) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length < (Class == SectionBasicInformation ? sizeof(SECTION_BASIC_INFORMATION)
                                                   : sizeof(SECTION_IMAGE_INFORMATION))) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status =
        ObReferenceObjectByHandle(SectionHandle, SECTION_QUERY, &IoSectionType, (PVOID *)&Section);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Needed = IopAnswerSection(Section, Class, &Answer);
    ObDereferenceObject(Section);
    if (Needed == 0) {
        return STATUS_SECTION_NOT_IMAGE;
    }
    Status = KeCopyToCaller(Information, &Answer, Needed);
    if (NT_SUCCESS(Status) && ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Needed, sizeof(Needed));
    }
    return Status;
}

NTSTATUS IoCreateNamedImage(const LOADER_MODULE *Module, PCSTR Path, PSECTION *Result)
{
    PSEGMENT Segment;
    NTSTATUS Status = MmCreateImageSegment(Module, &Segment);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ObCreateObject(&IoSectionType, sizeof(**Result), (PVOID *)Result);
    if (!NT_SUCCESS(Status)) {
        MmDereferenceSegment(Segment);
        return Status;
    }
    **Result = (SECTION){Segment, PAGE_EXECUTE_WRITECOPY, SEC_IMAGE};
    return ObNameObject(*Result, Path);
}
