/* SPDX-License-Identifier: MIT */
/* The address sanitizer of make KASAN=1: nothing in the usual build. kasan.c has the shadow. */
#pragma once

#include "nt/ntdef.h"

#ifdef KASAN
VOID MiInitializeKasan(VOID);                 /* from here on pool is watched */
VOID MiKasanAllow(PVOID Block, ULONG Bytes);  /* it is somebody's now */
VOID MiKasanForbid(PVOID Block, ULONG Bytes); /* and nobody's again */
#else
static inline VOID MiInitializeKasan(VOID)
{
}
static inline VOID MiKasanAllow(PVOID Block, ULONG Bytes)
{
    (VOID) Block;
    (VOID) Bytes;
}
static inline VOID MiKasanForbid(PVOID Block, ULONG Bytes)
{
    (VOID) Block;
    (VOID) Bytes;
}
#endif
