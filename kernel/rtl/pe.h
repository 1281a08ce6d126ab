/* SPDX-License-Identifier: MIT */
/* Reading a PE image that nobody has vouched for, as a file or as it is mapped. */
#pragma once

#include "nt/image.h"
#include "nt/ntstatus.h"

/* A checked image. Every RVA read from it still goes through RtlpImageData. */
typedef struct _RTL_IMAGE {
    const UCHAR *Base; /* of the file's bytes, or of the mapping */
    ULONG Bytes;       /* at Base: the file's length, or SizeOfImage */
    BOOLEAN Mapped;    /* RVAs are offsets from Base; else they go through the sections */
    const IMAGE_NT_HEADERS32 *Headers;
    const IMAGE_SECTION_HEADER *Sections;
    ULONG NumberOfSections;
} RTL_IMAGE, *PRTL_IMAGE;

/*
 * Checks the headers of the file at Base (Bytes long; stays the caller's) and fills *Image.
 * Statuses: pe.c names one per kind of damage. Any IRQL.
 */
NTSTATUS RtlpParseImage(PRTL_IMAGE Image, const VOID *Base, ULONG Bytes);

/* The same for an image the kernel has mapped, so checked, already. */
VOID RtlpMappedImage(PRTL_IMAGE Image, const VOID *Base);

/* Bytes at Rva, whole inside the image's stored data, or NULL. */
const VOID *RtlpImageData(const RTL_IMAGE *Image, ULONG Rva, ULONG Bytes);

/* A string at Rva whose terminator lies inside the image too, or NULL. */
PCSTR RtlpImageString(const RTL_IMAGE *Image, ULONG Rva);

/* Data directory Index; {0, 0} when the header has fewer. */
IMAGE_DATA_DIRECTORY RtlpImageDirectory(const RTL_IMAGE *Image, ULONG Index);

/* Size in memory of a section (its VirtualSize, or its raw size where that is 0). */
ULONG RtlpSectionSize(const IMAGE_SECTION_HEADER *Section);

/* exports.c */
typedef struct _RTL_EXPORT {
    ULONG Rva;
    PCSTR Forwarder; /* "DLL.Name" when the export lives elsewhere, else NULL */
} RTL_EXPORT;

/*
 * Looks Name up in the export directory, or Ordinal when Name is NULL.
 * STATUS_SUCCESS; STATUS_ENTRYPOINT_NOT_FOUND; STATUS_ORDINAL_NOT_FOUND;
 * STATUS_INVALID_IMAGE_FORMAT when the directory is damaged.
 */
NTSTATUS RtlpFindExport(const RTL_IMAGE *Image, PCSTR Name, ULONG Ordinal, RTL_EXPORT *Export);

/* relocs.c */
typedef VOID (*PRTL_RELOCATE)(PVOID Context, ULONG Rva);

/*
 * Calls Relocate for each dword of the image that holds an address.
 * STATUS_CONFLICTING_ADDRESSES when the image has no relocations (it cannot move);
 * STATUS_INVALID_IMAGE_FORMAT when they are damaged: nothing of the damaged block was passed on.
 */
NTSTATUS RtlpWalkRelocations(const RTL_IMAGE *Image, PRTL_RELOCATE Relocate, PVOID Context);
