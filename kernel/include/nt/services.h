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
#define MICA_SERVICE_LIMIT 1

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
