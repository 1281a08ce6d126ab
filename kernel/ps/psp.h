/* SPDX-License-Identifier: MIT */
/* What Ps's files share. */
#pragma once

#include "io/io.h"
#include "ps.h"

extern PHANDLE_TABLE PspCidTable;      /* ids of processes and threads */
extern FAST_MUTEX PspProcessMutex;     /* of the list below */
extern FAST_MUTEX PspJournalMutex;     /* testjournal.c */
extern LIST_ENTRY PsActiveProcessHead; /* by ActiveProcessLinks, oldest first */
extern PSECTION PspSystemDllSection;   /* ntdll's */
extern PEPROCESS PspInitialProcess;    /* the run ends with it */

/* process.c: a process without threads. Section NULL: a clone of Parent. DebugPort: a handle, or
   NULL. */
NTSTATUS PspCreateProcess(PEPROCESS Parent, BOOLEAN InheritHandles, PSECTION Section,
                          HANDLE DebugPort, PEPROCESS *Process);

/* thread.c: a thread, with its TEB, that has not begun. Referenced, for the caller and for its
   own life. */
NTSTATUS PspCreateThread(PEPROCESS Process, const CONTEXT *Context, const INITIAL_TEB *Stack,
                         PETHREAD *Thread);
/* A thread of the kernel's own: begins at once. Routine does not return. */
NTSTATUS PspCreateSystemThread(PKSYSTEM_ROUTINE Routine, PVOID Context);

/* teb.c, peb.c: pages of the current address space. */
NTSTATUS PspCreateTeb(const INITIAL_TEB *Stack, const CLIENT_ID *Cid, PTEB *Teb);
NTSTATUS PspCreatePeb(PEPROCESS Process, const MM_IMAGE *Image, ULONG Base);

/* parameters.c: environment and process parameters in the current address space. */
NTSTATUS PspCreateParameters(const LOADER_BLOCK *Loader, PCSTR ImageName,
                             PRTL_USER_PROCESS_PARAMETERS *Parameters);

/* exit.c */
VOID PspInitializeReaper(VOID);
DECLSPEC_NORETURN VOID PspReaper(PVOID StartRoutine, PVOID StartContext);
VOID PspFinishProcess(PEPROCESS Process); /* its last thread has gone, or it never had one */
VOID PspFinishLater(PEPROCESS Process);   /* the same, by the reaper */
/* terminate.c: tells a thread to end; the running one does so on its way to ring 3. */
VOID PspTerminateThread(PETHREAD Thread, NTSTATUS ExitStatus);
VOID PspTerminateOtherThreads(PEPROCESS Process, NTSTATUS ExitStatus);

/* FALSE: the kernel's own, or it has ended. */
static inline BOOLEAN PspHasMemory(PEPROCESS Process)
{
    return Process->AddressSpace.PageDirectory != 0 && Process->ExitTime.QuadPart == 0;
}

/* shutdown.c: the machine stops, Process having been what ran on it. */
DECLSPEC_NORETURN VOID PspEndRun(PEPROCESS Process, NTSTATUS ExitStatus);
