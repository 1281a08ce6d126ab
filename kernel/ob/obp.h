/* SPDX-License-Identifier: MIT */
/* What Ob's files share. */
#pragma once

#include "ob.h"

#define OBP_PERMANENT 1UL
#define OBP_SYSTEM 2UL /* made at boot: it stays */

/* In front of each object. The fields of the name are guarded by ObpNamespaceMutex. */
typedef struct _OBJECT_HEADER {
    LONG PointerCount, HandleCount;
    POBJECT_TYPE Type;
    ULONG Flags;
    struct _OBJECT_DIRECTORY *Directory; /* it is in, with a reference of its own; or NULL */
    UNICODE_STRING Name;
    RTL_BALANCED_LINKS NameLinks; /* in Directory's tree */
    struct _OBJECT_HEADER *NextToDelete;
} OBJECT_HEADER, *POBJECT_HEADER;

C_ASSERT(sizeof(OBJECT_HEADER) % 8 == 0); /* the body is aligned to 8 */

#define ObpHeader(Object) ((POBJECT_HEADER)(Object)-1)

typedef struct _OBJECT_DIRECTORY {
    RTL_TREE Entries; /* by name */
} OBJECT_DIRECTORY, *POBJECT_DIRECTORY;

typedef struct _OBJECT_SYMBOLIC_LINK {
    UNICODE_STRING Target;
    LARGE_INTEGER CreationTime;
} OBJECT_SYMBOLIC_LINK, *POBJECT_SYMBOLIC_LINK;

extern FAST_MUTEX ObpNamespaceMutex;
extern POBJECT_DIRECTORY ObpRoot;

#define TAG_NAME POOL_TAG('O', 'b', 'N', 'm')
#define OBP_MAXIMUM_NAME 1024UL /* bytes */

/* attributes.c: OBJECT_ATTRIBUTES in safety. ObpReleaseAttributes when done. */
typedef struct _OBP_ATTRIBUTES {
    ULONG Attributes;
    PVOID Root;          /* a directory, or what else can be looked into, referenced; or NULL */
    UNICODE_STRING Name; /* Buffer NULL: none */
} OBP_ATTRIBUTES;
NTSTATUS ObpCaptureAttributes(POBJECT_ATTRIBUTES Attributes, OBP_ATTRIBUTES *Captured);
VOID ObpReleaseAttributes(OBP_ATTRIBUTES *Captured);
NTSTATUS ObpCaptureString(PCUNICODE_STRING String, PUNICODE_STRING Captured);

/* directory.c. The mutex is held. */
PVOID ObpFindEntry(POBJECT_DIRECTORY Directory, PCUNICODE_STRING Name, BOOLEAN CaseInsensitive);
/* Name's buffer becomes the object's. FALSE: that very name is there. */
BOOLEAN ObpInsertEntry(POBJECT_DIRECTORY Directory, PVOID Object, PCUNICODE_STRING Name);
VOID ObpRemoveEntry(PVOID Object); /* the directory's reference is the caller's then */
BOOLEAN ObpIsDirectory(PVOID Object);

/* lookup.c: where a path leads. */
typedef struct _OBP_LOOKUP {
    PVOID Object;                /* referenced; NULL: there is none of that name, */
    POBJECT_DIRECTORY Directory; /* it would be in this one, referenced, */
    UNICODE_STRING Last;         /* under this name, in pool of its own */
} OBP_LOOKUP;
/*
 * OpenLink: a symbolic link at the end is meant itself. STATUS_OBJECT_PATH_NOT_FOUND,
 * OBJECT_NAME_INVALID, OBJECT_PATH_SYNTAX_BAD, OBJECT_TYPE_MISMATCH, and what a Parse says.
 */
NTSTATUS ObpLookup(const OBP_ATTRIBUTES *Attributes, BOOLEAN OpenLink, ACCESS_MASK Access,
                   OBP_LOOKUP *Result);
VOID ObpReleaseLookup(OBP_LOOKUP *Result);

/* object.c: a handle more, or fewer; the last one may take the name away. */
VOID ObpAddHandle(PVOID Object);
VOID ObpDropHandle(PVOID Object);
VOID ObpNameCheck(PVOID Object); /* without handles, a temporary object has no name */
