/* SPDX-License-Identifier: MIT */
/* The images in the process. */
#include "ntsd.h"
#include "nt/image.h"

#define MAXIMUM_MODULES 32

static MODULE Modules[MAXIMUM_MODULES];
static ULONG ModuleCount;

/* The last part of the file's name, without its extension. */
static VOID NameModule(MODULE *Module, HANDLE File)
{
    union {
        UNICODE_STRING Name;
        UCHAR Room[512];
    } Answer;
    ULONG First = 0, Last, Length = 0;

    sprintf(Module->Name, "image%08lx", Module->Base);
    if (File == NULL ||
        !NT_SUCCESS(NtQueryObject(File, ObjectNameInformation, &Answer, sizeof(Answer), NULL))) {
        return;
    }
    Length = Last = Answer.Name.Length / sizeof(WCHAR);
    for (ULONG i = 0; i < Length; i++) {
        First = Answer.Name.Buffer[i] == '\\' ? i + 1 : First;
        Last = Answer.Name.Buffer[i] == '.' ? i : Last;
    }
    Last = Last < First ? Length : Last;
    _snprintf(Module->Name, sizeof(Module->Name) - 1, "%.*ws", (int)(Last - First),
              Answer.Name.Buffer + First);
}

MODULE *AddModule(ULONG Base, HANDLE File, ULONG SymbolOffset, ULONG SymbolCount)
{
    MODULE *Module = &Modules[ModuleCount];
    IMAGE_NT_HEADERS32 Headers;
    LONG Offset;

    if (ModuleCount == MAXIMUM_MODULES ||
        !ReadBytes(Base + FIELD_OFFSET(IMAGE_DOS_HEADER, e_lfanew), &Offset, sizeof(Offset)) ||
        !ReadBytes(Base + (ULONG)Offset, &Headers, sizeof(Headers))) {
        return NULL;
    }
    ModuleCount++;
    *Module = (MODULE){.Base = Base, .Size = Headers.OptionalHeader.SizeOfImage};
    NameModule(Module, File);
    if (File != NULL && SymbolCount != 0) {
        LoadSymbols(Module, File, SymbolOffset, SymbolCount);
    }
    return Module;
}

VOID RemoveModule(ULONG Base)
{
    for (ULONG i = 0; i < ModuleCount; i++) {
        if (Modules[i].Base == Base) {
            Print("ModUnload: %08lx   %s\n", Base, Modules[i].Name);
            RtlFreeHeap(RtlProcessHeap(), 0, Modules[i].Symbols);
            Modules[i] = Modules[--ModuleCount];
        }
    }
}

VOID ListModules(VOID)
{
    Print("start    end        module name\n");
    for (ULONG i = 0; i < ModuleCount; i++) {
        Print("%08lx %08lx   %s%s\n", Modules[i].Base, Modules[i].Base + Modules[i].Size,
              Modules[i].Name, Modules[i].Symbols == NULL ? "   (no symbols)" : "");
    }
}

MODULE *FindModule(ULONG Address)
{
    for (ULONG i = 0; i < ModuleCount; i++) {
        if (Address - Modules[i].Base < Modules[i].Size) {
            return &Modules[i];
        }
    }
    return NULL;
}

/* Length 0: the program. */
MODULE *FindModuleByName(PCSTR Name, ULONG Length)
{
    CHAR Copy[sizeof(Modules[0].Name)];

    if (Length == 0) {
        return ModuleCount != 0 ? &Modules[0] : NULL;
    }
    if (Length >= sizeof(Copy)) {
        return NULL;
    }
    memcpy(Copy, Name, Length);
    Copy[Length] = 0;
    for (ULONG i = 0; i < ModuleCount; i++) {
        if (_stricmp(Modules[i].Name, Copy) == 0) {
            return &Modules[i];
        }
    }
    return NULL;
}
