/* SPDX-License-Identifier: MIT */
/* Handle tables. */
#include "mm/mm.h"
#include "obp.h"
#include "rtl/rtl.h"

#define FIRST_TABLE_SIZE 16UL

static PHANDLE_TABLE ObpCurrentTable;

PHANDLE_TABLE ObCurrentTable(VOID)
{
    return ObpCurrentTable;
}

VOID ObSetCurrentTable(PHANDLE_TABLE Table)
{
    ObpCurrentTable = Table;
}

/* The slot of a handle that could be valid, or NULL. The low two bits are the program's own. */
static PVOID *ObpSlot(PHANDLE_TABLE Table, HANDLE Handle)
{
    ULONG Index = ((ULONG)Handle >> 2) - 1;

    return Index < Table->Size ? &Table->Objects[Index] : NULL;
}

static BOOLEAN ObpGrowTable(PHANDLE_TABLE Table)
{
    ULONG Size = Table->Size != 0 ? Table->Size * 2 : FIRST_TABLE_SIZE;
    PVOID *Objects = ExAllocatePool(Size * sizeof(PVOID));

    if (Objects == NULL) {
        return FALSE;
    }
    if (Table->Objects != NULL) {
        memcpy(Objects, Table->Objects, Table->Size * sizeof(PVOID));
        ExFreePool(Table->Objects);
    }
    Table->Objects = Objects;
    Table->Size = Size;
    return TRUE;
}

NTSTATUS ObInsertObject(PHANDLE_TABLE Table, PVOID Object, PHANDLE Handle)
{
    ULONG Index = 0;

    while (Index < Table->Size && Table->Objects[Index] != NULL) {
        Index++;
    }
    if (Index == Table->Size && !ObpGrowTable(Table)) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Table->Objects[Index] = Object;
    *Handle = (HANDLE)((Index + 1) << 2);
    return STATUS_SUCCESS;
}

NTSTATUS ObReferenceObjectByHandle(PHANDLE_TABLE Table, HANDLE Handle, POBJECT_TYPE Type,
                                   PVOID *Object)
{
    PVOID *Slot = ObpSlot(Table, Handle);

    if (Slot == NULL || *Slot == NULL) {
        return STATUS_INVALID_HANDLE;
    }
    if (ObpHeader(*Slot)->Type != Type) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    ObReferenceObject(*Slot);
    *Object = *Slot;
    return STATUS_SUCCESS;
}

NTSTATUS ObCloseHandle(PHANDLE_TABLE Table, HANDLE Handle)
{
    PVOID *Slot = ObpSlot(Table, Handle);
    PVOID Object;

    if (Slot == NULL || *Slot == NULL) {
        return STATUS_INVALID_HANDLE;
    }
    Object = *Slot;
    *Slot = NULL;
    ObDereferenceObject(Object);
    return STATUS_SUCCESS;
}
