/* SPDX-License-Identifier: MIT */
/*
 * Ob: objects with a type, counted by pointers and by handles; their names below \; the handles of
 * a process. IRQL < DISPATCH_LEVEL, but for reference and dereference of an object that lives on.
 */
#pragma once

#include "ke/fastmutex.h"
#include "ke/ke.h"
#include "mm/pool.h"
#include "nt/object.h"
#include "rtl/tree.h"

typedef struct _OBJECT_TYPE {
    PCSTR Name;
    ULONG Tag;
    POOL_TYPE Pool;
    GENERIC_MAPPING Mapping;
    ACCESS_MASK ValidAccess;
    LONG WaitOffset;                  /* of the DISPATCHER_HEADER in the body; OB_NO_WAIT: none */
    VOID (*Delete)(PVOID Object);     /* frees what the object owns; NULL: nothing. PASSIVE_LEVEL */
    VOID (*LastHandle)(PVOID Object); /* its last handle is closed; NULL: nothing */
    /*
     * Of an object that names go through (a device): opens what Name (the rest) says below it.
     * NULL: nothing lies below.
     */
    NTSTATUS (*Parse)(PVOID Object, PCUNICODE_STRING Name, ACCESS_MASK Access, PVOID *Opened);
    /* The name of an object that has none in the namespace, in ASCII; NULL: there is none. */
    VOID (*QueryName)(PVOID Object, PCHAR Text, ULONG Room);
    ULONG Objects, Handles; /* that there are */
} OBJECT_TYPE, *POBJECT_TYPE;

#define OB_NO_WAIT (-1)

/* type.c: types are told, so that \ObjectTypes and queries know them. Once each. */
VOID ObRegisterType(POBJECT_TYPE Type);
POBJECT_TYPE ObEnumerateTypes(ULONG Index); /* NULL: no more */
NTSTATUS ObPublishTypes(VOID);              /* all are registered, the namespace is there */

/* namespace.c: the root and the directories that every system has. Once, after all types. */
NTSTATUS ObInitializeNamespace(VOID);

/* object.c: a zeroed object of Bytes with one reference, the caller's. INSUFFICIENT_RESOURCES. */
NTSTATUS ObCreateObject(POBJECT_TYPE Type, ULONG Bytes, PVOID *Object);
VOID ObReferenceObject(PVOID Object);
BOOLEAN ObReferenceObjectSafe(PVOID Object); /* FALSE: nobody has it any more, it is going */
VOID ObDereferenceObject(PVOID Object);
POBJECT_TYPE ObGetObjectType(PVOID Object);

/*
 * insert.c. Attributes are the caller's (user mode: probed), or NULL.
 *
 * ObInsertObject names the object, if they say so, and makes a handle; it takes over the caller's
 * reference, whatever comes. With OBJ_OPENIF and a name that is there: a handle to that one,
 * STATUS_OBJECT_NAME_EXISTS (a success); else STATUS_OBJECT_NAME_COLLISION.
 */
NTSTATUS ObInsertObject(PVOID Object, POBJECT_ATTRIBUTES Attributes, ACCESS_MASK Access,
                        PHANDLE Handle);
NTSTATUS ObOpenObjectByName(POBJECT_ATTRIBUTES Attributes, POBJECT_TYPE Type, ACCESS_MASK Access,
                            PHANDLE Handle);
/* A handle of the running process to Object. HandleAttributes: OBJ_INHERIT. */
NTSTATUS ObOpenObjectByPointer(PVOID Object, ULONG HandleAttributes, ACCESS_MASK Access,
                               PHANDLE Handle);
/* For the kernel itself: a permanent name, in ASCII, below \; the object's reference stays. */
NTSTATUS ObNameObject(PVOID Object, PCSTR Path);

/* link.c: the same for a link. */
NTSTATUS ObCreateLink(PCSTR Path, PCWSTR Target);

/* wait.c: what to wait for behind a handle. STATUS_OBJECT_TYPE_MISMATCH: nobody can. */
NTSTATUS ObReferenceForWait(HANDLE Handle, PVOID *Object, PVOID *Dispatcher);
/* *Used: NULL, or Local with what Timeout had. */
NTSTATUS ObCaptureTimeout(PLARGE_INTEGER Timeout, PLARGE_INTEGER Local, PLARGE_INTEGER *Used);

/* handle.c: the handles of a process. */
typedef struct _HANDLE_TABLE HANDLE_TABLE, *PHANDLE_TABLE;
/* Where EPROCESS (ps/ps.h, which asserts it) keeps its own. */
#define OB_HANDLE_TABLE_OFFSET 0x104
#define ObTableOfProcess(Process) (*(PHANDLE_TABLE *)((PUCHAR)(Process) + OB_HANDLE_TABLE_OFFSET))
static inline PHANDLE_TABLE ObCurrentTable(VOID)
{
    return ObTableOfProcess(KeGetCurrentProcess());
}
/* NULL: no memory. With Parent: copies of its inheritable handles, with the same numbers. */
PHANDLE_TABLE ObCreateHandleTable(PHANDLE_TABLE Parent);
VOID ObCloseAllHandles(PHANDLE_TABLE Table); /* in the process that has it */
VOID ObDeleteHandleTable(PHANDLE_TABLE Table);
ULONG ObHandleCount(PHANDLE_TABLE Table);
/* Whether NtClose of what is no handle is to raise: a debugger's wish. */
BOOLEAN *ObRaiseOnInvalidClose(PHANDLE_TABLE Table);

typedef struct _OB_HANDLE {
    PVOID Object;
    ACCESS_MASK Access;
    ULONG Attributes; /* OBJ_INHERIT, OBJ_PROTECT_CLOSE */
} OB_HANDLE;
/* Takes over no reference: the handle has its own. INSUFFICIENT_RESOURCES. */
NTSTATUS ObCreateHandle(PHANDLE_TABLE Table, const OB_HANDLE *New, PHANDLE Handle);
/* STATUS_INVALID_HANDLE; STATUS_HANDLE_NOT_CLOSABLE. */
NTSTATUS ObCloseHandle(PHANDLE_TABLE Table, HANDLE Handle);
/* What is behind a handle, referenced. STATUS_INVALID_HANDLE. */
NTSTATUS ObReferenceHandle(PHANDLE_TABLE Table, HANDLE Handle, OB_HANDLE *Found);
NTSTATUS ObSetHandleAttributes(PHANDLE_TABLE Table, HANDLE Handle, ULONG Attributes);
/* The handles in order: the first whose number is at least *Handle, what it is for referenced.
   FALSE: no more. */
BOOLEAN ObEnumerateHandles(PHANDLE_TABLE Table, PULONG Handle, OB_HANDLE *Found);

/* The ids of processes and threads are a handle table too, without counts of handles. */
NTSTATUS ObCreateId(PHANDLE_TABLE Table, PVOID Object, PHANDLE Id);
VOID ObDestroyId(PHANDLE_TABLE Table, HANDLE Id);
PVOID ObReferenceById(PHANDLE_TABLE Table, HANDLE Id, POBJECT_TYPE Type); /* NULL: nobody's */

/*
 * reference.c: the object behind a handle of the running process, referenced. NtCurrentProcess()
 * and NtCurrentThread() are handles too. Type NULL: any. STATUS_INVALID_HANDLE;
 * STATUS_OBJECT_TYPE_MISMATCH; STATUS_ACCESS_DENIED: the handle was opened for less than Access.
 */
NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, POBJECT_TYPE Type,
                                   PVOID *Object);
extern POBJECT_TYPE ObpProcessType, ObpThreadType; /* Ps sets them, for those two */
/* What Access means for Type once generic rights are replaced, and maximum allowed. */
ACCESS_MASK ObMapAccess(POBJECT_TYPE Type, ACCESS_MASK Access);

/* name.c: the whole name of an object, from \. Bytes written, or needed if that is more. */
ULONG ObQueryName(PVOID Object, PWSTR Text, ULONG Bytes);

/* type objects */
extern OBJECT_TYPE ObDirectoryType, ObSymbolicLinkType;
