/* SPDX-License-Identifier: MIT */
/*
 * The system services, as both rings call them. Each is documented where it is implemented
 * (ps/, mm/, io/, trap/). A stub's size of arguments is asserted against services.def.
 */
#pragma once

#include "exception.h"
#include "memory.h"

/* Highest numbers + 1 of the two tables: NT4 SP6's D3 services, and ours. */
#define NT_SERVICE_LIMIT 0xD3
#define MICA_SERVICE_LIMIT 0x12

typedef struct _IO_STATUS_BLOCK {
    NTSTATUS Status;
    ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef struct _PROCESS_BASIC_INFORMATION {
    NTSTATUS ExitStatus;
    PVOID PebBaseAddress;
    KAFFINITY AffinityMask;
    LONG BasePriority;
    ULONG UniqueProcessId;
    ULONG InheritedFromUniqueProcessId;
} PROCESS_BASIC_INFORMATION;

#define ProcessBasicInformation 0
#define ProcessDebugPort 7
#define ProcessExecuteFlags 0x22 /* XP */

/* ProcessExecuteFlags. The last is Mica's own: on Windows SafeSEH has no switch. */
#define MEM_EXECUTE_OPTION_ENABLE 0x02UL
#define MEM_EXECUTE_OPTION_PERMANENT 0x08UL
#define MEM_EXECUTE_OPTION_EXECUTE_DISPATCH_ENABLE 0x10UL /* SafeSEH: handlers in data are fine */
#define MEM_EXECUTE_OPTION_IMAGE_DISPATCH_ENABLE 0x20UL   /* and outside of images */
#define MEM_EXECUTE_OPTION_DISABLE_EXCEPTION_CHAIN_VALIDATION 0x40UL /* no SEHOP */
#define MEM_EXECUTE_OPTION_DISABLE_SAFESEH 0x80UL
#define MEM_EXECUTE_OPTION_VALID 0xFFUL
#define MEM_EXECUTE_OPTION_DEFAULT 0xF2UL

NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE Process, PVOID *BaseAddress, ULONG ZeroBits,
                                       PULONG RegionSize, ULONG Type, ULONG Protect);
NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE Process, PVOID *BaseAddress, PULONG RegionSize,
                                   ULONG FreeType);
NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE Process, PVOID *BaseAddress, PULONG RegionSize,
                                      ULONG NewProtect, PULONG OldProtect);
NTSTATUS NTAPI NtCreateSection(PHANDLE SectionHandle, ULONG DesiredAccess,
                               POBJECT_ATTRIBUTES ObjectAttributes, PLARGE_INTEGER MaximumSize,
                               ULONG PageProtection, ULONG AllocationAttributes, HANDLE FileHandle);
NTSTATUS NTAPI NtMapViewOfSection(HANDLE Section, HANDLE Process, PVOID *BaseAddress,
                                  ULONG ZeroBits, ULONG CommitSize, PLARGE_INTEGER SectionOffset,
                                  PULONG ViewSize, ULONG InheritDisposition, ULONG AllocationType,
                                  ULONG Protect);
NTSTATUS NTAPI NtOpenFile(PHANDLE FileHandle, ULONG DesiredAccess,
                          POBJECT_ATTRIBUTES ObjectAttributes, PIO_STATUS_BLOCK IoStatusBlock,
                          ULONG ShareAccess, ULONG OpenOptions);
NTSTATUS NTAPI NtReadFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                          PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                          PLARGE_INTEGER ByteOffset, PULONG Key);
NTSTATUS NTAPI NtWriteFile(HANDLE FileHandle, HANDLE Event, PVOID ApcRoutine, PVOID ApcContext,
                           PIO_STATUS_BLOCK IoStatusBlock, PVOID Buffer, ULONG Length,
                           PLARGE_INTEGER ByteOffset, PULONG Key);
NTSTATUS NTAPI NtClose(HANDLE Handle);
NTSTATUS NTAPI NtDisplayString(PUNICODE_STRING String);
NTSTATUS NTAPI NtQueryInformationProcess(HANDLE Process, ULONG InformationClass, PVOID Information,
                                         ULONG Length, PULONG ReturnLength);
NTSTATUS NTAPI NtSetInformationProcess(HANDLE Process, ULONG InformationClass, PVOID Information,
                                       ULONG Length);
NTSTATUS NTAPI NtTerminateThread(HANDLE Thread, NTSTATUS ExitStatus);
NTSTATUS NTAPI NtQueueApcThread(HANDLE Thread, PVOID Routine, PVOID Context, PVOID Argument1,
                                PVOID Argument2);
NTSTATUS NTAPI NtTestAlert(VOID);
NTSTATUS NTAPI NtTerminateProcess(HANDLE Process, NTSTATUS ExitStatus);
NTSTATUS NTAPI NtDelayExecution(BOOLEAN Alertable, PLARGE_INTEGER Interval);
NTSTATUS NTAPI NtYieldExecution(VOID);
NTSTATUS NTAPI NtQueryPerformanceCounter(PLARGE_INTEGER Counter, PLARGE_INTEGER Frequency);
NTSTATUS NTAPI NtQuerySystemTime(PLARGE_INTEGER SystemTime);
ULONG NTAPI NtGetTickCount(VOID);
NTSTATUS NTAPI NtSetLowWaitHighThread(VOID);
NTSTATUS NTAPI NtSetHighWaitLowThread(VOID);
NTSTATUS NTAPI NtRaiseException(PEXCEPTION_RECORD Record, PCONTEXT Context, BOOLEAN FirstChance);
NTSTATUS NTAPI NtContinue(PCONTEXT Context, BOOLEAN TestAlert);
NTSTATUS NTAPI NtGetContextThread(HANDLE Thread, PCONTEXT Context);
NTSTATUS NTAPI NtSetContextThread(HANDLE Thread, PCONTEXT Context);
NTSTATUS NTAPI NtCallbackReturn(PVOID OutputBuffer, ULONG OutputLength, NTSTATUS Status);

/*
 * Service 1000h: calls the calling program back, through KeUserModeCallback, with a copy of the
 * input, and copies what the callback returned to Output.
 *   ApiNumber     index into PEB.KernelCallbackTable
 *   Input         InputLength bytes handed to the callback
 *   OutputLength  in: room at Output, out: bytes the callback returned
 * Returns what the callback gave NtCallbackReturn as status; STATUS_BUFFER_TOO_SMALL when Output
 * is too small; STATUS_STACK_OVERFLOW when callbacks nest too deep. In trap/testcallback.c.
 */
NTSTATUS NTAPI NtMicaCallback(ULONG ApiNumber, PVOID Input, ULONG InputLength, PVOID Output,
                              PULONG OutputLength);

/*
 * Service 1010h: who sees an exception, in which order. Puts scripted debuggers where a kernel
 * debugger, the process's debug port and its exception port would be. Each answers from its script,
 * and not handled when that has ended; all note what they were asked.
 *   Script  NULL: take them away
 *   Log     what has been noted since the last call; NULL: not wanted
 * In trap/testdebugger.c.
 */
#define MICA_ASK_KERNEL_DEBUGGER 1
#define MICA_ASK_DEBUG_PORT 2
#define MICA_ASK_EXCEPTION_PORT 4
#define MICA_NOT_HANDLED 0
#define MICA_HANDLED 1
#define MICA_CHANGE_NOT_HANDLED 2 /* sets EDI to 77777777 where the debugger can, then refuses */
#define MICA_HANDLED_SKIP 3       /* moves EIP on by one */
#define MICA_DEBUG_EVENTS 16

typedef struct _MICA_DEBUG_SCRIPT {
    ULONG Present;      /* MICA_ASK_* */
    UCHAR Answer[3][8]; /* of kernel debugger, debug port, exception port */
} MICA_DEBUG_SCRIPT;

typedef struct _MICA_DEBUG_LOG {
    ULONG Count; /* may be more than fit */
    struct {
        UCHAR Who; /* one of MICA_ASK_* */
        UCHAR FirstChance;
        NTSTATUS Code;
        ULONG Eip; /* as that debugger sees it */
    } Event[MICA_DEBUG_EVENTS];
} MICA_DEBUG_LOG;

NTSTATUS NTAPI NtMicaDebuggers(const MICA_DEBUG_SCRIPT *Script, MICA_DEBUG_LOG *Log);

/*
 * Service 1011h: runs case Number of trap/testkernel.c in ring 0 and copies the line it wrote about
 * itself (a C string) to Text. STATUS_INVALID_PARAMETER_1: no such case; STATUS_BUFFER_TOO_SMALL.
 */
NTSTATUS NTAPI NtMicaKernelCase(ULONG Number, PCHAR Text, ULONG Bytes);
