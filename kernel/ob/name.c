/* SPDX-License-Identifier: MIT */
/* The whole name of an object, put together from its end. */
#include "obp.h"
#include "rtl/rtl.h"

/* The mutex is held. Bytes of "\a\b". */
static ULONG ObpNameBytes(PVOID Object)
{
    ULONG Bytes = 0;

    if (Object == ObpRoot) {
        return sizeof(WCHAR);
    }
    for (; Object != ObpRoot; Object = ObpHeader(Object)->Directory) {
        if (ObpHeader(Object)->Directory == NULL) {
            return 0; /* it has none, or its directory lost its own */
        }
        Bytes += sizeof(WCHAR) + ObpHeader(Object)->Name.Length;
    }
    return Bytes;
}

ULONG ObQueryName(PVOID Object, PWSTR Text, ULONG Bytes)
{
    ULONG Needed, At;

    ExAcquireFastMutex(&ObpNamespaceMutex);
    Needed = At = ObpNameBytes(Object);
    if (Needed != 0 && Needed <= Bytes) {
        Text[0] = '\\';
        for (; Object != ObpRoot; Object = ObpHeader(Object)->Directory) {
            At -= ObpHeader(Object)->Name.Length;
            memcpy((PUCHAR)Text + At, ObpHeader(Object)->Name.Buffer,
                   ObpHeader(Object)->Name.Length);
            At -= sizeof(WCHAR);
            Text[At / sizeof(WCHAR)] = '\\';
        }
    }
    ExReleaseFastMutex(&ObpNamespaceMutex);
    return Needed;
}
