/* SPDX-License-Identifier: MIT */
/* What the boot loader gave us, copied out of its way: the only thing boot/ tells the kernel. */
#pragma once

#include "nt/ntdef.h"

#define BL_MAXIMUM_MODULES 64
#define BL_MAXIMUM_NAME 64
#define BL_MAXIMUM_COMMAND_LINE 4096
#define BL_MINIMUM_MEMORY (7UL << 20)   /* of a machine of 8 MB: firmware keeps some */
#define BL_MAXIMUM_MEMORY (512UL << 20) /* 80000000-9FFFFFFF maps no more */

/* A module is a file of the system; its bytes stay where the loader put them. */
typedef struct _LOADER_MODULE {
    CHAR Name[BL_MAXIMUM_NAME]; /* the last part of its path */
    ULONG PhysicalBase;
    ULONG Bytes;
} LOADER_MODULE, *PLOADER_MODULE;

typedef struct _LOADER_BLOCK {
    ULONG MemoryEnd;  /* physical; all from 1 MB up to here is RAM */
    ULONG ModulesEnd; /* first free physical address behind kernel and modules, on a page */
    ULONG ModuleCount;
    LOADER_MODULE Modules[BL_MAXIMUM_MODULES];
    BOOLEAN Debug, SafeSeh, Sehop;             /* /DEBUG, /SAFESEH, /SEHOP */
    ULONG GlobalFlag;                          /* /GLOBALFLAG=hex: NtGlobalFlag */
    ULONG EventRecords;                        /* /EVENTS=hex: the event log's room; 0: none */
    BOOLEAN EventInterrupts;                   /* /INTERRUPTS: the log has the hardware's too */
    CHAR CommandLine[BL_MAXIMUM_COMMAND_LINE]; /* the program and what is for it */
} LOADER_BLOCK, *PLOADER_BLOCK;

/*
 * Reads the multiboot information at physical address Info into *Block.
 * NULL, or a sentence that says what is wrong with it. Paging maps the first 16 MB.
 */
PCSTR BlReadMultiboot(PLOADER_BLOCK Block, ULONG Info);

/* options.c: takes the switches off the command line. NULL, or what is wrong with them. */
PCSTR BlReadOptions(PLOADER_BLOCK Block);
