/* SPDX-License-Identifier: MIT */
/*
 * PEB (7FFDF000), the loader's lists below it, and the process parameters.
 * Seed 004 section 03, corrected by nt-facts 3.3, 3.4, 3.5 and 11.
 */
#pragma once

#include "ntdef.h"

typedef struct _CURDIR {
    UNICODE_STRING DosPath;
    HANDLE Handle;
} CURDIR;

#define RTL_USER_PROC_PARAMS_NORMALIZED 1UL /* pointers are absolute, not offsets */

typedef struct _RTL_USER_PROCESS_PARAMETERS {
    /*000*/ ULONG MaximumLength;
    /*004*/ ULONG Length;
    /*008*/ ULONG Flags;
    /*00C*/ ULONG DebugFlags;
    /*010*/ HANDLE ConsoleHandle;
    /*014*/ ULONG ConsoleFlags;
    /*018*/ HANDLE StandardInput;
    /*01C*/ HANDLE StandardOutput;
    /*020*/ HANDLE StandardError;
    /*024*/ CURDIR CurrentDirectory;
    /*030*/ UNICODE_STRING DllPath;
    /*038*/ UNICODE_STRING ImagePathName;
    /*040*/ UNICODE_STRING CommandLine;
    /*048*/ PWSTR Environment;
    /*04C*/ ULONG StartingX, StartingY, CountX, CountY, CountCharsX, CountCharsY;
    /*064*/ ULONG FillAttribute, WindowFlags, ShowWindowFlags;
    /*070*/ UNICODE_STRING WindowTitle;
    /*078*/ UNICODE_STRING DesktopInfo;
    /*080*/ UNICODE_STRING ShellInfo;
    /*088*/ UNICODE_STRING RuntimeData;
    /*090*/ UCHAR CurrentDirectores[0x20][0x10];
} RTL_USER_PROCESS_PARAMETERS, *PRTL_USER_PROCESS_PARAMETERS;

typedef struct _PEB_LDR_DATA {
    /*00*/ ULONG Length;
    /*04*/ BOOLEAN Initialized;
    /*08*/ HANDLE SsHandle;
    /*0C*/ LIST_ENTRY InLoadOrderModuleList;
    /*14*/ LIST_ENTRY InMemoryOrderModuleList;
    /*1C*/ LIST_ENTRY InInitializationOrderModuleList;
} PEB_LDR_DATA, *PPEB_LDR_DATA;

typedef struct _LDR_DATA_TABLE_ENTRY {
    /*00*/ LIST_ENTRY InLoadOrderLinks;
    /*08*/ LIST_ENTRY InMemoryOrderLinks;
    /*10*/ LIST_ENTRY InInitializationOrderLinks;
    /*18*/ PVOID DllBase;
    /*1C*/ PVOID EntryPoint;
    /*20*/ ULONG SizeOfImage;
    /*24*/ UNICODE_STRING FullDllName;
    /*2C*/ UNICODE_STRING BaseDllName;
    /*34*/ ULONG Flags;
    /*38*/ USHORT LoadCount;
    /*3A*/ USHORT TlsIndex;
    /*3C*/ LIST_ENTRY HashLinks;
    /*44*/ ULONG TimeDateStamp;
} LDR_DATA_TABLE_ENTRY, *PLDR_DATA_TABLE_ENTRY;

/* LDR_DATA_TABLE_ENTRY.Flags */
#define LDRP_IMAGE_DLL 0x00000004UL
#define LDRP_ENTRY_PROCESSED 0x00004000UL
#define LDRP_DONT_CALL_FOR_THREADS 0x00040000UL
#define LDRP_UNLOAD_IN_PROGRESS 0x00002000UL
#define LDRP_LOAD_IN_PROGRESS 0x00001000UL /* counted already: imports may go in circles */
#define LDRP_PINNED 0xFFFF                 /* LoadCount of what the program imports: it stays */
#define LDRP_PROCESS_ATTACH_CALLED 0x00080000UL

/* A callback routine; the kernel calls it through KernelCallbackTable (seed 000). */
typedef NTSTATUS(NTAPI *PKERNEL_CALLBACK)(PVOID InputBuffer, ULONG InputLength);

typedef struct _PEB {
    /*000*/ BOOLEAN InheritedAddressSpace;
    /*001*/ BOOLEAN ReadImageFileExecOptions;
    /*002*/ BOOLEAN BeingDebugged;
    /*003*/ BOOLEAN SpareBool;
    /*004*/ HANDLE Mutant;
    /*008*/ PVOID ImageBaseAddress;
    /*00C*/ PPEB_LDR_DATA Ldr;
    /*010*/ PRTL_USER_PROCESS_PARAMETERS ProcessParameters;
    /*014*/ PVOID SubSystemData;
    /*018*/ PVOID ProcessHeap;
    /*01C*/ PVOID FastPebLock;
    /*020*/ PVOID FastPebLockRoutine;
    /*024*/ PVOID FastPebUnlockRoutine;
    /*028*/ ULONG EnvironmentUpdateCount;
    /*02C*/ PKERNEL_CALLBACK *KernelCallbackTable;
    /*030*/ ULONG SystemReserved[2];
    /*038*/ PVOID FreeList;
    /*03C*/ ULONG TlsExpansionCounter;
    /*040*/ PVOID TlsBitmap;
    /*044*/ ULONG TlsBitmapBits[2];
    /*04C*/ PVOID ReadOnlySharedMemoryBase;
    /*050*/ PVOID ReadOnlySharedMemoryHeap;
    /*054*/ PVOID ReadOnlyStaticServerData;
    /*058*/ PVOID AnsiCodePageData;
    /*05C*/ PVOID OemCodePageData;
    /*060*/ PVOID UnicodeCaseTableData;
    /*064*/ ULONG NumberOfProcessors;
    /*068*/ ULONG NtGlobalFlag;
    /*06C*/ ULONG NtGlobalFlagPad;
    /*070*/ LARGE_INTEGER CriticalSectionTimeout;
    /*078*/ ULONG HeapSegmentReserve;
    /*07C*/ ULONG HeapSegmentCommit;
    /*080*/ ULONG HeapDeCommitTotalFreeThreshold;
    /*084*/ ULONG HeapDeCommitFreeBlockThreshold;
    /*088*/ ULONG NumberOfHeaps;
    /*08C*/ ULONG MaximumNumberOfHeaps;
    /*090*/ PVOID ProcessHeaps;
    /*094*/ PVOID GdiSharedHandleTable;
    /*098*/ PVOID ProcessStarterHelper;
    /*09C*/ ULONG GdiDCAttributeList;
    /*0A0*/ PVOID LoaderLock;
    /*0A4*/ ULONG OSMajorVersion;
    /*0A8*/ ULONG OSMinorVersion;
    /*0AC*/ USHORT OSBuildNumber;
    /*0AE*/ USHORT OSCSDVersion;
    /*0B0*/ ULONG OSPlatformId;
    /*0B4*/ ULONG ImageSubsystem;
    /*0B8*/ ULONG ImageSubsystemMajorVersion;
    /*0BC*/ ULONG ImageSubsystemMinorVersion;
    /*0C0*/ KAFFINITY ImageProcessAffinityMask;
    /*0C4*/ ULONG GdiHandleBuffer[0x22];
    /*14C*/ PVOID PostProcessInitRoutine; /* here on: W2K, as the seed has it */
    /*150*/ PVOID TlsExpansionBitmap;
    /*154*/ ULONG TlsExpansionBitmapBits[0x20];
    /*1D4*/ ULONG SessionId;
} PEB, *PPEB;

/* The version this NT says it is. */
#define NT_MAJOR_VERSION 4
#define NT_MINOR_VERSION 0
#define NT_BUILD_NUMBER 1381
#define NT_CSD_VERSION 0x600 /* Service Pack 6 */
#define VER_PLATFORM_WIN32_NT 2

#define SEED(field, off) ASSERT_OFFSET(RTL_USER_PROCESS_PARAMETERS, field, off)
SEED(MaximumLength, 0x000);
SEED(Length, 0x004);
SEED(Flags, 0x008);
SEED(DebugFlags, 0x00C);
SEED(ConsoleHandle, 0x010);
SEED(ConsoleFlags, 0x014);
SEED(StandardInput, 0x018);
SEED(StandardOutput, 0x01C);
SEED(StandardError, 0x020);
SEED(CurrentDirectory, 0x024);
SEED(DllPath, 0x030); /* from here on the seed's printed offsets are wrong: nt-facts 3.4 */
SEED(ImagePathName, 0x038);
SEED(CommandLine, 0x040);
SEED(Environment, 0x048);
SEED(StartingX, 0x04C);
SEED(FillAttribute, 0x064);
SEED(WindowTitle, 0x070);
SEED(RuntimeData, 0x088);
SEED(CurrentDirectores, 0x090);
#undef SEED
ASSERT_SIZE(RTL_USER_PROCESS_PARAMETERS, 0x290);
ASSERT_SIZE(PEB_LDR_DATA, 0x24);
ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, DllBase, 0x18);
ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, BaseDllName, 0x2C);
ASSERT_OFFSET(LDR_DATA_TABLE_ENTRY, TlsIndex, 0x3A);
ASSERT_SIZE(LDR_DATA_TABLE_ENTRY, 0x48);
#define SEED(field, off) ASSERT_OFFSET(PEB, field, off)
SEED(InheritedAddressSpace, 0x000);
SEED(ReadImageFileExecOptions, 0x001);
SEED(BeingDebugged, 0x002);
SEED(SpareBool, 0x003);
SEED(Mutant, 0x004);
SEED(ImageBaseAddress, 0x008);
SEED(Ldr, 0x00C);
SEED(ProcessParameters, 0x010);
SEED(SubSystemData, 0x014);
SEED(ProcessHeap, 0x018);
SEED(FastPebLock, 0x01C);
SEED(FastPebLockRoutine, 0x020);
SEED(FastPebUnlockRoutine, 0x024);
SEED(EnvironmentUpdateCount, 0x028);
SEED(KernelCallbackTable, 0x02C);
SEED(SystemReserved, 0x030);
SEED(FreeList, 0x038);
SEED(TlsExpansionCounter, 0x03C);
SEED(TlsBitmap, 0x040);
SEED(TlsBitmapBits, 0x044);
SEED(ReadOnlySharedMemoryBase, 0x04C);
SEED(ReadOnlySharedMemoryHeap, 0x050);
SEED(ReadOnlyStaticServerData, 0x054);
SEED(AnsiCodePageData, 0x058);
SEED(OemCodePageData, 0x05C);
SEED(UnicodeCaseTableData, 0x060);
SEED(NumberOfProcessors, 0x064);
SEED(NtGlobalFlag, 0x068);
SEED(CriticalSectionTimeout, 0x070);
SEED(HeapSegmentReserve, 0x078);
SEED(HeapSegmentCommit, 0x07C);
SEED(HeapDeCommitTotalFreeThreshold, 0x080);
SEED(HeapDeCommitFreeBlockThreshold, 0x084);
SEED(NumberOfHeaps, 0x088);
SEED(MaximumNumberOfHeaps, 0x08C);
SEED(ProcessHeaps, 0x090);
SEED(GdiSharedHandleTable, 0x094);
SEED(ProcessStarterHelper, 0x098);
SEED(GdiDCAttributeList, 0x09C);
SEED(LoaderLock, 0x0A0);
SEED(OSMajorVersion, 0x0A4);
SEED(OSMinorVersion, 0x0A8);
SEED(OSBuildNumber, 0x0AC);
SEED(OSCSDVersion, 0x0AE);
SEED(OSPlatformId, 0x0B0);
SEED(ImageSubsystem, 0x0B4);
SEED(ImageSubsystemMajorVersion, 0x0B8);
SEED(ImageSubsystemMinorVersion, 0x0BC);
SEED(ImageProcessAffinityMask, 0x0C0);
SEED(GdiHandleBuffer, 0x0C4);
SEED(PostProcessInitRoutine, 0x14C);
SEED(TlsExpansionBitmap, 0x150);
SEED(TlsExpansionBitmapBits, 0x154);
SEED(SessionId, 0x1D4);
#undef SEED
ASSERT_SIZE(PEB, 0x1D8);
