/* SPDX-License-Identifier: MIT */
/*
 * The entries of a directory, in the order of their names: letters' case counts only between names
 * that are otherwise the same, so that a search which ignores it finds one of those.
 */
#include "obp.h"
#include "rtl/rtl.h"

FAST_MUTEX ObpNamespaceMutex;

typedef struct _OBP_KEY {
    PCUNICODE_STRING Name;
    BOOLEAN CaseInsensitive;
} OBP_KEY;

static LONG ObpCompareNames(const VOID *Key, const RTL_BALANCED_LINKS *Node)
{
    const OBP_KEY *Wanted = Key;
    PCUNICODE_STRING Name = &CONTAINING_RECORD(Node, OBJECT_HEADER, NameLinks)->Name;
    LONG Order = RtlCompareUnicodeString(Wanted->Name, Name, TRUE);

    return Order != 0 || Wanted->CaseInsensitive
               ? Order
               : RtlCompareUnicodeString(Wanted->Name, Name, FALSE);
}

BOOLEAN ObpIsDirectory(PVOID Object)
{
    return ObGetObjectType(Object) == &ObDirectoryType;
}

PVOID ObpFindEntry(POBJECT_DIRECTORY Directory, PCUNICODE_STRING Name, BOOLEAN CaseInsensitive)
{
    OBP_KEY Key = {Name, CaseInsensitive};
    PRTL_BALANCED_LINKS Node = RtlpFindInTree(&Directory->Entries, ObpCompareNames, &Key);

    return Node != NULL ? CONTAINING_RECORD(Node, OBJECT_HEADER, NameLinks) + 1 : NULL;
}

BOOLEAN ObpInsertEntry(POBJECT_DIRECTORY Directory, PVOID Object, PCUNICODE_STRING Name)
{
    POBJECT_HEADER Header = ObpHeader(Object);
    OBP_KEY Key = {Name, FALSE};

    if (!RtlpInsertIntoTree(&Directory->Entries, ObpCompareNames, &Key, &Header->NameLinks)) {
        return FALSE;
    }
    Header->Name = *Name;
    Header->Directory = Directory;
    ObReferenceObject(Directory); /* a directory stays while something is in it, */
    ObReferenceObject(Object);    /* and what is in it while it has its name */
    return TRUE;
}

VOID ObpRemoveEntry(PVOID Object)
{
    POBJECT_HEADER Header = ObpHeader(Object);
    POBJECT_DIRECTORY Directory = Header->Directory;

    RtlpRemoveFromTree(&Directory->Entries, &Header->NameLinks);
    Header->Directory = NULL;
    ObDereferenceObject(Directory);
}
