/* SPDX-License-Identifier: MIT */
/*
 * Io: devices and file objects. Three devices: the boot modules, read-only files below
 * \Device\Ramdisk (which \SystemRoot stands for); the console, \Device\Console; and \Device\Null,
 * which is empty and takes everything.
 */
#pragma once

#include "loader.h"
#include "mm/mm.h"
#include "nt/information.h"
#include "ob/ob.h"

typedef enum _IO_FILE_KIND {
    IoModuleFile,
    IoModuleDirectory,
    IoConsoleInput,
    IoConsoleOutput,
    IoConsoleError,
    IoNull
} IO_FILE_KIND;

typedef struct _FILE_OBJECT {
    IO_FILE_KIND Kind;
    const LOADER_MODULE *Module; /* of a module file */
    ULONG Position;              /* in the file; in a directory: entries told */
    KEVENT Event;                /* every transfer is over when it returns: always set */
} FILE_OBJECT, *PFILE_OBJECT;

extern OBJECT_TYPE IoFileObjectType, IoDeviceObjectType, IoSectionType;

/* device.c: the files of the system. Loader stays the caller's, for good. */
NTSTATUS IoInitialize(const LOADER_BLOCK *Loader);
const LOADER_MODULE *IoFindModule(PCSTR Name);        /* case does not matter; NULL: none */
const LOADER_MODULE *IoEnumerateModules(ULONG Index); /* NULL: no more */
/* A handle of the running process to a module's file, for reading. Name NULL: there is none. */
NTSTATUS IoOpenModule(PCSTR Name, PHANDLE Handle);
/* Handles of the running process to the three streams, inheritable. */
NTSTATUS IoOpenStandardHandles(PHANDLE Input, PHANDLE Output, PHANDLE Error);

/*
 * complete.c: a transfer from its arguments to its end. Event and ApcRoutine may be NULL. The
 * statuses of ObReferenceObjectByHandle and of touching the block; INSUFFICIENT_RESOURCES.
 */
typedef struct _IOP_TRANSFER {
    PFILE_OBJECT File;
    PKEVENT Event;
    struct _KAPC *Apc;
    PIO_STATUS_BLOCK IoStatusBlock;
} IOP_TRANSFER;
NTSTATUS IopBeginTransfer(IOP_TRANSFER *Transfer, HANDLE FileHandle, ACCESS_MASK Access,
                          HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                          PIO_STATUS_BLOCK IoStatusBlock);
NTSTATUS IopEndTransfer(IOP_TRANSFER *Transfer, NTSTATUS Status, ULONG Transferred);

/* section.c: what a section object is about. */
typedef struct _SECTION {
    PSEGMENT Segment;
    ULONG Protection; /* Win32: the most a view may have */
    ULONG Attributes; /* SEC_* */
} SECTION, *PSECTION;
/* For the kernel: a permanent section of Module's image named Path; with a reference. */
NTSTATUS IoCreateNamedImage(const LOADER_MODULE *Module, PCSTR Path, PSECTION *Section);

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
/* CONSOLE_MODE_* of nt/services.h; as the host has it at first: 0. */
VOID IoSetConsoleMode(ULONG Mode);
/* The event that Ctrl+C sets with CONSOLE_MODE_PROCESSED: \BaseNamedObjects\ConsoleBreak. */
extern PKEVENT IoConsoleBreak;
