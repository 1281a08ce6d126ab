/* SPDX-License-Identifier: MIT */
/* Ps: processes and threads. */
#pragma once

#include "ke/ke.h"
#include "loader.h"
#include "mm/mm.h"
#include "nt/peb.h"
#include "nt/services.h"
#include "ob/ob.h"

#define PS_IMAGE_NAME_LENGTH 16 /* EPROCESS.ImageFileName */

/* What the reaper has to do: a thread's memory, or the end of a process that has no thread. */
typedef struct _PS_REAPED {
    LIST_ENTRY Link;
    BOOLEAN IsProcess;
} PS_REAPED;

typedef struct _ETHREAD {
    /*000*/ KTHREAD Tcb;
    /*1B0*/ LARGE_INTEGER CreateTime, ExitTime;
    /*1C0*/ NTSTATUS ExitStatus;
    /*1C4*/ PS_REAPED Reaped; /* it has ended: its memory is to go */
    /*1D0*/ UCHAR Reserved0[0x1E0 - 0x1D0];
    /*1E0*/ CLIENT_ID Cid;
    /*1E8*/ UCHAR Reserved1[0x223 - 0x1E8];
    /*223*/ BOOLEAN HasTerminated; /* is to end, or has */
    /*224*/ UCHAR Reserved2[0x22C - 0x224];
    /*22C*/ struct _EPROCESS *ThreadsProcess;
    /*230*/ PVOID StartAddress, Win32StartAddress;
    /*238*/ ULONG Reserved3[2];
    /* Mica's own, behind NT 4's 240 bytes */
    KAPC ExitApc;
    BOOLEAN IsWhole;        /* may be found by its id */
    BOOLEAN CreateReported; /* its debugger has been told */
    BOOLEAN HeldByDebugger; /* suspended until that has heard what was there */
    ULONG AttachNumber;     /* of the last attaching that told of it */
} ETHREAD, *PETHREAD;

typedef struct _EPROCESS {
    /*000*/ KPROCESS Pcb;
    /*068*/ NTSTATUS ExitStatus;
    /*06C*/ UCHAR Reserved0[0x80 - 0x6C];
    /*080*/ LARGE_INTEGER CreateTime, ExitTime;
    /*090*/ ULONG Reserved1;
    /*094*/ HANDLE UniqueProcessId;
    /*098*/ LIST_ENTRY ActiveProcessLinks;
    /*0A0*/ UCHAR Reserved2[0xFC - 0xA0];
    /*0FC*/ PVOID DebugPort, ExceptionPort;
    /*104*/ PHANDLE_TABLE ObjectTable;
    /*108*/ PVOID Token;
    /*10C*/ UCHAR Reserved3[0x164 - 0x10C];
    /*164*/ ULONG PageDirectoryPte;
    /*168*/ ULONG Reserved4[2];
    /*170*/ PVOID VadRoot; /* of AddressSpace, for debuggers: where the tree's root is */
    /*174*/ UCHAR Reserved5[0x188 - 0x174];
    /*188*/ HANDLE SectionHandle;
    /*18C*/ PPEB Peb;
    /*190*/ PVOID SectionBaseAddress;
    /*194*/ ULONG Reserved6;
    /*198*/ NTSTATUS LastThreadExitStatus;
    /*19C*/ UCHAR Reserved7[0x1B8 - 0x19C];
    /*1B8*/ PVOID VdmObjects;
    /*1BC*/ UCHAR Reserved8[0x1DC - 0x1BC];
    /*1DC*/ CHAR ImageFileName[PS_IMAGE_NAME_LENGTH];
    /*1EC*/ ULONG Reserved9[3];
    /* Mica's own, behind NT 4's 1F8 bytes */
    MM_ADDRESS_SPACE AddressSpace;
    ULONG ExecuteFlags; /* MEM_EXECUTE_OPTION_*: nt/services.h */
    ULONG ActiveThreads;
    HANDLE InheritedFromUniqueProcessId;
    PCSTR ImageName; /* whole, where ImageFileName has 15 characters; a module's: it stays */
    PS_REAPED Reaped;
    LIST_ENTRY DebugLinks; /* in its debug object's Processes */
    ULONG LeavingThreads;  /* of ActiveThreads, those that have told of their end */
    BOOLEAN Exiting;       /* no thread may begin any more */
    BOOLEAN HasHadThread;
    BOOLEAN CreateReported; /* its debugger has been told */
    BOOLEAN NoDebugInherit; /* its children have no debugger */
} EPROCESS, *PEPROCESS;

extern OBJECT_TYPE PsProcessType, PsThreadType;

static inline PETHREAD PsGetCurrentThread(VOID)
{
    return CONTAINING_RECORD(KeGetCurrentThread(), ETHREAD, Tcb);
}

/* Whose thread it is, wherever it may be attached. */
static inline PEPROCESS PsGetCurrentProcess(VOID)
{
    return PsGetCurrentThread()->ThreadsProcess;
}

/* systemdll.c: where ntdll is mapped, and where a thread begins there (ke.h has the dispatchers).
 */
extern ULONG PsSystemDllBase, PspLdrInitializeThunk, PspUserThreadStart;
/* Finds them in the file. On failure *Missing names the export that is not there. */
NTSTATUS PsLocateSystemDll(const VOID *File, ULONG Bytes, ULONG Base, PCSTR *Missing);

/* init.c: types, ids, the system process and its reaper. Idle: the thread that boots. Once. */
NTSTATUS PsInitialize(PETHREAD Idle);
extern PEPROCESS PsInitialSystemProcess;
/* What a user thread runs first, in ring 0: trap/startup.c's. */
extern PKSYSTEM_ROUTINE PsUserThreadStartup;

/*
 * first.c: the first process, from the modules, its thread ready to run. NULL, or what is wrong,
 * with *Status saying it NT's way; the text is constant. The run ends with this process.
 */
PCSTR PsCreateFirstProcess(const LOADER_BLOCK *Loader, NTSTATUS *Status);

/*
 * open.c: what is behind a handle. The kernel's own processes and threads may be asked about, no
 * more: STATUS_ACCESS_DENIED.
 */
NTSTATUS PsReferenceProcess(HANDLE Handle, ACCESS_MASK Access, PEPROCESS *Process);
NTSTATUS PsReferenceThread(HANDLE Handle, ACCESS_MASK Access, PETHREAD *Thread);

/* thread.c: the thread after Previous (NULL: the first) of those Process has, referenced; Previous
   is dereferenced. */
PETHREAD PsGetNextProcessThread(PEPROCESS Process, PETHREAD Previous);

/*
 * What Dbgk, a floor above, hears of; DbgkInitialize sets it. Called where nothing is held, and
 * they may wait for a debugger.
 */
typedef struct _PS_DEBUG_CALLOUTS {
    /* A new process's debug port: DebugPort's, or NULL: its parent's. */
    NTSTATUS (*CopyPort)(PEPROCESS Process, PEPROCESS Parent, HANDLE DebugPort);
    VOID (*DeleteProcess)(PEPROCESS Process);              /* nobody has it any more */
    VOID (*ExitThread)(NTSTATUS ExitStatus, BOOLEAN Last); /* the running one; Last: the process */
    VOID (*MapImage)(ULONG Base), (*UnmapImage)(ULONG Base); /* of the running process */
} PS_DEBUG_CALLOUTS;
extern const PS_DEBUG_CALLOUTS *PsDebugCallouts;

/* terminate.c: another process or the running one, which ends on its way to ring 3; one without a
   thread by the reaper's hand, for the caller may be on such a process's end himself.
   STATUS_PROCESS_IS_TERMINATING. */
NTSTATUS PsTerminateProcess(PEPROCESS Process, NTSTATUS ExitStatus);

/* exit.c: the running thread's process ends, and the thread with it. */
DECLSPEC_NORETURN VOID PsExitProcess(NTSTATUS ExitStatus);
DECLSPEC_NORETURN VOID PsExitThread(NTSTATUS ExitStatus);

/* report.c: what is known about an exception nobody handled. */
VOID PsReportUnhandledException(const EXCEPTION_RECORD *Record, const CONTEXT *Context);

#define NT4(type, field, off) ASSERT_OFFSET(type, field, off)
NT4(ETHREAD, CreateTime, 0x1B0);
NT4(ETHREAD, Cid, 0x1E0);
NT4(ETHREAD, HasTerminated, 0x223);
NT4(ETHREAD, ThreadsProcess, 0x22C);
NT4(ETHREAD, ExitApc, 0x240);
NT4(EPROCESS, ExitStatus, 0x068);
NT4(EPROCESS, UniqueProcessId, 0x094);
NT4(EPROCESS, DebugPort, 0x0FC);
NT4(EPROCESS, ObjectTable, OB_HANDLE_TABLE_OFFSET);
NT4(EPROCESS, VadRoot, 0x170);
NT4(EPROCESS, Peb, 0x18C);
NT4(EPROCESS, ImageFileName, 0x1DC);
NT4(EPROCESS, AddressSpace, MM_ADDRESS_SPACE_OFFSET);
#undef NT4
