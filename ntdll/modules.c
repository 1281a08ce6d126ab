/* SPDX-License-Identifier: MIT */
/* PEB.Ldr: which modules are loaded, in three orders. nt-facts 3.5. */
#include "ldrp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define SYSTEM_ROOT "\\SystemRoot\\"

typedef struct _LDRP_SLOT {
    LDR_DATA_TABLE_ENTRY Entry;
    WCHAR FullName[sizeof(SYSTEM_ROOT) + LDRP_MAXIMUM_NAME];
} LDRP_SLOT;

static PEB_LDR_DATA LdrpData = {.Length = sizeof(LdrpData)};

#define LdrpEntry(Link) CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InLoadOrderLinks)

VOID LdrpInitializeLists(VOID)
{
    InitializeListHead(&LdrpData.InLoadOrderModuleList);
    InitializeListHead(&LdrpData.InMemoryOrderModuleList);
    InitializeListHead(&LdrpData.InInitializationOrderModuleList);
    NtCurrentTeb()->ProcessEnvironmentBlock->Ldr = &LdrpData;
}

PLDR_DATA_TABLE_ENTRY LdrpAddModule(PVOID Base, PCSTR Name, ULONG Flags)
{
    PLDR_DATA_TABLE_ENTRY Entry;
    LDRP_SLOT *Slot;
    RTL_IMAGE Image;
    CHAR Path[sizeof(SYSTEM_ROOT) + LDRP_MAXIMUM_NAME];

    Slot = RtlAllocateHeap(RtlProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*Slot));
    if (Slot == NULL) {
        return NULL;
    }
    Entry = &Slot->Entry;
    _snprintf(Path, sizeof(Path) - 1, SYSTEM_ROOT "%s", Name);
    Path[sizeof(Path) - 1] = 0;
    RtlpUtf8ToUnicode(Slot->FullName, sizeof(Slot->FullName) - sizeof(WCHAR), Path,
                      (ULONG)strlen(Path));
    RtlpMappedImage(&Image, Base);
    Entry->DllBase = Base;
    Entry->EntryPoint = Image.Headers->OptionalHeader.AddressOfEntryPoint != 0
                            ? (PUCHAR)Base + Image.Headers->OptionalHeader.AddressOfEntryPoint
                            : NULL;
    Entry->SizeOfImage = Image.Headers->OptionalHeader.SizeOfImage;
    Entry->TimeDateStamp = Image.Headers->FileHeader.TimeDateStamp;
    Entry->Flags = Flags;
    RtlInitUnicodeString(&Entry->FullDllName, Slot->FullName);
    RtlInitUnicodeString(&Entry->BaseDllName, Slot->FullName + sizeof(SYSTEM_ROOT) - 1);
    InitializeListHead(&Entry->HashLinks);
    InitializeListHead(&Entry->InInitializationOrderLinks);
    InsertTailList(&LdrpData.InLoadOrderModuleList, &Entry->InLoadOrderLinks);
    InsertTailList(&LdrpData.InMemoryOrderModuleList, &Entry->InMemoryOrderLinks);
    return Entry;
}

VOID LdrpRemoveModule(PLDR_DATA_TABLE_ENTRY Module)
{
    RemoveEntryList(&Module->InLoadOrderLinks);
    RemoveEntryList(&Module->InMemoryOrderLinks);
    RemoveEntryList(&Module->InInitializationOrderLinks);
    RtlFreeHeap(RtlProcessHeap(), 0, CONTAINING_RECORD(Module, LDRP_SLOT, Entry));
}

PCSTR LdrpModuleName(PLDR_DATA_TABLE_ENTRY Module, CHAR Text[LDRP_MAXIMUM_NAME])
{
    Text[RtlpUnicodeToUtf8(Text, LDRP_MAXIMUM_NAME - 1, Module->BaseDllName.Buffer,
                           Module->BaseDllName.Length)] = 0;
    return Text;
}

/* A forwarder says "NTDLL", an import "ntdll.dll". */
static BOOLEAN LdrpSameName(PCSTR Loaded, PCSTR Name)
{
    CHAR WithExtension[LDRP_MAXIMUM_NAME + 4];

    _snprintf(WithExtension, sizeof(WithExtension), "%.*s.dll", LDRP_MAXIMUM_NAME - 1, Name);
    return _stricmp(Loaded, Name) == 0 || _stricmp(Loaded, WithExtension) == 0;
}

PLDR_DATA_TABLE_ENTRY LdrpFindModule(PCSTR Name)
{
    PLIST_ENTRY Head = &LdrpData.InLoadOrderModuleList;
    CHAR Text[LDRP_MAXIMUM_NAME];

    for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
        if (!(LdrpEntry(Link)->Flags & LDRP_UNLOAD_IN_PROGRESS) &&
            LdrpSameName(LdrpModuleName(LdrpEntry(Link), Text), Name)) {
            return LdrpEntry(Link);
        }
    }
    return NULL;
}

PLDR_DATA_TABLE_ENTRY LdrpFindModuleByBase(PVOID Base)
{
    PLIST_ENTRY Head = &LdrpData.InLoadOrderModuleList;

    for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
        if (LdrpEntry(Link)->DllBase == Base) {
            return LdrpEntry(Link);
        }
    }
    return NULL;
}

/* An exception in the loader's first steps comes before there is a list. */
PLDR_DATA_TABLE_ENTRY LdrpFindModuleByAddress(ULONG Address)
{
    PLIST_ENTRY Head = &LdrpData.InLoadOrderModuleList;

    for (PLIST_ENTRY Link = Head->Flink; Link != NULL && Link != Head; Link = Link->Flink) {
        PLDR_DATA_TABLE_ENTRY Entry = LdrpEntry(Link);

        if (Address - (ULONG)Entry->DllBase < Entry->SizeOfImage) {
            return Entry;
        }
    }
    return NULL;
}
