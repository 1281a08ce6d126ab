/* SPDX-License-Identifier: MIT */
/* Symbolic links. */
#include "nt/services.h"
#include "obp.h"
#include "rtl/rtl.h"

static VOID ObpDeleteLink(PVOID Object)
{
    POBJECT_SYMBOLIC_LINK Link = Object;

    if (Link->Target.Buffer != NULL) {
        ExFreePool(Link->Target.Buffer);
    }
}

OBJECT_TYPE ObSymbolicLinkType = {
    .Name = "SymbolicLink",
    .Tag = POOL_TAG('S', 'y', 'm', 'b'),
    .Pool = PagedPool,
    .Mapping = {SYMBOLIC_LINK_QUERY, 0, SYMBOLIC_LINK_QUERY, SYMBOLIC_LINK_ALL_ACCESS},
    .ValidAccess = SYMBOLIC_LINK_ALL_ACCESS,
    .WaitOffset = OB_NO_WAIT,
    .Delete = ObpDeleteLink,
};

/* Target is the path that the name stands for; it need not exist. */
NTSTATUS NTAPI NtCreateSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                          POBJECT_ATTRIBUTES ObjectAttributes,
                                          PUNICODE_STRING Target)
{
    POBJECT_SYMBOLIC_LINK Link;
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(LinkHandle, sizeof(Handle));

    if (NT_SUCCESS(Status)) {
        Status = ObCreateObject(&ObSymbolicLinkType, sizeof(*Link), (PVOID *)&Link);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ObpCaptureString(Target, &Link->Target);
    if (!NT_SUCCESS(Status)) {
        ObDereferenceObject(Link);
        return Status;
    }
    Status = ObInsertObject(Link, ObjectAttributes, DesiredAccess, &Handle);
    return KeReturnHandle(LinkHandle, Handle, Status);
}

NTSTATUS NTAPI NtOpenSymbolicLinkObject(PHANDLE LinkHandle, ACCESS_MASK DesiredAccess,
                                        POBJECT_ATTRIBUTES ObjectAttributes)
{
    HANDLE Handle = NULL;
    NTSTATUS Status = KeProbeForWrite(LinkHandle, sizeof(Handle));

    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByName(ObjectAttributes, &ObSymbolicLinkType, DesiredAccess, &Handle);
    }
    return KeReturnHandle(LinkHandle, Handle, Status);
}

/* Fills Target->Buffer. ReturnedLength may be NULL. STATUS_BUFFER_TOO_SMALL. */
NTSTATUS NTAPI NtQuerySymbolicLinkObject(HANDLE LinkHandle, PUNICODE_STRING Target,
                                         PULONG ReturnedLength)
{
    POBJECT_SYMBOLIC_LINK Link;
    UNICODE_STRING Local;
    ULONG Needed;
    NTSTATUS Status = KeCopyFromCaller(&Local, Target, sizeof(Local));

    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(LinkHandle, SYMBOLIC_LINK_QUERY, &ObSymbolicLinkType,
                                           (PVOID *)&Link);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Needed = Link->Target.Length;
    if (Needed > Local.MaximumLength) {
        Status = STATUS_BUFFER_TOO_SMALL;
    } else {
        Local.Length = (USHORT)Needed;
        Status = KeCopyToCaller(Local.Buffer, Link->Target.Buffer, Needed);
        if (NT_SUCCESS(Status)) {
            Status = KeCopyToCaller(Target, &Local, sizeof(Local));
        }
    }
    ObDereferenceObject(Link);
    if (ReturnedLength != NULL && (NT_SUCCESS(Status) || Status == STATUS_BUFFER_TOO_SMALL)) {
        NTSTATUS Copied = KeCopyToCaller(ReturnedLength, &Needed, sizeof(Needed));

        Status = NT_SUCCESS(Copied) ? Status : Copied;
    }
    return Status;
}

/* For the kernel itself: a permanent link. */
NTSTATUS ObCreateLink(PCSTR Path, PCWSTR Target)
{
    POBJECT_SYMBOLIC_LINK Link;
    UNICODE_STRING Text;
    NTSTATUS Status = ObCreateObject(&ObSymbolicLinkType, sizeof(*Link), (PVOID *)&Link);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    RtlInitUnicodeString(&Text, Target);
    Status = ObpCaptureString(&Text, &Link->Target);
    if (NT_SUCCESS(Status)) {
        Status = ObNameObject(Link, Path);
    }
    ObDereferenceObject(Link);
    return Status;
}
