/* SPDX-License-Identifier: MIT */
/* The PE/COFF file format, 32-bit, as far as Mica reads it (Microsoft's PE specification). */
#pragma once

#include "ntdef.h"

#define IMAGE_DOS_SIGNATURE 0x5A4D /* MZ */
#define IMAGE_OS2_SIGNATURE 0x454E /* NE */
#define IMAGE_OS2_SIGNATURE_LE 0x454C
#define IMAGE_VXD_SIGNATURE_LX 0x584C
#define IMAGE_NT_SIGNATURE 0x00004550 /* PE00 */

#define IMAGE_FILE_MACHINE_I386 0x014C
#define IMAGE_FILE_RELOCS_STRIPPED 0x0001
#define IMAGE_FILE_EXECUTABLE_IMAGE 0x0002
#define IMAGE_FILE_DLL 0x2000
#define IMAGE_NT_OPTIONAL_HDR32_MAGIC 0x10B
#define IMAGE_NT_OPTIONAL_HDR64_MAGIC 0x20B
#define IMAGE_SUBSYSTEM_NATIVE 1
#define IMAGE_SUBSYSTEM_WINDOWS_GUI 2
#define IMAGE_SUBSYSTEM_WINDOWS_CUI 3

#define IMAGE_SCN_CNT_UNINITIALIZED_DATA 0x00000080UL
#define IMAGE_SCN_MEM_EXECUTE 0x20000000UL
#define IMAGE_SCN_MEM_READ 0x40000000UL
#define IMAGE_SCN_MEM_WRITE 0x80000000UL

#define IMAGE_DIRECTORY_ENTRY_EXPORT 0
#define IMAGE_DIRECTORY_ENTRY_IMPORT 1
#define IMAGE_DIRECTORY_ENTRY_BASERELOC 5
#define IMAGE_DIRECTORY_ENTRY_TLS 9
#define IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG 10
#define IMAGE_NUMBEROF_DIRECTORY_ENTRIES 16

#define IMAGE_DLLCHARACTERISTICS_NO_SEH 0x0400

#define IMAGE_REL_BASED_ABSOLUTE 0
#define IMAGE_REL_BASED_HIGHLOW 3

#define IMAGE_ORDINAL_FLAG32 0x80000000UL

typedef struct _IMAGE_DOS_HEADER {
    USHORT e_magic;
    USHORT e_unused[29];
    LONG e_lfanew;
} IMAGE_DOS_HEADER;

typedef struct _IMAGE_FILE_HEADER {
    USHORT Machine;
    USHORT NumberOfSections;
    ULONG TimeDateStamp;
    ULONG PointerToSymbolTable;
    ULONG NumberOfSymbols;
    USHORT SizeOfOptionalHeader;
    USHORT Characteristics;
} IMAGE_FILE_HEADER;

typedef struct _IMAGE_DATA_DIRECTORY {
    ULONG VirtualAddress;
    ULONG Size;
} IMAGE_DATA_DIRECTORY;

typedef struct _IMAGE_OPTIONAL_HEADER32 {
    USHORT Magic;
    UCHAR MajorLinkerVersion, MinorLinkerVersion;
    ULONG SizeOfCode, SizeOfInitializedData, SizeOfUninitializedData;
    ULONG AddressOfEntryPoint;
    ULONG BaseOfCode, BaseOfData;
    ULONG ImageBase;
    ULONG SectionAlignment, FileAlignment;
    USHORT MajorOperatingSystemVersion, MinorOperatingSystemVersion;
    USHORT MajorImageVersion, MinorImageVersion;
    USHORT MajorSubsystemVersion, MinorSubsystemVersion;
    ULONG Win32VersionValue;
    ULONG SizeOfImage, SizeOfHeaders, CheckSum;
    USHORT Subsystem, DllCharacteristics;
    ULONG SizeOfStackReserve, SizeOfStackCommit, SizeOfHeapReserve, SizeOfHeapCommit;
    ULONG LoaderFlags;
    ULONG NumberOfRvaAndSizes;
    IMAGE_DATA_DIRECTORY DataDirectory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} IMAGE_OPTIONAL_HEADER32;

typedef struct _IMAGE_NT_HEADERS32 {
    ULONG Signature;
    IMAGE_FILE_HEADER FileHeader;
    IMAGE_OPTIONAL_HEADER32 OptionalHeader;
} IMAGE_NT_HEADERS32, *PIMAGE_NT_HEADERS32;

typedef struct _IMAGE_SECTION_HEADER {
    UCHAR Name[8];
    ULONG VirtualSize;
    ULONG VirtualAddress;
    ULONG SizeOfRawData;
    ULONG PointerToRawData;
    ULONG PointerToRelocations, PointerToLinenumbers;
    USHORT NumberOfRelocations, NumberOfLinenumbers;
    ULONG Characteristics;
} IMAGE_SECTION_HEADER, *PIMAGE_SECTION_HEADER;

typedef struct _IMAGE_EXPORT_DIRECTORY {
    ULONG Characteristics, TimeDateStamp;
    USHORT MajorVersion, MinorVersion;
    ULONG Name;
    ULONG Base;
    ULONG NumberOfFunctions, NumberOfNames;
    ULONG AddressOfFunctions, AddressOfNames, AddressOfNameOrdinals;
} IMAGE_EXPORT_DIRECTORY, *PIMAGE_EXPORT_DIRECTORY;

typedef struct _IMAGE_IMPORT_DESCRIPTOR {
    ULONG OriginalFirstThunk;
    ULONG TimeDateStamp;
    ULONG ForwarderChain;
    ULONG Name;
    ULONG FirstThunk;
} IMAGE_IMPORT_DESCRIPTOR, *PIMAGE_IMPORT_DESCRIPTOR;

typedef struct _IMAGE_BASE_RELOCATION {
    ULONG VirtualAddress;
    ULONG SizeOfBlock; /* this header and its USHORT entries */
} IMAGE_BASE_RELOCATION, *PIMAGE_BASE_RELOCATION;

typedef struct _IMAGE_TLS_DIRECTORY32 {
    ULONG StartAddressOfRawData, EndAddressOfRawData; /* addresses, of the first contents */
    ULONG AddressOfIndex, AddressOfCallBacks;
    ULONG SizeOfZeroFill, Characteristics;
} IMAGE_TLS_DIRECTORY32;

typedef struct _IMAGE_LOAD_CONFIG_DIRECTORY32 {
    /*00*/ ULONG Size; /* of this structure, which grew with each version */
    /*04*/ ULONG TimeDateStamp;
    /*08*/ USHORT MajorVersion, MinorVersion;
    /*0C*/ ULONG GlobalFlagsClear, GlobalFlagsSet, CriticalSectionDefaultTimeout;
    /*18*/ ULONG DeCommitFreeBlockThreshold, DeCommitTotalFreeThreshold;
    /*20*/ ULONG LockPrefixTable, MaximumAllocationSize, VirtualMemoryThreshold;
    /*2C*/ ULONG ProcessHeapFlags, ProcessAffinityMask;
    /*34*/ USHORT CSDVersion, DependentLoadFlags;
    /*38*/ ULONG EditList, SecurityCookie;
    /*40*/ ULONG SEHandlerTable; /* an address: RVAs of the handlers */
    /*44*/ ULONG SEHandlerCount;
} IMAGE_LOAD_CONFIG_DIRECTORY32;

ASSERT_SIZE(IMAGE_LOAD_CONFIG_DIRECTORY32, 0x48);
ASSERT_OFFSET(IMAGE_DOS_HEADER, e_lfanew, 0x3C);
ASSERT_SIZE(IMAGE_FILE_HEADER, 20);
ASSERT_SIZE(IMAGE_OPTIONAL_HEADER32, 0xE0);
ASSERT_SIZE(IMAGE_SECTION_HEADER, 40);
ASSERT_SIZE(IMAGE_EXPORT_DIRECTORY, 40);
