/* SPDX-License-Identifier: MIT */
/* Ob: objects, counted, and the handles of a process to them. PASSIVE_LEVEL. */
#pragma once

#include "ke/ke.h"

typedef struct _OBJECT_TYPE {
    PCSTR Name;
    VOID (*Delete)(PVOID Object); /* frees what the object owns; NULL: nothing */
} OBJECT_TYPE, *POBJECT_TYPE;

/* A table grows when it is full; index i is handle 4 * (i + 1), as NT's are multiples of four. */
typedef struct _HANDLE_TABLE {
    PVOID *Objects;
    ULONG Size;
    BOOLEAN RaiseUMExceptionOnInvalidHandleClose; /* a debugger wants it */
} HANDLE_TABLE, *PHANDLE_TABLE;

/* The running process's table: Ps sets it. handle.c */
PHANDLE_TABLE ObCurrentTable(VOID);
VOID ObSetCurrentTable(PHANDLE_TABLE Table);

/* A zeroed object of Bytes with one reference, the caller's; NULL: no memory. */
PVOID ObCreateObject(POBJECT_TYPE Type, ULONG Bytes);
VOID ObReferenceObject(PVOID Object);
VOID ObDereferenceObject(PVOID Object);

/* Makes a handle, which takes over the caller's reference. STATUS_INSUFFICIENT_RESOURCES. */
NTSTATUS ObInsertObject(PHANDLE_TABLE Table, PVOID Object, PHANDLE Handle);

/*
 * The object behind Handle, referenced. STATUS_INVALID_HANDLE; STATUS_OBJECT_TYPE_MISMATCH when
 * it is not of Type.
 */
NTSTATUS ObReferenceObjectByHandle(PHANDLE_TABLE Table, HANDLE Handle, POBJECT_TYPE Type,
                                   PVOID *Object);
NTSTATUS ObCloseHandle(PHANDLE_TABLE Table, HANDLE Handle);
