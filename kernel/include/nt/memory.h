/* SPDX-License-Identifier: MIT */
/* The address map (seed 004 section 01; nt-facts 8) and the constants of the memory services. */
#pragma once

#include "ntdef.h"

#define MM_LOWEST_USER_ADDRESS 0x00010000UL /* below: the NULL guard, 64 KB */
#define MM_HIGHEST_USER_ADDRESS 0x7FFEFFFFUL
#define MM_USER_PROBE_ADDRESS 0x7FFF0000UL  /* above: the 64 KB between the halves */
#define MM_HIGHEST_VAD_ADDRESS 0x7FFDFFFFUL /* PEB's page; the shared page is not a VAD */
#define MM_SYSTEM_RANGE_START 0x80000000UL
#define MM_ALLOCATION_GRANULARITY 0x10000UL

#define MM_TEB_ADDRESS 0x7FFDE000UL /* first thread; later ones go downward */
#define MM_PEB_ADDRESS 0x7FFDF000UL
#define MM_SHARED_USER_DATA_VA 0x7FFE0000UL
#define KI_USER_SHARED_DATA 0xFFDF0000UL /* the same page, for ring 0 */

#define MEM_COMMIT 0x1000UL
#define MEM_RESERVE 0x2000UL
#define MEM_DECOMMIT 0x4000UL
#define MEM_RELEASE 0x8000UL
#define MEM_FREE 0x10000UL
#define MEM_PRIVATE 0x20000UL
#define MEM_MAPPED 0x40000UL
#define MEM_TOP_DOWN 0x100000UL
#define MEM_IMAGE 0x1000000UL

#define PAGE_NOACCESS 0x01UL
#define PAGE_READONLY 0x02UL
#define PAGE_READWRITE 0x04UL
#define PAGE_WRITECOPY 0x08UL
#define PAGE_EXECUTE 0x10UL
#define PAGE_EXECUTE_READ 0x20UL
#define PAGE_EXECUTE_READWRITE 0x40UL
#define PAGE_EXECUTE_WRITECOPY 0x80UL
#define PAGE_GUARD 0x100UL
#define PAGE_NOCACHE 0x200UL

#define SEC_IMAGE 0x1000000UL
#define SEC_RESERVE 0x4000000UL
#define SEC_COMMIT 0x8000000UL

#define ViewShare 1 /* clones of the process get the view too, */
#define ViewUnmap 2 /* or do not */

typedef struct _MEMORY_BASIC_INFORMATION {
    PVOID BaseAddress, AllocationBase;
    ULONG AllocationProtect;
    ULONG RegionSize;
    ULONG State, Protect, Type;
} MEMORY_BASIC_INFORMATION, *PMEMORY_BASIC_INFORMATION;

#define NtCurrentProcess() ((HANDLE)0xFFFFFFFFUL)
#define NtCurrentThread() ((HANDLE)0xFFFFFFFEUL)
