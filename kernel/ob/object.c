/* SPDX-License-Identifier: MIT */
/* Objects: a header in front of the body, with type and counts. */
#include "obp.h"
#include "port.h"

static LONG ObpAdd(LONG *Count, LONG Difference)
{
    ULONG Flags = HalpDisableInterrupts(); /* one processor: that is an interlocked operation */
    LONG Now = *Count += Difference;

    HalpRestoreInterrupts(Flags);
    return Now;
}

NTSTATUS ObCreateObject(POBJECT_TYPE Type, ULONG Bytes, PVOID *Object)
{
    POBJECT_HEADER Header = ExAllocatePoolWithTag(Type->Pool, sizeof(*Header) + Bytes, Type->Tag);

    if (Header == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Header->Type = Type;
    Header->PointerCount = 1;
    ObpAdd((LONG *)&Type->Objects, 1);
    *Object = Header + 1;
    return STATUS_SUCCESS;
}

POBJECT_TYPE ObGetObjectType(PVOID Object)
{
    return ObpHeader(Object)->Type;
}

VOID ObReferenceObject(PVOID Object)
{
    ObpAdd(&ObpHeader(Object)->PointerCount, 1);
}

BOOLEAN ObReferenceObjectSafe(PVOID Object)
{
    ULONG Flags = HalpDisableInterrupts();
    BOOLEAN Living = ObpHeader(Object)->PointerCount != 0;

    ObpHeader(Object)->PointerCount += Living;
    HalpRestoreInterrupts(Flags);
    return Living;
}

/* The list of objects whose turn comes when the one at hand is gone; LAST ends it. */
#define LAST ((POBJECT_HEADER)1)

/* TRUE: an object is being deleted further up this stack, and this one will be afterwards. */
static BOOLEAN ObpDeleteLater(POBJECT_HEADER Header)
{
    PKTHREAD Thread = KeGetCurrentThread();
    ULONG Flags = HalpDisableInterrupts();
    BOOLEAN Later = Thread->ObjectsToDelete != NULL;

    if (Later) {
        Header->NextToDelete = Thread->ObjectsToDelete;
    }
    Thread->ObjectsToDelete = Later ? Header : LAST;
    HalpRestoreInterrupts(Flags);
    return Later;
}

/* The next one, off the list; NULL: there is none, and none is being deleted any more. */
static POBJECT_HEADER ObpNextToDelete(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    ULONG Flags = HalpDisableInterrupts();
    POBJECT_HEADER Header = Thread->ObjectsToDelete;

    Thread->ObjectsToDelete = Header != LAST ? Header->NextToDelete : NULL;
    HalpRestoreInterrupts(Flags);
    return Header != LAST ? Header : NULL;
}

static VOID ObpDelete(POBJECT_HEADER Header)
{
    if (Header->Type->Delete != NULL) {
        Header->Type->Delete(Header + 1);
    }
    ObpAdd((LONG *)&Header->Type->Objects, -1);
    if (Header->Name.Buffer != NULL) {
        ExFreePool(Header->Name.Buffer);
    }
    ExFreePool(Header);
}

/*
 * An object that goes may take others with it, and those others: a process its handles, among them
 * processes. One after the other, for a kernel stack is short.
 */
VOID ObDereferenceObject(PVOID Object)
{
    POBJECT_HEADER Header = ObpHeader(Object);

    if (ObpAdd(&Header->PointerCount, -1) != 0 || ObpDeleteLater(Header)) {
        return;
    }
    while (Header != NULL) {
        ObpDelete(Header);
        Header = ObpNextToDelete();
    }
}

VOID ObpAddHandle(PVOID Object)
{
    ObReferenceObject(Object);
    ObpAdd(&ObpHeader(Object)->HandleCount, 1);
    ObpAdd((LONG *)&ObpHeader(Object)->Type->Handles, 1);
}

VOID ObpNameCheck(PVOID Object)
{
    POBJECT_HEADER Header = ObpHeader(Object);
    BOOLEAN Removed = FALSE;

    ExAcquireFastMutex(&ObpNamespaceMutex);
    if (Header->HandleCount == 0 && Header->Directory != NULL && !(Header->Flags & OBP_PERMANENT)) {
        ObpRemoveEntry(Object);
        Removed = TRUE;
    }
    ExReleaseFastMutex(&ObpNamespaceMutex);
    if (Removed) {
        ObDereferenceObject(Object);
    }
}

VOID ObpDropHandle(PVOID Object)
{
    POBJECT_HEADER Header = ObpHeader(Object);

    ObpAdd((LONG *)&Header->Type->Handles, -1);
    if (ObpAdd(&Header->HandleCount, -1) == 0) {
        if (Header->Type->LastHandle != NULL) {
            Header->Type->LastHandle(Object);
        }
        ObpNameCheck(Object);
    }
    ObDereferenceObject(Object);
}
