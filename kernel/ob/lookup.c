/* SPDX-License-Identifier: MIT */
/*
 * Following a path: from directory to directory, over symbolic links, which put their target in
 * front of what is left, to an object; or to a device, whose business the rest is.
 */
#include "obp.h"
#include "rtl/rtl.h"

#define MAXIMUM_LINKS 32

/* The way so far: Rest points into Path, which is pool, or the caller's. */
typedef struct _OBP_WALK {
    const OBP_ATTRIBUTES *Attributes;
    POBJECT_DIRECTORY Directory; /* referenced */
    UNICODE_STRING Path;         /* Buffer NULL: the caller's name */
    UNICODE_STRING Rest;
    BOOLEAN OpenLink, Trailing; /* Trailing: a separator was its last character */
    ACCESS_MASK Access;
    ULONG Links;
} OBP_WALK;

static VOID ObpEnter(OBP_WALK *Walk, POBJECT_DIRECTORY Directory)
{
    ObReferenceObject(Directory);
    if (Walk->Directory != NULL) {
        ObDereferenceObject(Walk->Directory);
    }
    Walk->Directory = Directory;
}

/* Takes the next part of the path. FALSE: it is empty, which no name is. */
static BOOLEAN ObpNextPart(PUNICODE_STRING Rest, PUNICODE_STRING Part, PBOOLEAN Trailing)
{
    ULONG Count = Rest->Length / sizeof(WCHAR), Length = 0;

    while (Length < Count && Rest->Buffer[Length] != '\\') {
        Length++;
    }
    *Part = (UNICODE_STRING){(USHORT)(Length * sizeof(WCHAR)), 0, Rest->Buffer};
    *Trailing = Length + 1 == Count;
    Length += Length < Count; /* the separator goes */
    Rest->Buffer += Length;
    Rest->Length -= (USHORT)(Length * sizeof(WCHAR));
    return Part->Length != 0;
}

/* The target, and a separator and the rest behind it, from the root again. */
static NTSTATUS ObpFollowLink(OBP_WALK *Walk, POBJECT_SYMBOLIC_LINK Link)
{
    ULONG Rest = Walk->Rest.Length;
    ULONG Bytes = Link->Target.Length + (Rest != 0 ? sizeof(WCHAR) + Rest : 0);
    PWSTR Text;

    if (++Walk->Links > MAXIMUM_LINKS || Bytes > OBP_MAXIMUM_NAME) {
        return STATUS_OBJECT_PATH_NOT_FOUND;
    }
    Text = ExAllocatePoolWithTag(PagedPool, Bytes + sizeof(WCHAR), TAG_NAME);
    if (Text == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    memcpy(Text, Link->Target.Buffer, Link->Target.Length);
    if (Rest != 0) {
        Text[Link->Target.Length / sizeof(WCHAR)] = '\\';
        memcpy((PUCHAR)Text + Bytes - Rest, Walk->Rest.Buffer, Rest);
    }
    if (Walk->Path.Buffer != NULL) {
        ExFreePool(Walk->Path.Buffer);
    }
    Walk->Path = (UNICODE_STRING){(USHORT)Bytes, 0, Text};
    if (Bytes == 0 || Text[0] != '\\') {
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    }
    Walk->Rest = (UNICODE_STRING){(USHORT)(Bytes - sizeof(WCHAR)), 0, Text + 1};
    ObpEnter(Walk, ObpRoot);
    return STATUS_REPARSE;
}

static NTSTATUS ObpCopyLast(PCUNICODE_STRING Part, PUNICODE_STRING Last)
{
    *Last =
        (UNICODE_STRING){Part->Length, (USHORT)(Part->Length + sizeof(WCHAR)),
                         ExAllocatePoolWithTag(PagedPool, Part->Length + sizeof(WCHAR), TAG_NAME)};
    if (Last->Buffer == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    memcpy(Last->Buffer, Part->Buffer, Part->Length);
    return STATUS_SUCCESS;
}

/* What the entry Found (referenced; NULL: none) of name Part means. STATUS_REPARSE: go on. */
static NTSTATUS ObpStep(OBP_WALK *Walk, PVOID Found, PCUNICODE_STRING Part, OBP_LOOKUP *Result)
{
    BOOLEAN Last = Walk->Rest.Length == 0;
    POBJECT_TYPE Type = Found != NULL ? ObGetObjectType(Found) : NULL;

    if (Found == NULL) {
        if (!Last) {
            return STATUS_OBJECT_PATH_NOT_FOUND;
        }
        Result->Directory = Walk->Directory;
        ObReferenceObject(Walk->Directory);
        return ObpCopyLast(Part, &Result->Last);
    }
    if (Type == &ObSymbolicLinkType && !(Last && Walk->OpenLink)) {
        return ObpFollowLink(Walk, Found);
    }
    if (Type->Parse != NULL) {
        return Type->Parse(Found, &Walk->Rest, Walk->Access, &Result->Object);
    }
    if (Last && Walk->Trailing) {
        return STATUS_OBJECT_NAME_INVALID;
    }
    if (Last) {
        ObReferenceObject(Found);
        Result->Object = Found;
        return STATUS_SUCCESS;
    }
    if (Type != &ObDirectoryType) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    ObpEnter(Walk, Found);
    return STATUS_REPARSE;
}

static NTSTATUS ObpWalk(OBP_WALK *Walk, OBP_LOOKUP *Result)
{
    BOOLEAN Insensitive = (Walk->Attributes->Attributes & OBJ_CASE_INSENSITIVE) != 0;
    NTSTATUS Status = STATUS_REPARSE;

    while (Status == STATUS_REPARSE) {
        UNICODE_STRING Part;
        PVOID Found;

        if (Walk->Rest.Length == 0) {
            ObReferenceObject(Walk->Directory); /* \ itself */
            Result->Object = Walk->Directory;
            return STATUS_SUCCESS;
        }
        if (!ObpNextPart(&Walk->Rest, &Part, &Walk->Trailing)) {
            return STATUS_OBJECT_NAME_INVALID;
        }
        ExAcquireFastMutex(&ObpNamespaceMutex);
        Found = ObpFindEntry(Walk->Directory, &Part, Insensitive);
        if (Found != NULL) {
            ObReferenceObject(Found);
        }
        ExReleaseFastMutex(&ObpNamespaceMutex);
        Status = ObpStep(Walk, Found, &Part, Result);
        if (Found != NULL) {
            ObDereferenceObject(Found);
        }
    }
    return Status;
}

NTSTATUS ObpLookup(const OBP_ATTRIBUTES *Attributes, BOOLEAN OpenLink, ACCESS_MASK Access,
                   OBP_LOOKUP *Result)
{
    OBP_WALK Walk = {
        .Attributes = Attributes, .OpenLink = OpenLink, .Access = Access, .Rest = Attributes->Name};
    NTSTATUS Status;

    *Result = (OBP_LOOKUP){0};
    if (Attributes->Root != NULL) {
        if (Walk.Rest.Length != 0 && Walk.Rest.Buffer[0] == '\\') {
            return STATUS_OBJECT_PATH_SYNTAX_BAD;
        }
        if (!ObpIsDirectory(Attributes->Root)) {
            return ObGetObjectType(Attributes->Root)
                ->Parse(Attributes->Root, &Walk.Rest, Access, &Result->Object);
        }
        ObpEnter(&Walk, Attributes->Root);
    } else {
        if (Walk.Rest.Length == 0 || Walk.Rest.Buffer[0] != '\\') {
            return STATUS_OBJECT_PATH_SYNTAX_BAD;
        }
        Walk.Rest.Buffer++;
        Walk.Rest.Length -= sizeof(WCHAR);
        ObpEnter(&Walk, ObpRoot);
    }
    Status = ObpWalk(&Walk, Result);
    if (Walk.Path.Buffer != NULL) {
        ExFreePool(Walk.Path.Buffer);
    }
    ObDereferenceObject(Walk.Directory);
    return Status;
}

VOID ObpReleaseLookup(OBP_LOOKUP *Result)
{
    if (Result->Object != NULL) {
        ObDereferenceObject(Result->Object);
    }
    if (Result->Directory != NULL) {
        ObDereferenceObject(Result->Directory);
    }
    if (Result->Last.Buffer != NULL) {
        ExFreePool(Result->Last.Buffer);
    }
}
