/* SPDX-License-Identifier: MIT */
/* From multiboot 1's information structure to the loader block. Multiboot spec 0.6.96, 3.3. */
#include "loader.h"
#include "rtl/rtl.h"

#define MULTIBOOT_MEMORY 0x001
#define MULTIBOOT_COMMAND_LINE 0x004
#define MULTIBOOT_MODULES 0x008
#define MULTIBOOT_MMAP 0x040

#define EARLY_MAPPED (16UL << 20) /* boot/start.asm */
#define ONE_MEGABYTE 0x100000UL

typedef struct _MULTIBOOT_INFO {
    ULONG Flags;
    ULONG MemLower, MemUpper; /* in KB */
    ULONG BootDevice;
    ULONG CommandLine;
    ULONG ModsCount, ModsAddr;
    ULONG Syms[4];
    ULONG MmapLength, MmapAddr;
} MULTIBOOT_INFO;

typedef struct _MULTIBOOT_MODULE {
    ULONG Start, End;
    ULONG String;
    ULONG Reserved;
} MULTIBOOT_MODULE;

typedef struct __attribute__((packed)) _MULTIBOOT_MMAP_ENTRY {
    ULONG Size; /* of what follows */
    ULONGLONG Base, Length;
    ULONG Type; /* 1: RAM */
} MULTIBOOT_MMAP_ENTRY;

extern CHAR KiImageEnd[]; /* linker.ld */

/* A physical range as a pointer, or NULL when the early mapping does not reach it. */
static const VOID *BlpPhysical(ULONG Address, ULONG Bytes)
{
    if (Address == 0 || Address >= EARLY_MAPPED || Bytes > EARLY_MAPPED - Address) {
        return NULL;
    }
    return (const VOID *)(0x80000000UL + Address);
}

/* Where the RAM that begins at 1 MB ends. */
static ULONG BlpMemoryEnd(const MULTIBOOT_INFO *Info)
{
    const UCHAR *Entries = BlpPhysical(Info->MmapAddr, Info->MmapLength);

    if ((Info->Flags & MULTIBOOT_MMAP) && Entries != NULL) {
        for (ULONG Offset = 0; Offset + sizeof(MULTIBOOT_MMAP_ENTRY) <= Info->MmapLength;) {
            const MULTIBOOT_MMAP_ENTRY *Entry = (const MULTIBOOT_MMAP_ENTRY *)(Entries + Offset);
            ULONGLONG End = Entry->Base + Entry->Length;

            if (Entry->Type == 1 && Entry->Base <= ONE_MEGABYTE && End > ONE_MEGABYTE) {
                return End > BL_MAXIMUM_MEMORY ? BL_MAXIMUM_MEMORY : (ULONG)End;
            }
            Offset += Entry->Size + sizeof(Entry->Size);
        }
    }
    if (Info->Flags & MULTIBOOT_MEMORY) {
        return Info->MemUpper >= BL_MAXIMUM_MEMORY / 1024 ? BL_MAXIMUM_MEMORY
                                                          : ONE_MEGABYTE + Info->MemUpper * 1024;
    }
    return 0;
}

/* QEMU puts the kernel's path before the command line, GRUB does not. */
static PCSTR BlpSkipImageName(PCSTR Line)
{
    static const CHAR Image[] = "mica.elf";

    for (PCSTR At = Line; *At != 0; At++) {
        ULONG Length = sizeof(Image) - 1;

        if (memcmp(At, Image, Length) == 0 && (At[Length] == ' ' || At[Length] == 0)) {
            Line = At + Length;
            break;
        }
    }
    while (*Line == ' ') {
        Line++;
    }
    return Line;
}

static PCSTR BlpReadCommandLine(PLOADER_BLOCK Block, const MULTIBOOT_INFO *Info)
{
    PCSTR Line = BlpPhysical(Info->CommandLine, 1);

    if (!(Info->Flags & MULTIBOOT_COMMAND_LINE) || Line == NULL) {
        return NULL; /* no command line is a command line too */
    }
    Line = BlpSkipImageName(Line);
    if (strlen(Line) >= sizeof(Block->CommandLine)) {
        return "the kernel command line is longer than 4095 bytes";
    }
    memcpy(Block->CommandLine, Line, strlen(Line) + 1);
    return BlReadOptions(Block);
}

/* The last part of a module's path; of "path arguments" only the path counts. */
static VOID BlpSetModuleName(PLOADER_MODULE Module, PCSTR String)
{
    ULONG Length = 0;

    for (PCSTR At = String; *At != 0 && *At != ' '; At++) {
        String = *At == '/' || *At == '\\' ? At + 1 : String;
    }
    while (String[Length] != 0 && String[Length] != ' ' && Length < BL_MAXIMUM_NAME - 1) {
        Module->Name[Length] = String[Length];
        Length++;
    }
    Module->Name[Length] = 0;
}

static PCSTR BlpReadModules(PLOADER_BLOCK Block, const MULTIBOOT_INFO *Info)
{
    const MULTIBOOT_MODULE *Modules;

    if (!(Info->Flags & MULTIBOOT_MODULES) || Info->ModsCount == 0) {
        return "the loader brought no modules; ntdll.dll and a program are needed";
    }
    if (Info->ModsCount > BL_MAXIMUM_MODULES) {
        return "more than 64 modules";
    }
    Modules = BlpPhysical(Info->ModsAddr, Info->ModsCount * sizeof(*Modules));
    if (Modules == NULL) {
        return "the loader's module list lies above 16 MB";
    }
    for (ULONG i = 0; i < Info->ModsCount; i++) {
        PLOADER_MODULE Module = &Block->Modules[i];
        PCSTR String = BlpPhysical(Modules[i].String, 1);

        if (Modules[i].End < Modules[i].Start || Modules[i].End > Block->MemoryEnd) {
            return "a module lies outside of memory";
        }
        Module->PhysicalBase = Modules[i].Start;
        Module->Bytes = Modules[i].End - Modules[i].Start;
        BlpSetModuleName(Module, String != NULL ? String : "");
        if (ROUND_TO_PAGES(Modules[i].End) > Block->ModulesEnd) {
            Block->ModulesEnd = ROUND_TO_PAGES(Modules[i].End);
        }
    }
    Block->ModuleCount = Info->ModsCount;
    return NULL;
}

PCSTR BlReadMultiboot(PLOADER_BLOCK Block, ULONG Address)
{
    const MULTIBOOT_INFO *Info = BlpPhysical(Address, sizeof(*Info));
    PCSTR Problem;

    if (Info == NULL) {
        return "the loader's information lies above 16 MB";
    }
    Block->MemoryEnd = PAGE_ALIGN(BlpMemoryEnd(Info));
    if (Block->MemoryEnd < BL_MINIMUM_MEMORY) {
        return "this machine is too small: Mica needs 8 MB of memory";
    }
    Block->ModulesEnd = ROUND_TO_PAGES((ULONG)KiImageEnd - 0x80000000UL);
    Problem = BlpReadCommandLine(Block, Info);
    return Problem != NULL ? Problem : BlpReadModules(Block, Info);
}
