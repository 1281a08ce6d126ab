/* SPDX-License-Identifier: MIT */
/*
 * Handle tables: leaves of 512 entries, made as they are needed, and a list of free entries, so
 * that making, finding and closing a handle take the same few steps however many there are. Entry i
 * is handle 4 * i; the low two bits of a handle are the program's own. Entry 0 is nobody's.
 */
#include "obp.h"
#include "rtl/rtl.h"

#define TAG_TABLE POOL_TAG('O', 'b', 't', 'b')
#define LEAF_ENTRIES (PAGE_SIZE / sizeof(OBP_ENTRY))
#define MAXIMUM_LEAVES 256UL
#define ENTRY_ATTRIBUTES (OBJ_INHERIT | OBJ_PROTECT_CLOSE)

/* Object: the attributes in the low bits; 0: free, and Access is the next free entry's number. */
typedef struct _OBP_ENTRY {
    ULONG Object;
    ACCESS_MASK Access;
} OBP_ENTRY;

struct _HANDLE_TABLE {
    FAST_MUTEX Mutex;
    ULONG Count, Leaves, Free; /* Free 0: none */
    BOOLEAN RaiseUMExceptionOnInvalidHandleClose;
    OBP_ENTRY *Leaf[MAXIMUM_LEAVES];
};

static OBP_ENTRY *ObpEntryAt(PHANDLE_TABLE Table, ULONG Index)
{
    return &Table->Leaf[Index / LEAF_ENTRIES][Index % LEAF_ENTRIES];
}

static PVOID ObpObject(const OBP_ENTRY *Entry)
{
    return (PVOID)(Entry->Object & ~ENTRY_ATTRIBUTES);
}

/* The entry of a handle in use, or NULL. */
static OBP_ENTRY *ObpEntry(PHANDLE_TABLE Table, HANDLE Handle)
{
    ULONG Index = (ULONG)Handle >> 2;

    if (Index == 0 || Index >= Table->Leaves * LEAF_ENTRIES) {
        return NULL;
    }
    return ObpEntryAt(Table, Index)->Object != 0 ? ObpEntryAt(Table, Index) : NULL;
}

/* A leaf more, its entries free, the lowest to be used first. */
static BOOLEAN ObpGrow(PHANDLE_TABLE Table)
{
    ULONG First = Table->Leaves * LEAF_ENTRIES;
    OBP_ENTRY *Leaf = Table->Leaves < MAXIMUM_LEAVES
                          ? ExAllocatePoolWithTag(PagedPool, PAGE_SIZE, TAG_TABLE)
                          : NULL;

    if (Leaf == NULL) {
        return FALSE;
    }
    Table->Leaf[Table->Leaves++] = Leaf;
    for (ULONG i = 0; i < LEAF_ENTRIES - 1; i++) {
        Leaf[i].Access = First + i + 1;
    }
    Leaf[LEAF_ENTRIES - 1].Access = Table->Free;
    Table->Free = First != 0 ? First : 1;
    return TRUE;
}

PHANDLE_TABLE ObCreateHandleTable(PHANDLE_TABLE Parent)
{
    PHANDLE_TABLE Table = ExAllocatePoolWithTag(PagedPool, sizeof(*Table), TAG_TABLE);

    if (Table == NULL) {
        return NULL;
    }
    ExInitializeFastMutex(&Table->Mutex);
    if (Parent == NULL) {
        return Table;
    }
    ExAcquireFastMutex(&Parent->Mutex);
    for (ULONG Index = 1; Index < Parent->Leaves * LEAF_ENTRIES; Index++) {
        OBP_ENTRY *From = ObpEntryAt(Parent, Index);

        if (Index / LEAF_ENTRIES >= Table->Leaves && !ObpGrow(Table)) {
            ExReleaseFastMutex(&Parent->Mutex);
            ObCloseAllHandles(Table);
            ObDeleteHandleTable(Table);
            return NULL;
        }
        if (From->Object & OBJ_INHERIT) {
            ObpAddHandle(ObpObject(From));
            *ObpEntryAt(Table, Index) = *From;
            Table->Count++;
        }
    }
    ExReleaseFastMutex(&Parent->Mutex);
    /* Numbers are kept, so the list of free ones is made anew. */
    Table->Free = 0;
    for (ULONG Index = Table->Leaves * LEAF_ENTRIES; Index-- > 1;) {
        if (ObpEntryAt(Table, Index)->Object == 0) {
            ObpEntryAt(Table, Index)->Access = Table->Free;
            Table->Free = Index;
        }
    }
    return Table;
}

/* Not counted as a handle: ids are made so too. */
static NTSTATUS ObpTakeEntry(PHANDLE_TABLE Table, const OB_HANDLE *New, PHANDLE Handle)
{
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;

    ExAcquireFastMutex(&Table->Mutex);
    if (Table->Free != 0 || ObpGrow(Table)) {
        ULONG Index = Table->Free;
        OBP_ENTRY *Entry = ObpEntryAt(Table, Index);

        Table->Free = Entry->Access;
        Entry->Object = (ULONG)New->Object | (New->Attributes & ENTRY_ATTRIBUTES);
        Entry->Access = New->Access;
        Table->Count++;
        *Handle = (HANDLE)(Index << 2);
        Status = STATUS_SUCCESS;
    }
    ExReleaseFastMutex(&Table->Mutex);
    return Status;
}

/* The mutex is held. */
static VOID ObpFreeEntry(PHANDLE_TABLE Table, HANDLE Handle)
{
    OBP_ENTRY *Entry = ObpEntry(Table, Handle);

    Entry->Object = 0;
    Entry->Access = Table->Free;
    Table->Free = (ULONG)Handle >> 2;
    Table->Count--;
}

NTSTATUS ObCreateHandle(PHANDLE_TABLE Table, const OB_HANDLE *New, PHANDLE Handle)
{
    NTSTATUS Status;

    ObpAddHandle(New->Object);
    Status = ObpTakeEntry(Table, New, Handle);
    if (!NT_SUCCESS(Status)) {
        ObpDropHandle(New->Object);
    }
    return Status;
}

NTSTATUS ObCloseHandle(PHANDLE_TABLE Table, HANDLE Handle)
{
    NTSTATUS Status = STATUS_INVALID_HANDLE;
    PVOID Object = NULL;
    OBP_ENTRY *Entry;

    ExAcquireFastMutex(&Table->Mutex);
    Entry = ObpEntry(Table, Handle);
    if (Entry != NULL && Entry->Object & OBJ_PROTECT_CLOSE) {
        Status = STATUS_HANDLE_NOT_CLOSABLE;
    } else if (Entry != NULL) {
        Object = ObpObject(Entry);
        ObpFreeEntry(Table, Handle);
        Status = STATUS_SUCCESS;
    }
    ExReleaseFastMutex(&Table->Mutex);
    if (Object != NULL) {
        ObpDropHandle(Object);
    }
    return Status;
}

NTSTATUS ObReferenceHandle(PHANDLE_TABLE Table, HANDLE Handle, OB_HANDLE *Found)
{
    NTSTATUS Status = STATUS_INVALID_HANDLE;
    OBP_ENTRY *Entry;

    if (Table == NULL) {
        return Status;
    }
    ExAcquireFastMutex(&Table->Mutex);
    Entry = ObpEntry(Table, Handle);
    if (Entry != NULL) {
        *Found = (OB_HANDLE){ObpObject(Entry), Entry->Access, Entry->Object & ENTRY_ATTRIBUTES};
        ObReferenceObject(Found->Object);
        Status = STATUS_SUCCESS;
    }
    ExReleaseFastMutex(&Table->Mutex);
    return Status;
}

NTSTATUS ObSetHandleAttributes(PHANDLE_TABLE Table, HANDLE Handle, ULONG Attributes)
{
    NTSTATUS Status = STATUS_INVALID_HANDLE;
    OBP_ENTRY *Entry;

    ExAcquireFastMutex(&Table->Mutex);
    Entry = ObpEntry(Table, Handle);
    if (Entry != NULL) {
        Entry->Object = (Entry->Object & ~ENTRY_ATTRIBUTES) | (Attributes & ENTRY_ATTRIBUTES);
        Status = STATUS_SUCCESS;
    }
    ExReleaseFastMutex(&Table->Mutex);
    return Status;
}

BOOLEAN ObEnumerateHandles(PHANDLE_TABLE Table, PULONG Handle, OB_HANDLE *Found)
{
    BOOLEAN Any = FALSE;

    ExAcquireFastMutex(&Table->Mutex);
    for (ULONG Index = *Handle >> 2; !Any && Index < Table->Leaves * LEAF_ENTRIES; Index++) {
        OBP_ENTRY *Entry = ObpEntry(Table, (HANDLE)(Index << 2));

        if (Entry != NULL) {
            *Found = (OB_HANDLE){ObpObject(Entry), Entry->Access, Entry->Object & ENTRY_ATTRIBUTES};
            ObReferenceObject(Found->Object);
            *Handle = Index << 2;
            Any = TRUE;
        }
    }
    ExReleaseFastMutex(&Table->Mutex);
    return Any;
}

VOID ObCloseAllHandles(PHANDLE_TABLE Table)
{
    OB_HANDLE Found;

    for (ULONG Handle = 0; ObEnumerateHandles(Table, &Handle, &Found); Handle += 4) {
        ObSetHandleAttributes(Table, (HANDLE)Handle, 0);
        ObCloseHandle(Table, (HANDLE)Handle);
        ObDereferenceObject(Found.Object);
    }
}

VOID ObDeleteHandleTable(PHANDLE_TABLE Table)
{
    for (ULONG i = 0; i < Table->Leaves; i++) {
        ExFreePool(Table->Leaf[i]);
    }
    ExFreePool(Table);
}

ULONG ObHandleCount(PHANDLE_TABLE Table)
{
    return Table != NULL ? Table->Count : 0;
}

BOOLEAN *ObRaiseOnInvalidClose(PHANDLE_TABLE Table)
{
    return &Table->RaiseUMExceptionOnInvalidHandleClose;
}

NTSTATUS ObCreateId(PHANDLE_TABLE Table, PVOID Object, PHANDLE Id)
{
    OB_HANDLE New = {Object, 0, 0};

    return ObpTakeEntry(Table, &New, Id);
}

VOID ObDestroyId(PHANDLE_TABLE Table, HANDLE Id)
{
    ExAcquireFastMutex(&Table->Mutex);
    ObpFreeEntry(Table, Id);
    ExReleaseFastMutex(&Table->Mutex);
}

PVOID ObReferenceById(PHANDLE_TABLE Table, HANDLE Id, POBJECT_TYPE Type)
{
    OBP_ENTRY *Entry;
    PVOID Object = NULL;

    ExAcquireFastMutex(&Table->Mutex);
    Entry = ObpEntry(Table, Id);
    if (Entry != NULL && ObGetObjectType(ObpObject(Entry)) == Type &&
        ObReferenceObjectSafe(ObpObject(Entry))) {
        Object = ObpObject(Entry);
    }
    ExReleaseFastMutex(&Table->Mutex);
    return Object;
}
