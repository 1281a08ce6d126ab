/* SPDX-License-Identifier: MIT */
/* The services on directories. */
#include "nt/services.h"
#include "obp.h"
#include "rtl/rtl.h"

OBJECT_TYPE ObDirectoryType = {
    .Name = "Directory",
    .Tag = POOL_TAG('D', 'i', 'r', 'e'),
    .Pool = PagedPool,
    .Mapping = {DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
                DIRECTORY_CREATE_OBJECT | DIRECTORY_CREATE_SUBDIRECTORY,
                DIRECTORY_QUERY | DIRECTORY_TRAVERSE, DIRECTORY_ALL_ACCESS},
    .ValidAccess = DIRECTORY_ALL_ACCESS,
    .WaitOffset = OB_NO_WAIT,
};

NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE DirectoryHandle, ACCESS_MASK DesiredAccess,
                                       POBJECT_ATTRIBUTES ObjectAttributes)
{
    PVOID Directory;
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(DirectoryHandle, sizeof(Handle));

    if (NT_SUCCESS(Status)) {
        Status = ObCreateObject(&ObDirectoryType, sizeof(OBJECT_DIRECTORY), &Directory);
    }
    if (NT_SUCCESS(Status)) {
        Status = ObInsertObject(Directory, ObjectAttributes, DesiredAccess, &Handle);
    }
    return KeReturnHandle(DirectoryHandle, Handle, Status);
}

NTSTATUS NTAPI NtOpenDirectoryObject(PHANDLE DirectoryHandle, ACCESS_MASK DesiredAccess,
                                     POBJECT_ATTRIBUTES ObjectAttributes)
{
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(DirectoryHandle, sizeof(Handle));

    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByName(ObjectAttributes, &ObDirectoryType, DesiredAccess, &Handle);
    }
    return KeReturnHandle(DirectoryHandle, Handle, Status);
}

/* The entry of number Index, its name copied (pool). NO_MORE_ENTRIES, INSUFFICIENT_RESOURCES. */
static NTSTATUS ObpCopyEntry(POBJECT_DIRECTORY Directory, ULONG Index, PUNICODE_STRING Name,
                             PCSTR *TypeName)
{
    PRTL_BALANCED_LINKS Node;
    NTSTATUS Status = STATUS_NO_MORE_ENTRIES;

    ExAcquireFastMutex(&ObpNamespaceMutex);
    Node = RtlpFirstInTree(&Directory->Entries);
    while (Node != NULL && Index-- != 0) {
        Node = RtlpNextInTree(Node);
    }
    if (Node != NULL) {
        POBJECT_HEADER Header = CONTAINING_RECORD(Node, OBJECT_HEADER, NameLinks);

        Status = STATUS_INSUFFICIENT_RESOURCES;
        Name->Buffer = ExAllocatePoolWithTag(PagedPool, Header->Name.Length + 2, TAG_NAME);
        if (Name->Buffer != NULL) {
            Name->Length = Header->Name.Length;
            memcpy(Name->Buffer, Header->Name.Buffer, Name->Length);
            *TypeName = Header->Type->Name;
            Status = STATUS_SUCCESS;
        }
    }
    ExReleaseFastMutex(&ObpNamespaceMutex);
    return Status;
}

/*
 * One entry a call (ReturnSingleEntry must be TRUE; STATUS_NOT_IMPLEMENTED else), in the order of
 * names; *Context is how many there have been. STATUS_NO_MORE_ENTRIES; STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI NtQueryDirectoryObject(HANDLE DirectoryHandle, PVOID Buffer, ULONG Length,
                                      BOOLEAN ReturnSingleEntry, BOOLEAN RestartScan,
                                      PULONG Context, PULONG ReturnLength)
{
    OBJECT_DIRECTORY_INFORMATION Rows[2];
    WCHAR TypeText[32];
    UNICODE_STRING Name = {0};
    POBJECT_DIRECTORY Directory;
    ULONG Index = 0, Needed = 0, TypeBytes;
    PCSTR TypeName = "";
    NTSTATUS Status = ObReferenceObjectByHandle(DirectoryHandle, DIRECTORY_QUERY, &ObDirectoryType,
                                                (PVOID *)&Directory);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ReturnSingleEntry ? STATUS_SUCCESS : STATUS_NOT_IMPLEMENTED;
    if (NT_SUCCESS(Status) && !RestartScan) {
        Status = KeCopyFromCaller(&Index, Context, sizeof(Index));
    }
    if (NT_SUCCESS(Status)) {
        Status = ObpCopyEntry(Directory, Index, &Name, &TypeName);
    }
    ObDereferenceObject(Directory);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    TypeBytes =
        RtlpUtf8ToUnicode(TypeText, sizeof(TypeText) - 2, TypeName, (ULONG)strlen(TypeName));
    TypeText[TypeBytes / sizeof(WCHAR)] = 0;
    memset(Rows, 0, sizeof(Rows));
    Rows[0].Name =
        (UNICODE_STRING){Name.Length, Name.Length + 2, (PWSTR)((PUCHAR)Buffer + sizeof(Rows))};
    Rows[0].TypeName = (UNICODE_STRING){(USHORT)TypeBytes, (USHORT)(TypeBytes + 2),
                                        (PWSTR)((PUCHAR)Rows[0].Name.Buffer + Name.Length + 2)};
    Needed = sizeof(Rows) + Name.Length + 2 + TypeBytes + 2;
    Index++;
    if (Needed > Length) {
        Status = STATUS_BUFFER_TOO_SMALL;
    } else {
        Status = KeCopyToCaller(Buffer, Rows, sizeof(Rows));
        if (NT_SUCCESS(Status)) {
            Status = KeCopyToCaller(Rows[0].Name.Buffer, Name.Buffer, Name.Length + 2UL);
        }
        if (NT_SUCCESS(Status)) {
            Status = KeCopyToCaller(Rows[0].TypeName.Buffer, TypeText, TypeBytes + 2);
        }
        if (NT_SUCCESS(Status)) {
            Status = KeCopyToCaller(Context, &Index, sizeof(Index));
        }
    }
    ExFreePool(Name.Buffer);
    if (ReturnLength != NULL && (NT_SUCCESS(Status) || Status == STATUS_BUFFER_TOO_SMALL)) {
        NTSTATUS Copied = KeCopyToCaller(ReturnLength, &Needed, sizeof(Needed));

        Status = NT_SUCCESS(Copied) ? Status : Copied;
    }
    return Status;
}
