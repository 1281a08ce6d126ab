/* SPDX-License-Identifier: MIT */
/* Giving an object a name and a handle; opening one by name. */
#include "nt/services.h"
#include "obp.h"
#include "rtl/rtl.h"

NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes, ACCESS_MASK Access,
                               PHANDLE Handle)
{
    OB_HANDLE New = {Object, ObMapAccess(ObGetObjectType(Object), Access), HandleAttributes};

    return ObCreateHandle(ObCurrentTable(), &New, Handle);
}

/* The name is free when the mutex is taken, or somebody was faster. */
static NTSTATUS ObpGiveName(PVOID Object, OBP_LOOKUP *Place, BOOLEAN Permanent)
{
    NTSTATUS Status = STATUS_OBJECT_NAME_COLLISION;

    ExAcquireFastMutex(&ObpNamespaceMutex);
    if (ObpInsertEntry(Place->Directory, Object, &Place->Last)) {
        ObpHeader(Object)->Flags |= Permanent ? OBP_PERMANENT : 0;
        Place->Last.Buffer = NULL; /* the object's now */
        Status = STATUS_SUCCESS;
    }
    ExReleaseFastMutex(&ObpNamespaceMutex);
    return Status;
}

/* An object of that name is there already. */
static NTSTATUS ObpOpenExisting(PVOID Existing, PVOID Object, const OBP_ATTRIBUTES *Attributes,
                                ACCESS_MASK Access, PHANDLE Handle)
{
    NTSTATUS Status;

    if (!(Attributes->Attributes & OBJ_OPENIF)) {
        return STATUS_OBJECT_NAME_COLLISION;
    }
    if (ObGetObjectType(Existing) != ObGetObjectType(Object)) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    Status = ObOpenObjectByPointer(Existing, Attributes->Attributes, Access, Handle);
    return NT_SUCCESS(Status) ? STATUS_OBJECT_NAME_EXISTS : Status;
}

/* A handle, and the name that goes with it. */
static NTSTATUS ObpInsert(PVOID Object, const OBP_ATTRIBUTES *Attributes, ACCESS_MASK Access,
                          PHANDLE Handle)
{
    OBP_LOOKUP Place = {0};
    NTSTATUS Status = STATUS_SUCCESS;

    if (Attributes->Name.Length != 0) {
        Status = ObpLookup(Attributes, ObGetObjectType(Object) == &ObSymbolicLinkType, 0, &Place);
        if (NT_SUCCESS(Status) && Place.Object != NULL) {
            Status = ObpOpenExisting(Place.Object, Object, Attributes, Access, Handle);
            ObpReleaseLookup(&Place);
            return Status;
        }
    }
    if (NT_SUCCESS(Status)) {
        Status = ObOpenObjectByPointer(Object, Attributes->Attributes, Access, Handle);
    }
    if (NT_SUCCESS(Status) && Place.Directory != NULL) {
        Status = ObpGiveName(Object, &Place, (Attributes->Attributes & OBJ_PERMANENT) != 0);
        if (NT_SUCCESS(Status)) {
            ObpNameCheck(Object); /* another thread may have closed the handle, by its number */
        } else {
            ObCloseHandle(ObCurrentTable(), *Handle);
        }
    }
    ObpReleaseLookup(&Place);
    return Status;
}

NTSTATUS ObInsertObject(PVOID Object, POBJECT_ATTRIBUTES Attributes, ACCESS_MASK Access,
                        PHANDLE Handle)
{
    OBP_ATTRIBUTES Captured;
    NTSTATUS Status = ObpCaptureAttributes(Attributes, &Captured);

    if (NT_SUCCESS(Status)) {
        Status = ObpInsert(Object, &Captured, Access, Handle);
        ObpReleaseAttributes(&Captured);
    }
    ObDereferenceObject(Object);
    return Status;
}

NTSTATUS ObOpenObjectByName(POBJECT_ATTRIBUTES Attributes, POBJECT_TYPE Type, ACCESS_MASK Access,
                            PHANDLE Handle)
{
    OBP_ATTRIBUTES Captured;
    OBP_LOOKUP Found = {0};
    NTSTATUS Status = ObpCaptureAttributes(Attributes, &Captured);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ObpLookup(&Captured, Type == &ObSymbolicLinkType, ObMapAccess(Type, Access), &Found);
    if (NT_SUCCESS(Status)) {
        if (Found.Object == NULL) {
            Status = STATUS_OBJECT_NAME_NOT_FOUND;
        } else if (ObGetObjectType(Found.Object) != Type) {
            Status = STATUS_OBJECT_TYPE_MISMATCH;
        } else {
            Status = ObOpenObjectByPointer(Found.Object, Captured.Attributes, Access, Handle);
        }
    }
    ObpReleaseLookup(&Found);
    ObpReleaseAttributes(&Captured);
    return Status;
}

NTSTATUS ObNameObject(PVOID Object, PCSTR Path)
{
    WCHAR Text[64];
    OBP_ATTRIBUTES Attributes = {.Name = {.Buffer = Text}};
    OBP_LOOKUP Place;
    NTSTATUS Status;

    Attributes.Name.Length =
        (USHORT)RtlpUtf8ToUnicode(Text, sizeof(Text), Path, (ULONG)strlen(Path));
    Status = ObpLookup(&Attributes, TRUE, 0, &Place);
    if (NT_SUCCESS(Status)) {
        Status =
            Place.Object == NULL ? ObpGiveName(Object, &Place, TRUE) : STATUS_OBJECT_NAME_COLLISION;
    }
    if (NT_SUCCESS(Status)) {
        ObpHeader(Object)->Flags |= OBP_SYSTEM;
    }
    ObpReleaseLookup(&Place);
    return Status;
}

/*
 * The object behind Handle loses its name when its last handle is closed. STATUS_ACCESS_DENIED: it
 * was there at boot.
 */
NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE Handle)
{
    PVOID Object;
    NTSTATUS Status = ObReferenceObjectByHandle(Handle, DELETE, NULL, &Object);

    if (NT_SUCCESS(Status) && ObpHeader(Object)->Flags & OBP_SYSTEM) {
        ObDereferenceObject(Object);
        Status = STATUS_ACCESS_DENIED;
    } else if (NT_SUCCESS(Status)) {
        ExAcquireFastMutex(&ObpNamespaceMutex);
        ObpHeader(Object)->Flags &= ~OBP_PERMANENT;
        ExReleaseFastMutex(&ObpNamespaceMutex);
        ObDereferenceObject(Object);
    }
    return Status;
}
