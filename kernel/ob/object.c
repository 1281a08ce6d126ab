/* SPDX-License-Identifier: MIT */
/* Objects: a header in front of the body, with type and count. */
#include "mm/mm.h"
#include "ob.h"
#include "obp.h"

PVOID ObCreateObject(POBJECT_TYPE Type, ULONG Bytes)
{
    POBJECT_HEADER Header = ExAllocatePool(sizeof(*Header) + Bytes);

    if (Header == NULL) {
        return NULL;
    }
    Header->Type = Type;
    Header->PointerCount = 1;
    return Header + 1;
}

VOID ObReferenceObject(PVOID Object)
{
    ObpHeader(Object)->PointerCount++;
}

VOID ObDereferenceObject(PVOID Object)
{
    POBJECT_HEADER Header = ObpHeader(Object);

    if (--Header->PointerCount != 0) {
        return;
    }
    if (Header->Type->Delete != NULL) {
        Header->Type->Delete(Object);
    }
    ExFreePool(Header);
}
