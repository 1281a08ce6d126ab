/* SPDX-License-Identifier: MIT */
/* What ntdll exports beside the services (nt/services.h) and rtl's (nt/exception.h). */
#pragma once

#include <stdarg.h>

#include "nt/peb.h"
#include "nt/services.h"
#include "nt/teb.h"

PTEB NTAPI NtCurrentTeb(VOID);
VOID NTAPI DbgBreakPoint(VOID);
VOID NTAPI DbgUserBreakPoint(VOID);

/* To the kernel debugger; without one, to the kernel's messages. At most 512 characters. */
ULONG DbgPrint(PCSTR Format, ...);

/* Asks the kernel debugger's user: the answer's length. Without a debugger, a breakpoint. */
ULONG NTAPI DbgPrompt(PCSTR Prompt, PCHAR Response, ULONG MaximumResponseLength);

/*
 * Vectored handlers (XP), asked before all frames; First: before the other ones too. The result is
 * for removing it: 1, or 0 when it is not registered. NULL: no memory. Continue handlers (2003) are
 * told when execution goes on.
 */
PVOID NTAPI RtlAddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
ULONG NTAPI RtlRemoveVectoredExceptionHandler(PVOID Handle);
PVOID NTAPI RtlAddVectoredContinueHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
ULONG NTAPI RtlRemoveVectoredContinueHandler(PVOID Handle);

/* What the outermost frame of every thread asks (Vista; in NT 4 it is kernel32's). NULL: nobody. */
VOID NTAPI RtlSetUnhandledExceptionFilter(PTOP_LEVEL_EXCEPTION_FILTER Filter);

/*
 * Vista: makes Frame, on the caller's stack, the end of its chain when SEHOP is on for the process.
 * A thread begins with that; it is for code that brings a stack of its own.
 */
VOID NTAPI RtlInitializeExceptionChain(PEXCEPTION_REGISTRATION_RECORD Frame);

/*
 * Threads. RtlCreateUserThread: StartAddress(Parameter) in Process, on a stack of its own (sizes 0:
 * 1 MB reserved, a page committed); what it returns is the thread's status. Thread, ClientId may be
 * NULL. RtlExitUserThread (Vista): the caller ends, and with the last thread the process.
 */
typedef NTSTATUS(NTAPI *PUSER_THREAD_START_ROUTINE)(PVOID Parameter);
DECLSPEC_NORETURN VOID RtlpRunThread(PUSER_THREAD_START_ROUTINE StartRoutine, PVOID Parameter);
VOID NTAPI RtlUserThreadStart(PVOID StartAddress, PVOID Parameter);
NTSTATUS NTAPI RtlCreateUserThread(HANDLE Process, PVOID SecurityDescriptor,
                                   BOOLEAN CreateSuspended, ULONG ZeroBits, ULONG Reserve,
                                   ULONG Commit, PUSER_THREAD_START_ROUTINE StartAddress,
                                   PVOID Parameter, PHANDLE Thread, PCLIENT_ID ClientId);
DECLSPEC_NORETURN VOID NTAPI RtlExitUserThread(NTSTATUS ExitStatus);
NTSTATUS NTAPI RtlCreateUserStack(HANDLE Process, ULONG Reserve, ULONG Commit, INITIAL_TEB *Stack);
VOID NTAPI RtlFreeUserStack(HANDLE Process, PVOID AllocationBase);
VOID NTAPI RtlInitializeContext(HANDLE Process, PCONTEXT Context, PVOID Parameter,
                                PVOID StartAddress, PVOID StackBase);

/*
 * Processes. RtlCreateUserProcess: ImagePath as NT names it (\SystemRoot\x.exe); the parameters are
 * copied; the thread waits for NtResumeThread. InheritHandles FALSE: the child gets handles of its
 * own to the parameters' standard ones. RtlExitUserProcess (Vista): DLLs are told first.
 */
typedef struct _RTL_USER_PROCESS_INFORMATION {
    ULONG Length;
    HANDLE ProcessHandle, ThreadHandle;
    CLIENT_ID ClientId;
    SECTION_IMAGE_INFORMATION ImageInformation;
    ULONG PreferredBase; /* Mica's own */
} RTL_USER_PROCESS_INFORMATION, *PRTL_USER_PROCESS_INFORMATION;
NTSTATUS NTAPI RtlCreateUserProcess(PUNICODE_STRING ImagePath, ULONG Attributes,
                                    PRTL_USER_PROCESS_PARAMETERS Parameters, PVOID ProcessSecurity,
                                    PVOID ThreadSecurity, HANDLE Parent, BOOLEAN InheritHandles,
                                    HANDLE DebugPort, HANDLE ExceptionPort,
                                    PRTL_USER_PROCESS_INFORMATION Information);
DECLSPEC_NORETURN VOID NTAPI RtlExitUserProcess(NTSTATUS ExitStatus);
/* Pointers that are NULL: as in the caller's own, or empty. RtlDestroyProcessParameters frees. */
NTSTATUS NTAPI RtlCreateProcessParameters(PRTL_USER_PROCESS_PARAMETERS *Parameters,
                                          PUNICODE_STRING ImagePathName, PUNICODE_STRING DllPath,
                                          PUNICODE_STRING CurrentDirectory,
                                          PUNICODE_STRING CommandLine, PWSTR Environment,
                                          PUNICODE_STRING WindowTitle, PUNICODE_STRING DesktopInfo,
                                          PUNICODE_STRING ShellInfo, PUNICODE_STRING RuntimeData);
NTSTATUS NTAPI RtlDestroyProcessParameters(PRTL_USER_PROCESS_PARAMETERS Parameters);
PRTL_USER_PROCESS_PARAMETERS NTAPI
RtlNormalizeProcessParams(PRTL_USER_PROCESS_PARAMETERS Parameters);
PRTL_USER_PROCESS_PARAMETERS NTAPI
RtlDeNormalizeProcessParams(PRTL_USER_PROCESS_PARAMETERS Parameters);
VOID RtlpMoveParameters(PRTL_USER_PROCESS_PARAMETERS Parameters, ULONG Delta);

/* Critical sections: critsect.c. A thread may enter again what it has; so often it must leave. */
typedef struct _RTL_CRITICAL_SECTION {
    /*00*/ PVOID DebugInfo;
    /*04*/ LONG LockCount, RecursionCount;
    /*0C*/ HANDLE OwningThread; /* its id */
    /*10*/ HANDLE LockSemaphore;
    /*14*/ ULONG SpinCount;
} RTL_CRITICAL_SECTION, *PRTL_CRITICAL_SECTION;
NTSTATUS NTAPI RtlInitializeCriticalSection(PRTL_CRITICAL_SECTION Section);
NTSTATUS NTAPI RtlDeleteCriticalSection(PRTL_CRITICAL_SECTION Section);
NTSTATUS NTAPI RtlEnterCriticalSection(PRTL_CRITICAL_SECTION Section);
BOOLEAN NTAPI RtlTryEnterCriticalSection(PRTL_CRITICAL_SECTION Section);
NTSTATUS NTAPI RtlLeaveCriticalSection(PRTL_CRITICAL_SECTION Section);

/*
 * Heaps: heap.c. Sizes 0: 1 MB, 16 KB; HeapBase and Lock must be NULL. RtlFreeHeap: FALSE when
 * there is something wrong with the block, and nothing was done. RtlSizeHeap: all ones when there
 * is. RtlDestroyHeap: NULL, or the heap when it could not be.
 */
#define HEAP_NO_SERIALIZE 0x01UL
#define HEAP_GROWABLE 0x02UL
#define HEAP_GENERATE_EXCEPTIONS 0x04UL
#define HEAP_ZERO_MEMORY 0x08UL
#define HEAP_REALLOC_IN_PLACE_ONLY 0x10UL
#define HEAP_TAIL_CHECKING_ENABLED 0x20UL
#define HEAP_FREE_CHECKING_ENABLED 0x40UL
PVOID NTAPI RtlCreateHeap(ULONG Flags, PVOID HeapBase, ULONG ReserveSize, ULONG CommitSize,
                          PVOID Lock, PVOID Parameters);
PVOID NTAPI RtlDestroyHeap(PVOID HeapHandle);
PVOID NTAPI RtlAllocateHeap(PVOID HeapHandle, ULONG Flags, ULONG Size);
PVOID NTAPI RtlReAllocateHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory, ULONG Size);
BOOLEAN NTAPI RtlFreeHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory);
ULONG NTAPI RtlSizeHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory);
BOOLEAN NTAPI RtlValidateHeap(PVOID HeapHandle, ULONG Flags, PVOID Memory);
#define RtlProcessHeap() (NtCurrentTeb()->ProcessEnvironmentBlock->ProcessHeap)

/*
 * debugger.c. DbgUiConnectToDbg makes the thread's debug object; its processes end with it.
 * ...WaitStateChange: NtWaitForDebugEvent's statuses, the wait alertable. ...DebugActiveProcess
 * attaches, and a thread of its own (DbgUiRemoteBreakin) stops the process at a breakpoint;
 * ...StopDebugging lets it run on.
 */
NTSTATUS NTAPI DbgUiConnectToDbg(VOID);
HANDLE NTAPI DbgUiGetThreadDebugObject(VOID);
VOID NTAPI DbgUiSetThreadDebugObject(HANDLE DebugObject);
NTSTATUS NTAPI DbgUiWaitStateChange(PDBGUI_WAIT_STATE_CHANGE StateChange, PLARGE_INTEGER Timeout);
NTSTATUS NTAPI DbgUiContinue(PCLIENT_ID AppClientId, NTSTATUS ContinueStatus);
NTSTATUS NTAPI DbgUiDebugActiveProcess(HANDLE Process);
NTSTATUS NTAPI DbgUiIssueRemoteBreakin(HANDLE Process);
VOID NTAPI DbgUiRemoteBreakin(PVOID Context);
NTSTATUS NTAPI DbgUiStopDebugging(HANDLE Process);

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING String, PCWSTR Source);
VOID NTAPI RtlInitAnsiString(PANSI_STRING String, PCSTR Source);
WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR Character);
LONG NTAPI RtlCompareUnicodeString(const UNICODE_STRING *A, const UNICODE_STRING *B,
                                   BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlEqualUnicodeString(const UNICODE_STRING *A, const UNICODE_STRING *B,
                                    BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlPrefixUnicodeString(const UNICODE_STRING *Prefix, const UNICODE_STRING *String,
                                     BOOLEAN CaseInsensitive);
VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING Destination, const UNICODE_STRING *Source);
NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination,
                                              const UNICODE_STRING *Source);
NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);

/*
 * Loads a DLL and what it imports, or counts once more that it is loaded; LdrUnloadDll counts down,
 * and unloads what nobody has any more. Path and Flags are not looked at. STATUS_DLL_NOT_FOUND,
 * STATUS_DLL_INIT_FAILED, STATUS_ENTRYPOINT_NOT_FOUND ...
 */
NTSTATUS NTAPI LdrLoadDll(PWSTR Path, PULONG Flags, PUNICODE_STRING Name, PVOID *Base);
NTSTATUS NTAPI LdrUnloadDll(PVOID Base);
NTSTATUS NTAPI LdrDisableThreadCalloutsForDll(PVOID Base); /* no DLL_THREAD_ for it */
VOID NTAPI LdrShutdownProcess(VOID); /* DLL_PROCESS_DETACH, the last loaded first */
VOID NTAPI LdrShutdownThread(VOID);

/* Base address of a loaded module. Path and Flags are not looked at. STATUS_DLL_NOT_FOUND. */
NTSTATUS NTAPI LdrGetDllHandle(PWSTR Path, PULONG Flags, PUNICODE_STRING Name, PVOID *Base);

/* An export by name or, with Name NULL, by ordinal; forwarders are followed. */
NTSTATUS NTAPI LdrGetProcedureAddress(PVOID Base, PANSI_STRING Name, ULONG Ordinal, PVOID *Address);

/* strings.c: with memory from the process heap, which RtlFree... gives back. */
NTSTATUS NTAPI RtlAnsiStringToUnicodeString(PUNICODE_STRING Destination, const ANSI_STRING *Source,
                                            BOOLEAN Allocate);
NTSTATUS NTAPI RtlUnicodeStringToAnsiString(PANSI_STRING Destination, const UNICODE_STRING *Source,
                                            BOOLEAN Allocate);
BOOLEAN NTAPI RtlCreateUnicodeString(PUNICODE_STRING Destination, PCWSTR Source);
BOOLEAN NTAPI RtlCreateUnicodeStringFromAsciiz(PUNICODE_STRING Destination, PCSTR Source);
VOID NTAPI RtlFreeUnicodeString(PUNICODE_STRING String);
VOID NTAPI RtlFreeAnsiString(PANSI_STRING String);

/* bitmap.c. RtlFindClearBitsAndSet: all ones when there are none. */
typedef struct _RTL_BITMAP {
    ULONG SizeOfBitMap; /* bits */
    PULONG Buffer;
} RTL_BITMAP, *PRTL_BITMAP;
VOID NTAPI RtlInitializeBitMap(PRTL_BITMAP BitMap, PULONG Buffer, ULONG SizeOfBitMap);
ULONG NTAPI RtlFindClearBitsAndSet(PRTL_BITMAP BitMap, ULONG NumberToFind, ULONG HintIndex);
VOID NTAPI RtlSetBits(PRTL_BITMAP BitMap, ULONG StartingIndex, ULONG NumberToSet);
VOID NTAPI RtlClearBits(PRTL_BITMAP BitMap, ULONG StartingIndex, ULONG NumberToClear);
BOOLEAN NTAPI RtlAreBitsSet(PRTL_BITMAP BitMap, ULONG StartingIndex, ULONG Length);

int _vsnprintf(char *Buffer, size_t Count, const char *Format, va_list Arguments);
int _snprintf(char *Buffer, size_t Count, const char *Format, ...);
int sprintf(char *Buffer, const char *Format, ...);
void *memcpy(void *Destination, const void *Source, size_t Bytes);
void *memmove(void *Destination, const void *Source, size_t Bytes);
void *memset(void *Destination, int Value, size_t Bytes);
int memcmp(const void *A, const void *B, size_t Bytes);
size_t strlen(const char *String);
int strcmp(const char *A, const char *B);
int _stricmp(const char *A, const char *B);
