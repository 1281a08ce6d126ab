/* SPDX-License-Identifier: MIT */
/* The loader's own. It runs on the first thread, before the program does. */
#pragma once

#include "ntdll.h"
#include "rtl/pe.h"

#define LDRP_MAXIMUM_NAME 64 /* bytes, of a module's name in UTF-8 */

/* modules.c: the three lists below PEB.Ldr */
VOID LdrpInitializeLists(VOID);
PLDR_DATA_TABLE_ENTRY LdrpAddModule(PVOID Base, PCSTR Name, ULONG Flags); /* NULL: no memory */
PLDR_DATA_TABLE_ENTRY LdrpFindModule(PCSTR Name); /* ".dll" may be missing; NULL: not loaded */
PLDR_DATA_TABLE_ENTRY LdrpFindModuleByBase(PVOID Base);
PLDR_DATA_TABLE_ENTRY LdrpFindModuleByAddress(ULONG Address); /* the one around it */
/* The name of a module as UTF-8, for messages and look-ups. */
PCSTR LdrpModuleName(PLDR_DATA_TABLE_ENTRY Module, CHAR Text[LDRP_MAXIMUM_NAME]);

/* map.c: finds Name among the loaded modules, or loads it and what it imports. */
NTSTATUS LdrpLoadDll(PCSTR Name, PLDR_DATA_TABLE_ENTRY *Module);

/* relocate.c: where it lies is where it thinks that it does, from then on. */
NTSTATUS LdrpRelocateImage(PVOID Base);

/* snap.c: fills the import tables of Module. Says what is missing. */
NTSTATUS LdrpSnapModule(PLDR_DATA_TABLE_ENTRY Module);

/* procedure.c: the address of an export; Depth counts forwarders, which may go in circles. */
NTSTATUS LdrpGetProcedureAddress(PVOID Base, PCSTR Name, ULONG Ordinal, ULONG Depth,
                                 PVOID *Address);
