/* SPDX-License-Identifier: MIT */
/*
 * A program that debugs another one: the debug object of Windows XP (on NT 4 the port was an LPC
 * port of the session manager, and had the same messages). The services are in dbgk/.
 */
#pragma once

#include "executive.h"

/* Access to a debug object, and what NtCreateDebugObject is told. */
#define DEBUG_READ_EVENT 0x1UL
#define DEBUG_PROCESS_ASSIGN 0x2UL
#define DEBUG_SET_INFORMATION 0x4UL
#define DEBUG_QUERY_INFORMATION 0x8UL
#define DEBUG_ALL_ACCESS (STANDARD_RIGHTS_ALL | 0xF)
#define DEBUG_KILL_ON_CLOSE 0x1UL /* its processes end with it */

/* NtSetInformationDebugObject: a ULONG, DEBUG_KILL_ON_CLOSE or 0. */
#define DebugObjectFlags 1

/* NtCreateProcess: in the DebugPort handle's low bit, the parent's port is not passed on. */
#define DEBUG_PORT_NO_INHERIT 0x1UL

/* How NtDebugContinue answers an event. */
enum {
    DBG_EXCEPTION_HANDLED = 0x00010001,
    DBG_CONTINUE = 0x00010002,
    DBG_TERMINATE_THREAD = 0x40010003,
    DBG_TERMINATE_PROCESS = 0x40010004,
    DBG_EXCEPTION_NOT_HANDLED = (NTSTATUS)0x80010001
};

typedef enum _DBG_STATE {
    DbgIdle,
    DbgReplyPending,
    DbgCreateThreadStateChange,
    DbgCreateProcessStateChange,
    DbgExitThreadStateChange,
    DbgExitProcessStateChange,
    DbgExceptionStateChange,
    DbgBreakpointStateChange,
    DbgSingleStepStateChange,
    DbgLoadDllStateChange,
    DbgUnloadDllStateChange
} DBG_STATE;

typedef struct _DBGKM_EXCEPTION {
    EXCEPTION_RECORD ExceptionRecord;
    ULONG FirstChance;
} DBGKM_EXCEPTION;

typedef struct _DBGKM_CREATE_THREAD {
    ULONG SubSystemKey;
    PVOID StartAddress;
} DBGKM_CREATE_THREAD;

/* FileHandle: of the image, the debugger's to close; NULL: it could not be opened. */
typedef struct _DBGKM_CREATE_PROCESS {
    ULONG SubSystemKey;
    HANDLE FileHandle;
    PVOID BaseOfImage;
    ULONG DebugInfoFileOffset, DebugInfoSize; /* of COFF symbols, and how many */
    DBGKM_CREATE_THREAD InitialThread;
} DBGKM_CREATE_PROCESS;

typedef struct _DBGKM_LOAD_DLL {
    HANDLE FileHandle;
    PVOID BaseOfDll;
    ULONG DebugInfoFileOffset, DebugInfoSize;
    PVOID NamePointer; /* in the process: of a pointer to its name, which may be NULL */
} DBGKM_LOAD_DLL;

/* What NtWaitForDebugEvent answers. The handles are the debugger's to close. */
typedef struct _DBGUI_WAIT_STATE_CHANGE {
    DBG_STATE NewState;
    CLIENT_ID AppClientId;
    union {
        DBGKM_EXCEPTION Exception; /* breakpoint and single step, too */
        struct {
            HANDLE HandleToThread;
            DBGKM_CREATE_THREAD NewThread;
        } CreateThread;
        struct {
            HANDLE HandleToProcess, HandleToThread;
            DBGKM_CREATE_PROCESS NewProcess;
        } CreateProcessInfo;
        NTSTATUS ExitStatus; /* of a thread or a process */
        DBGKM_LOAD_DLL LoadDll;
        PVOID UnloadDll; /* its base */
    } StateInfo;
} DBGUI_WAIT_STATE_CHANGE, *PDBGUI_WAIT_STATE_CHANGE;

ASSERT_SIZE(DBGKM_EXCEPTION, 0x54);
ASSERT_SIZE(DBGKM_CREATE_PROCESS, 0x1C);
ASSERT_SIZE(DBGKM_LOAD_DLL, 0x14);
ASSERT_SIZE(DBGUI_WAIT_STATE_CHANGE, 0x60);
