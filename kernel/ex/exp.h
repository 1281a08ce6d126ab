/* SPDX-License-Identifier: MIT */
/* How all these services begin and end. */
#pragma once

#include "ex.h"
#include "nt/services.h"
#include "rtl/rtl.h"

/* A new object of Type, and room for its handle. */
NTSTATUS ExpCreate(PHANDLE Address, POBJECT_TYPE Type, ULONG Bytes, PVOID *Object);
/* Named and with a handle, which is written to *Address; takes the reference over. */
NTSTATUS ExpInsert(PHANDLE Address, PVOID Object, POBJECT_ATTRIBUTES Attributes,
                   ACCESS_MASK Access);
NTSTATUS ExpOpen(PHANDLE Address, POBJECT_TYPE Type, POBJECT_ATTRIBUTES Attributes,
                 ACCESS_MASK Access);

/* A LONG of the caller's that may be NULL. */
NTSTATUS ExpProbeLong(PLONG Address);
NTSTATUS ExpReturnLong(PLONG Address, LONG Value);

/* Queries have one class, 0, and an answer of fixed size. */
typedef struct _EXP_QUERY {
    POBJECT_TYPE Type;
    ACCESS_MASK Access;
    ULONG Bytes;
} EXP_QUERY;
NTSTATUS ExpBeginQuery(const EXP_QUERY *Query, HANDLE Handle, ULONG Class, ULONG Length,
                       PVOID *Object);
NTSTATUS ExpEndQuery(const EXP_QUERY *Query, PVOID Object, const VOID *Answer, PVOID Information,
                     PULONG ReturnLength);
