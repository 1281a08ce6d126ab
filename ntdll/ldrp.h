/* SPDX-License-Identifier: MIT */
/* The loader's own. It runs on each thread before the program does, and when DLLs come and go. */
#pragma once

#include "ntdll.h"
#include "rtl/pe.h"

#define LDRP_MAXIMUM_NAME 64 /* bytes, of a module's name in UTF-8 */

extern RTL_CRITICAL_SECTION LdrpLoaderLock; /* of all below; loader.c */

/* modules.c: the three lists below PEB.Ldr */
VOID LdrpInitializeLists(VOID);
PLDR_DATA_TABLE_ENTRY LdrpAddModule(PVOID Base, PCSTR Name, ULONG Flags); /* NULL: no memory */
VOID LdrpRemoveModule(PLDR_DATA_TABLE_ENTRY Module);                      /* off all lists */
PLDR_DATA_TABLE_ENTRY LdrpFindModule(PCSTR Name); /* ".dll" may be missing; NULL: not loaded */
PLDR_DATA_TABLE_ENTRY LdrpFindModuleByBase(PVOID Base);
PLDR_DATA_TABLE_ENTRY LdrpFindModuleByAddress(ULONG Address); /* the one around it */
/* The name of a module as UTF-8, for messages and look-ups. */
PCSTR LdrpModuleName(PLDR_DATA_TABLE_ENTRY Module, CHAR Text[LDRP_MAXIMUM_NAME]);

/* map.c: finds Name among the loaded modules, or loads it and what it imports. */
NTSTATUS LdrpLoadDll(PCSTR Name, PLDR_DATA_TABLE_ENTRY *Module);

/* relocate.c: where it lies is where it thinks that it does, from then on. */
NTSTATUS LdrpRelocateImage(PVOID Base);

/* loadcount.c: a module and all that it needs are counted up or down, or pinned. */
VOID LdrpCountModule(PLDR_DATA_TABLE_ENTRY Module, LONG Difference);
VOID LdrpUnloadUnused(VOID);

/* attach.c: DllMain of all that have not heard of the process; of a new thread; of an end. */
NTSTATUS LdrpRunInitializeRoutines(PCONTEXT Context);
NTSTATUS LdrpInitializeThread(VOID);
VOID LdrpDetach(PLDR_DATA_TABLE_ENTRY Module, PCONTEXT Context);

/* tls.c: a module's .tls section gets an index; the running thread its blocks. */
typedef VOID(NTAPI *PLDRP_TLS_CALLBACK)(PVOID Base, ULONG Reason, PVOID Reserved);
VOID LdrpAddTls(PLDR_DATA_TABLE_ENTRY Module);
NTSTATUS LdrpAllocateTls(VOID);
VOID LdrpFreeTls(VOID);
VOID LdrpCallTls(PVOID Base, ULONG Reason);

/* snap.c: fills the import tables of Module. Says what is missing. */
NTSTATUS LdrpSnapModule(PLDR_DATA_TABLE_ENTRY Module);

/* procedure.c: the address of an export; Depth counts forwarders, which may go in circles. */
NTSTATUS LdrpGetProcedureAddress(PVOID Base, PCSTR Name, ULONG Ordinal, ULONG Depth,
                                 PVOID *Address);
