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

VOID ObDereferenceObject(PVOID Object)
{
    POBJECT_HEADER Header = ObpHeader(Object);

    if (ObpAdd(&Header->PointerCount, -1) != 0) {
        return;
    }
    if (Header->Type->Delete != NULL) {
        Header->Type->Delete(Object);
    }
    ObpAdd((LONG *)&Header->Type->Objects, -1);
    if (Header->Name.Buffer != NULL) {
        ExFreePool(Header->Name.Buffer);
    }
    ExFreePool(Header);
}

VOID ObpAddHandle(PVOID Object)
{
    ObReferenceObject(Object);
    ObpAdd(&ObpHeader(Object)->HandleCount, 1);
    ObpAdd((LONG *)&ObpHeader(Object)->Type->Handles, 1);
}

/* A temporary object has its name while it has handles. */
static VOID ObpNameCheck(PVOID Object)
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
