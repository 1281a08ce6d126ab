/* SPDX-License-Identifier: MIT */
/*
 * LdrLoadDll and LdrUnloadDll. A module is counted once for each load of it or of something that
 * needs it, directly or not; imports that go in circles are counted once, too. What nobody counts
 * any more is told, and unmapped.
 */
#include "ldrp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

/* Module and all that it needs, each once: LDRP_LOAD_IN_PROGRESS marks those that were there. */
static VOID LdrpCount(PLDR_DATA_TABLE_ENTRY Module, LONG Difference)
{
    RTL_IMAGE Image;
    IMAGE_DATA_DIRECTORY Directory;

    if (Module->Flags & LDRP_LOAD_IN_PROGRESS) {
        return;
    }
    Module->Flags |= LDRP_LOAD_IN_PROGRESS;
    if (Module->LoadCount != LDRP_PINNED) {
        Module->LoadCount =
            (USHORT)(Difference == LDRP_PINNED ? LDRP_PINNED : Module->LoadCount + Difference);
    }
    RtlpMappedImage(&Image, Module->DllBase);
    Directory = RtlpImageDirectory(&Image, IMAGE_DIRECTORY_ENTRY_IMPORT);
    for (ULONG Offset = 0; Directory.Size != 0; Offset += sizeof(IMAGE_IMPORT_DESCRIPTOR)) {
        const IMAGE_IMPORT_DESCRIPTOR *Descriptor =
            RtlpImageData(&Image, Directory.VirtualAddress + Offset, sizeof(*Descriptor));
        PCSTR Name = Descriptor != NULL && Descriptor->Name != 0 && Descriptor->FirstThunk != 0
                         ? RtlpImageString(&Image, Descriptor->Name)
                         : NULL;
        PLDR_DATA_TABLE_ENTRY Needed = Name != NULL ? LdrpFindModule(Name) : NULL;

        if (Name == NULL) {
            break;
        }
        if (Needed != NULL) {
            LdrpCount(Needed, Difference);
        }
    }
}

VOID LdrpCountModule(PLDR_DATA_TABLE_ENTRY Module, LONG Difference)
{
    PLIST_ENTRY Head = &NtCurrentTeb()->ProcessEnvironmentBlock->Ldr->InLoadOrderModuleList;

    LdrpCount(Module, Difference);
    for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
        CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InLoadOrderLinks)->Flags &=
            ~LDRP_LOAD_IN_PROGRESS;
    }
}

/* The last that was initialised of those that nobody has and that are not told yet; or NULL. */
static PLDR_DATA_TABLE_ENTRY LdrpFindUnused(VOID)
{
    PLIST_ENTRY Head =
        &NtCurrentTeb()->ProcessEnvironmentBlock->Ldr->InInitializationOrderModuleList;

    for (PLIST_ENTRY Link = Head->Blink; Link != Head; Link = Link->Blink) {
        PLDR_DATA_TABLE_ENTRY Module =
            CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InInitializationOrderLinks);

        if (Module->LoadCount == 0 && !(Module->Flags & LDRP_UNLOAD_IN_PROGRESS)) {
            return Module;
        }
    }
    return NULL;
}

/* One that has been told; or whose imports failed, which never came into the order. */
static PLDR_DATA_TABLE_ENTRY LdrpFindRemovable(VOID)
{
    PLIST_ENTRY Head = &NtCurrentTeb()->ProcessEnvironmentBlock->Ldr->InLoadOrderModuleList;

    for (PLIST_ENTRY Link = Head->Blink; Link != Head; Link = Link->Blink) {
        PLDR_DATA_TABLE_ENTRY Module =
            CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InLoadOrderLinks);

        if (Module->LoadCount == 0) {
            return Module;
        }
    }
    return NULL;
}

/*
 * All are told while all are there; then they go. A DllMain that unloads something in its turn
 * comes here again: what it leaves is the outer call's.
 */
VOID LdrpUnloadUnused(VOID)
{
    static BOOLEAN InProgress;
    PLDR_DATA_TABLE_ENTRY Module;

    if (InProgress) {
        return;
    }
    InProgress = TRUE;
    while ((Module = LdrpFindUnused()) != NULL) {
        Module->Flags |= LDRP_UNLOAD_IN_PROGRESS; /* its name finds it no more */
        LdrpDetach(Module, NULL);
    }
    while ((Module = LdrpFindRemovable()) != NULL) {
        PVOID Base = Module->DllBase;

        LdrpRemoveModule(Module);
        NtUnmapViewOfSection(NtCurrentProcess(), Base);
    }
    InProgress = FALSE;
}

static VOID LdrpNarrowName(PUNICODE_STRING Name, CHAR Text[LDRP_MAXIMUM_NAME])
{
    Text[RtlpUnicodeToUtf8(Text, LDRP_MAXIMUM_NAME - 1, Name->Buffer, Name->Length)] = 0;
}

NTSTATUS NTAPI LdrLoadDll(PWSTR Path, PULONG Flags, PUNICODE_STRING Name, PVOID *Base)
{
    CHAR Text[LDRP_MAXIMUM_NAME];
    PLDR_DATA_TABLE_ENTRY Module;
    NTSTATUS Status;

    (VOID) Path;
    (VOID) Flags;
    LdrpNarrowName(Name, Text);
    RtlEnterCriticalSection(&LdrpLoaderLock);
    Status = LdrpLoadDll(Text, &Module);
    if (NT_SUCCESS(Status)) {
        LdrpCountModule(Module, 1);
        Status = LdrpRunInitializeRoutines(NULL);
        if (!NT_SUCCESS(Status)) {
            LdrpCountModule(Module, -1);
        }
    }
    if (NT_SUCCESS(Status)) {
        *Base = Module->DllBase;
    } else {
        LdrpUnloadUnused(); /* and what was loaded on the way */
    }
    RtlLeaveCriticalSection(&LdrpLoaderLock);
    return Status;
}

NTSTATUS NTAPI LdrUnloadDll(PVOID Base)
{
    PLDR_DATA_TABLE_ENTRY Module;
    NTSTATUS Status = STATUS_DLL_NOT_FOUND;

    RtlEnterCriticalSection(&LdrpLoaderLock);
    Module = LdrpFindModuleByBase(Base);
    if (Module != NULL) {
        if (!(Module->Flags & LDRP_UNLOAD_IN_PROGRESS)) {
            LdrpCountModule(Module, -1);
            LdrpUnloadUnused();
        }
        Status = STATUS_SUCCESS;
    }
    RtlLeaveCriticalSection(&LdrpLoaderLock);
    return Status;
}
