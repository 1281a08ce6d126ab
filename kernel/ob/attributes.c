/* SPDX-License-Identifier: MIT */
/* OBJECT_ATTRIBUTES, copied out of whoever's memory it is. */
#include "obp.h"

NTSTATUS ObpCaptureString(PCUNICODE_STRING String, PUNICODE_STRING Captured)
{
    UNICODE_STRING Local;
    NTSTATUS Status = KeCopyFromCaller(&Local, String, sizeof(Local));

    *Captured = (UNICODE_STRING){0};
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Local.Length % sizeof(WCHAR) != 0 || Local.Length > OBP_MAXIMUM_NAME) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    Captured->Buffer = ExAllocatePoolWithTag(PagedPool, Local.Length + sizeof(WCHAR), TAG_NAME);
    if (Captured->Buffer == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Captured->Length = Local.Length;
    Captured->MaximumLength = (USHORT)(Local.Length + sizeof(WCHAR));
    Status = KeCopyFromCaller(Captured->Buffer, Local.Buffer, Local.Length);
    if (!NT_SUCCESS(Status)) {
        ExFreePool(Captured->Buffer);
        Captured->Buffer = NULL;
    }
    return Status;
}

/* A directory of names, with the right to look into it; or a file that is a directory. */
static NTSTATUS ObpReferenceRoot(HANDLE Handle, PVOID *Root)
{
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, 0, NULL, Root);

    if (!NT_SUCCESS(Status) || ObGetObjectType(*Root)->Parse != NULL) {
        return Status;
    }
    ObDereferenceObject(*Root);
    *Root = NULL; /* whoever releases the attributes must not find it */
    return ObReferenceObjectByHandle(Handle, DIRECTORY_TRAVERSE, &ObDirectoryType, Root);
}

NTSTATUS ObpCaptureAttributes(POBJECT_ATTRIBUTES Attributes, OBP_ATTRIBUTES *Captured)
{
    OBJECT_ATTRIBUTES Local;
    NTSTATUS Status;

    *Captured = (OBP_ATTRIBUTES){0};
    if (Attributes == NULL) {
        return STATUS_SUCCESS;
    }
    Status = KeCopyFromCaller(&Local, Attributes, sizeof(Local));
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Local.Length != sizeof(Local) || Local.Attributes & ~OBJ_VALID_ATTRIBUTES) {
        return STATUS_INVALID_PARAMETER;
    }
    Captured->Attributes = Local.Attributes;
    if (Local.ObjectName != NULL) {
        Status = ObpCaptureString(Local.ObjectName, &Captured->Name);
    }
    if (NT_SUCCESS(Status) && Local.RootDirectory != NULL) {
        Status = ObpReferenceRoot(Local.RootDirectory, &Captured->Root);
    }
    if (!NT_SUCCESS(Status)) {
        ObpReleaseAttributes(Captured);
    }
    return Status;
}

VOID ObpReleaseAttributes(OBP_ATTRIBUTES *Captured)
{
    if (Captured->Name.Buffer != NULL) {
        ExFreePool(Captured->Name.Buffer);
        Captured->Name.Buffer = NULL;
    }
    if (Captured->Root != NULL) {
        ObDereferenceObject(Captured->Root);
        Captured->Root = NULL;
    }
}
