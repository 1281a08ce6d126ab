/* SPDX-License-Identifier: MIT */
/*
 * make KASAN=1: the compiler has each load and store of the kernel ask here first (clang's kernel
 * address sanitizer, by calls). What may be touched is known of pool: a shadow byte for every eight
 * bytes, 0 when all of them are a block's, 1 to 7 when the first so many are, FF when none is. A
 * block that is freed may not be touched any more, nor what lies behind its end. Other memory is
 * not watched. The pool's own files, and this one, are not asked.
 */
#ifdef KASAN
#include "kasan.h"
#include "mip.h"
#include "rtl/rtl.h"

#define GRANULE 8UL
#define POISONED 0xFF
#define WATCHED 0x200000UL /* bytes of each pool, from its start */

static UCHAR MiShadow[2][WATCHED / GRANULE];
static BOOLEAN MiWatching;

VOID MiInitializeKasan(VOID)
{
    memset(MiShadow, POISONED, sizeof(MiShadow));
    MiWatching = TRUE;
}

/* NULL: not watched. */
static PUCHAR MiShadowOf(ULONG Address)
{
    if (Address - MI_NONPAGED_POOL_START < WATCHED) {
        return &MiShadow[NonPagedPool][(Address - MI_NONPAGED_POOL_START) / GRANULE];
    }
    if (Address - MI_PAGED_POOL_START < WATCHED) {
        return &MiShadow[PagedPool][(Address - MI_PAGED_POOL_START) / GRANULE];
    }
    return NULL;
}

VOID MiKasanAllow(PVOID Block, ULONG Bytes)
{
    for (ULONG At = 0; At < Bytes; At += GRANULE) {
        PUCHAR Shadow = MiShadowOf((ULONG)Block + At);

        if (Shadow != NULL) {
            *Shadow = Bytes - At >= GRANULE ? 0 : (UCHAR)(Bytes - At);
        }
    }
}

VOID MiKasanForbid(PVOID Block, ULONG Bytes)
{
    for (ULONG At = 0; At < Bytes; At += GRANULE) {
        PUCHAR Shadow = MiShadowOf((ULONG)Block + At);

        if (Shadow != NULL) {
            *Shadow = POISONED;
        }
    }
}

/* P1: 1; the address; how many bytes; who touches it. */
static VOID MiKasanCheck(ULONG Address, ULONG Bytes, PVOID Caller)
{
    for (ULONG At = Address; MiWatching && Bytes != 0 && At <= Address + Bytes - 1;
         At = (At | (GRANULE - 1)) + 1) {
        PUCHAR Shadow = MiShadowOf(At);
        ULONG Last = (At | (GRANULE - 1)) < Address + Bytes - 1 ? GRANULE - 1
                                                                : (Address + Bytes - 1) % GRANULE;

        if (Shadow != NULL && *Shadow != 0 && (*Shadow == POISONED || Last >= *Shadow)) {
            MiWatching = FALSE;
            KeDisplay("\nkasan: %lu bytes at %08lX, of no block of pool\n", Bytes, Address);
            KeBugCheckEx(DRIVER_VERIFIER_DETECTED_VIOLATION, 1, Address, Bytes, (ULONG)Caller);
        }
    }
}

/* What the compiler calls. */
#define ACCESS(name, bytes)                                                                        \
    VOID __asan_load##name##_noabort(ULONG Address);                                               \
    VOID __asan_store##name##_noabort(ULONG Address);                                              \
    VOID __asan_load##name##_noabort(ULONG Address)                                                \
    {                                                                                              \
        MiKasanCheck(Address, bytes, __builtin_return_address(0));                                 \
    }                                                                                              \
    VOID __asan_store##name##_noabort(ULONG Address)                                               \
    {                                                                                              \
        MiKasanCheck(Address, bytes, __builtin_return_address(0));                                 \
    }

ACCESS(1, 1)
ACCESS(2, 2)
ACCESS(4, 4)
ACCESS(8, 8)
ACCESS(16, 16)

VOID __asan_loadN_noabort(ULONG Address, ULONG Bytes);
VOID __asan_storeN_noabort(ULONG Address, ULONG Bytes);
VOID __asan_handle_no_return(VOID);

VOID __asan_loadN_noabort(ULONG Address, ULONG Bytes)
{
    MiKasanCheck(Address, Bytes, __builtin_return_address(0));
}

VOID __asan_storeN_noabort(ULONG Address, ULONG Bytes)
{
    MiKasanCheck(Address, Bytes, __builtin_return_address(0));
}

VOID __asan_handle_no_return(VOID)
{
    /* stacks are not watched */
}

/* Copies of structures, and calls of these by name. */
PVOID __asan_memcpy(PVOID Destination, const VOID *Source, ULONG Bytes);
PVOID __asan_memmove(PVOID Destination, const VOID *Source, ULONG Bytes);
PVOID __asan_memset(PVOID Destination, LONG Value, ULONG Bytes);

PVOID __asan_memcpy(PVOID Destination, const VOID *Source, ULONG Bytes)
{
    MiKasanCheck((ULONG)Source, Bytes, __builtin_return_address(0));
    MiKasanCheck((ULONG)Destination, Bytes, __builtin_return_address(0));
    return memcpy(Destination, Source, Bytes);
}

PVOID __asan_memmove(PVOID Destination, const VOID *Source, ULONG Bytes)
{
    MiKasanCheck((ULONG)Source, Bytes, __builtin_return_address(0));
    MiKasanCheck((ULONG)Destination, Bytes, __builtin_return_address(0));
    return memmove(Destination, Source, Bytes);
}

PVOID __asan_memset(PVOID Destination, LONG Value, ULONG Bytes)
{
    MiKasanCheck((ULONG)Destination, Bytes, __builtin_return_address(0));
    return memset(Destination, Value, Bytes);
}
#endif
