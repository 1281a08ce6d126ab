/* SPDX-License-Identifier: MIT */
/* What the query services answer and what goes into the creating ones, at NT 4's layouts. */
#pragma once

#include "executive.h"

typedef struct _IO_STATUS_BLOCK {
    NTSTATUS Status;
    ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef struct _INITIAL_TEB {
    PVOID OldStackBase, OldStackLimit; /* of a stack that does not grow; else NULL */
    PVOID StackBase, StackLimit, StackAllocationBase;
} INITIAL_TEB, *PINITIAL_TEB;

/* NtQueryInformationProcess, NtSetInformationProcess */
enum {
    ProcessBasicInformation = 0,
    ProcessVmCounters = 3,
    ProcessTimes = 4,
    ProcessBasePriority = 5,
    ProcessDebugPort = 7,
    ProcessHandleCount = 20,
    ProcessAffinityMask = 21,
    ProcessDebugFlags = 0x1F,  /* XP */
    ProcessExecuteFlags = 0x22 /* XP */
};

typedef struct _PROCESS_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID PebBaseAddress;
    KAFFINITY AffinityMask;
    LONG BasePriority;
    ULONG UniqueProcessId;
    ULONG InheritedFromUniqueProcessId;
} PROCESS_BASIC_INFORMATION;

typedef struct _VM_COUNTERS {
    ULONG PeakVirtualSize, VirtualSize, PageFaultCount;
    ULONG PeakWorkingSetSize, WorkingSetSize;
    ULONG QuotaPeakPagedPoolUsage, QuotaPagedPoolUsage;
    ULONG QuotaPeakNonPagedPoolUsage, QuotaNonPagedPoolUsage;
    ULONG PagefileUsage, PeakPagefileUsage;
} VM_COUNTERS;

typedef struct _KERNEL_USER_TIMES {
    LARGE_INTEGER CreateTime, ExitTime, KernelTime, UserTime;
} KERNEL_USER_TIMES;

/* ProcessExecuteFlags. The last is Mica's own: on Windows SafeSEH has no switch. */
#define MEM_EXECUTE_OPTION_ENABLE 0x02UL
#define MEM_EXECUTE_OPTION_PERMANENT 0x08UL
#define MEM_EXECUTE_OPTION_EXECUTE_DISPATCH_ENABLE 0x10UL /* SafeSEH: handlers in data are fine */
#define MEM_EXECUTE_OPTION_IMAGE_DISPATCH_ENABLE 0x20UL   /* and outside of images */
#define MEM_EXECUTE_OPTION_DISABLE_EXCEPTION_CHAIN_VALIDATION 0x40UL /* no SEHOP */
#define MEM_EXECUTE_OPTION_DISABLE_SAFESEH 0x80UL
#define MEM_EXECUTE_OPTION_VALID 0xFFUL
#define MEM_EXECUTE_OPTION_DEFAULT 0xF2UL

/* NtQueryInformationThread, NtSetInformationThread */
enum {
    ThreadBasicInformation = 0,
    ThreadTimes = 1,
    ThreadPriority = 2,
    ThreadBasePriority = 3,
    ThreadAffinityMask = 4,
    ThreadQuerySetWin32StartAddress = 9,
    ThreadAmILastThread = 12,
    ThreadPriorityBoost = 14
};

typedef struct _THREAD_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID TebBaseAddress;
    CLIENT_ID ClientId;
    KAFFINITY AffinityMask;
    LONG Priority, BasePriority;
} THREAD_BASIC_INFORMATION;

/* NtQuerySection */
enum { SectionBasicInformation = 0, SectionImageInformation = 1 };

typedef struct _SECTION_BASIC_INFORMATION {
    PVOID BaseAddress;
    ULONG AllocationAttributes;
    LARGE_INTEGER MaximumSize;
} SECTION_BASIC_INFORMATION;

typedef struct _SECTION_IMAGE_INFORMATION {
    PVOID TransferAddress; /* at the image's own base */
    ULONG ZeroBits, MaximumStackSize, CommittedStackSize, SubSystemType;
    USHORT SubSystemMinorVersion, SubSystemMajorVersion;
    ULONG GpValue;
    USHORT ImageCharacteristics, DllCharacteristics, Machine;
    BOOLEAN ImageContainsCode, Spare1;
    ULONG LoaderFlags, Reserved[2];
} SECTION_IMAGE_INFORMATION;

/* NtQueryEvent and the like: class 0 */
typedef struct _EVENT_BASIC_INFORMATION {
    EVENT_TYPE EventType;
    LONG EventState;
} EVENT_BASIC_INFORMATION;
typedef struct _MUTANT_BASIC_INFORMATION {
    LONG CurrentCount;
    BOOLEAN OwnedByCaller, AbandonedState;
} MUTANT_BASIC_INFORMATION;
typedef struct _SEMAPHORE_BASIC_INFORMATION {
    LONG CurrentCount, MaximumCount;
} SEMAPHORE_BASIC_INFORMATION;
typedef struct _TIMER_BASIC_INFORMATION {
    LARGE_INTEGER RemainingTime;
    BOOLEAN TimerState;
} TIMER_BASIC_INFORMATION;

/* NtQueryVirtualMemory: MEMORY_BASIC_INFORMATION is in memory.h */
enum { MemoryBasicInformation = 0, MemorySectionName = 2 };

/* Files */
#define FILE_USE_FILE_POINTER_POSITION (-2LL) /* as ByteOffset: where the last read ended */
#define FILE_SHARE_READ 1UL
#define FILE_OPEN 1
#define FILE_CREATE 2
#define FILE_OPEN_IF 3
#define FILE_OVERWRITE_IF 5
#define FILE_OPENED 1
#define FILE_DIRECTORY_FILE 0x01UL
#define FILE_SYNCHRONOUS_IO_NONALERT 0x20UL
#define FILE_NON_DIRECTORY_FILE 0x40UL
#define FILE_ATTRIBUTE_READONLY 1
#define FileDirectoryInformation 1
#define FileStandardInformation 5
typedef struct _FILE_STANDARD_INFORMATION {
    LARGE_INTEGER AllocationSize, EndOfFile;
    ULONG NumberOfLinks;
    BOOLEAN DeletePending, Directory;
} FILE_STANDARD_INFORMATION;
typedef struct _FILE_DIRECTORY_INFORMATION {
    ULONG NextEntryOffset, FileIndex;
    LARGE_INTEGER CreationTime, LastAccessTime, LastWriteTime, ChangeTime;
    LARGE_INTEGER EndOfFile, AllocationSize;
    ULONG FileAttributes, FileNameLength;
    WCHAR FileName[2]; /* and more */
} FILE_DIRECTORY_INFORMATION;

/* The console's mode: Mica's own control. 0: bytes as they come. */
#define IOCTL_MICA_CONSOLE_MODE 0x00500004UL
#define CONSOLE_MODE_LINE 1UL      /* whole lines, echoed, that can be edited */
#define CONSOLE_MODE_PROCESSED 2UL /* Ctrl+C sets the event \BaseNamedObjects\ConsoleBreak */
#define CONSOLE_MODE_RAW 4UL       /* neither, and no echo */

/* NtShutdownSystem */
enum { ShutdownNoReboot, ShutdownReboot, ShutdownPowerOff };

/* NtQuerySystemInformation */
enum {
    SystemBasicInformation = 0,
    SystemPerformanceInformation = 2,
    SystemTimeOfDayInformation = 3,
    SystemProcessInformation = 5,
    SystemModuleInformation = 11,
    SystemHandleInformation = 16,
    SystemPoolTagInformation = 22
};

typedef struct _SYSTEM_BASIC_INFORMATION {
    ULONG Reserved, TimerResolution, PageSize;
    ULONG NumberOfPhysicalPages, LowestPhysicalPageNumber, HighestPhysicalPageNumber;
    ULONG AllocationGranularity, MinimumUserModeAddress, MaximumUserModeAddress;
    KAFFINITY ActiveProcessorsAffinityMask;
    CCHAR NumberOfProcessors;
} SYSTEM_BASIC_INFORMATION;

/* What has no meaning without a page file, a cache or drivers is 0. */
typedef struct _SYSTEM_PERFORMANCE_INFORMATION {
    LARGE_INTEGER IdleProcessTime;
    LARGE_INTEGER IoReadTransferCount, IoWriteTransferCount, IoOtherTransferCount;
    ULONG IoReadOperationCount, IoWriteOperationCount, IoOtherOperationCount;
    ULONG AvailablePages, CommittedPages, CommitLimit, PeakCommitment;
    ULONG PageFaultCount, CopyOnWriteCount, TransitionCount, CacheTransitionCount, DemandZeroCount;
    ULONG PageReadCount, PageReadIoCount, CacheReadCount, CacheIoCount;
    ULONG DirtyPagesWriteCount, DirtyWriteIoCount, MappedPagesWriteCount, MappedWriteIoCount;
    ULONG PagedPoolPages, NonPagedPoolPages;
    ULONG PagedPoolAllocs, PagedPoolFrees, NonPagedPoolAllocs, NonPagedPoolFrees;
    ULONG FreeSystemPtes, ResidentSystemCodePage, TotalSystemDriverPages, TotalSystemCodePages;
    ULONG NonPagedPoolLookasideHits, PagedPoolLookasideHits, AvailablePagedPoolPages;
    ULONG ResidentSystemCachePage, ResidentPagedPoolPage, ResidentSystemDriverPage;
    ULONG CacheCounts[30];
    ULONG ContextSwitches, FirstLevelTbFills, SecondLevelTbFills, SystemCalls;
} SYSTEM_PERFORMANCE_INFORMATION;

ASSERT_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, PageFaultCount, 0x3C);
ASSERT_OFFSET(SYSTEM_PERFORMANCE_INFORMATION, ContextSwitches, 0x128);
ASSERT_SIZE(SYSTEM_PERFORMANCE_INFORMATION, 0x138);

typedef struct _SYSTEM_TIMEOFDAY_INFORMATION {
    LARGE_INTEGER BootTime, CurrentTime, TimeZoneBias;
    ULONG TimeZoneId, Reserved;
} SYSTEM_TIMEOFDAY_INFORMATION;

typedef struct _SYSTEM_THREAD_INFORMATION {
    LARGE_INTEGER KernelTime, UserTime, CreateTime;
    ULONG WaitTime;
    PVOID StartAddress;
    CLIENT_ID ClientId;
    LONG Priority, BasePriority;
    ULONG ContextSwitches, ThreadState, WaitReason, Reserved;
} SYSTEM_THREAD_INFORMATION;

typedef struct _SYSTEM_PROCESS_INFORMATION {
    ULONG NextEntryOffset, NumberOfThreads;
    LARGE_INTEGER SpareLi[3];
    LARGE_INTEGER CreateTime, UserTime, KernelTime;
    UNICODE_STRING ImageName;
    LONG BasePriority;
    HANDLE UniqueProcessId, InheritedFromUniqueProcessId;
    ULONG HandleCount, Spare[2];
    VM_COUNTERS VmCounters;
    ULONG PrivatePageCount;              /* bytes, whatever the name says */
    SYSTEM_THREAD_INFORMATION Threads[]; /* NumberOfThreads; the name follows them */
} SYSTEM_PROCESS_INFORMATION;

typedef struct _RTL_PROCESS_MODULE_INFORMATION {
    ULONG Section;
    PVOID MappedBase, ImageBase;
    ULONG ImageSize, Flags;
    USHORT LoadOrderIndex, InitOrderIndex, LoadCount, OffsetToFileName;
    CHAR FullPathName[256];
} RTL_PROCESS_MODULE_INFORMATION;

typedef struct _RTL_PROCESS_MODULES {
    ULONG NumberOfModules;
    RTL_PROCESS_MODULE_INFORMATION Modules[1];
} RTL_PROCESS_MODULES;

typedef struct _SYSTEM_HANDLE_TABLE_ENTRY_INFO {
    USHORT UniqueProcessId, CreatorBackTraceIndex;
    UCHAR ObjectTypeIndex, HandleAttributes;
    USHORT HandleValue;
    PVOID Object;
    ULONG GrantedAccess;
} SYSTEM_HANDLE_TABLE_ENTRY_INFO;

typedef struct _SYSTEM_POOLTAG {
    ULONG Tag;
    ULONG PagedAllocs, PagedFrees, PagedUsed;
    ULONG NonPagedAllocs, NonPagedFrees, NonPagedUsed;
} SYSTEM_POOLTAG;

ASSERT_SIZE(PROCESS_BASIC_INFORMATION, 0x18);
ASSERT_SIZE(VM_COUNTERS, 0x2C);
ASSERT_SIZE(THREAD_BASIC_INFORMATION, 0x1C);
ASSERT_SIZE(SECTION_IMAGE_INFORMATION, 0x30);
ASSERT_OFFSET(FILE_DIRECTORY_INFORMATION, FileName, 0x40);
ASSERT_SIZE(SYSTEM_BASIC_INFORMATION, 0x2C);
ASSERT_SIZE(SYSTEM_THREAD_INFORMATION, 0x40);
ASSERT_OFFSET(SYSTEM_PROCESS_INFORMATION, ImageName, 0x38);
ASSERT_OFFSET(SYSTEM_PROCESS_INFORMATION, VmCounters, 0x58);
ASSERT_OFFSET(SYSTEM_PROCESS_INFORMATION, Threads, 0x88);
ASSERT_SIZE(SYSTEM_HANDLE_TABLE_ENTRY_INFO, 0x10);
