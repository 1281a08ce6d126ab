/* SPDX-License-Identifier: MIT */
/* Io: file objects. A file is a boot module, read-only, or one of the three console streams. */
#pragma once

#include "loader.h"
#include "ob/ob.h"

typedef enum _IO_FILE_KIND {
    IoModuleFile,
    IoConsoleInput,
    IoConsoleOutput,
    IoConsoleError
} IO_FILE_KIND;

typedef struct _FILE_OBJECT {
    IO_FILE_KIND Kind;
    const LOADER_MODULE *Module; /* of a module file */
    ULONG Position;
} FILE_OBJECT, *PFILE_OBJECT;

extern OBJECT_TYPE IoFileObjectType;

/* module.c: the files of the system. Loader stays the caller's, for good. */
VOID IoInitialize(const LOADER_BLOCK *Loader);
const LOADER_MODULE *IoFindModule(PCSTR Name); /* case does not matter; NULL: none */
NTSTATUS IoOpenStandardHandles(PHANDLE Input, PHANDLE Output, PHANDLE Error);

/* console.c */
VOID IoInitializeConsole(VOID); /* before interrupts are on */
VOID IoConsoleWrite(IO_FILE_KIND Kind, PCSTR Bytes, ULONG Count);
/*
 * Waits for input and takes at most Room bytes of it. STATUS_END_OF_FILE, once and for all, when
 * the host has closed its end. PASSIVE_LEVEL.
 */
NTSTATUS IoConsoleRead(PCHAR Bytes, ULONG Room, PULONG Count);
/* From the interrupts of keyboard and COM1: takes what the device has. */
VOID IoConsoleInterrupt(VOID);
