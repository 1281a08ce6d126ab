/* SPDX-License-Identifier: MIT */
/*
 * Telling DLLs that a process or a thread begins or ends: those first that others need, and at the
 * end those last.
 */
#include "ldrp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define DLL_PROCESS_DETACH 0
#define DLL_PROCESS_ATTACH 1
#define DLL_THREAD_ATTACH 2
#define DLL_THREAD_DETACH 3

typedef BOOLEAN(NTAPI *PDLL_INIT_ROUTINE)(PVOID Base, ULONG Reason, PCONTEXT Context);

#define LdrpInitEntry(Link)                                                                        \
    CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InInitializationOrderLinks)

static PLIST_ENTRY LdrpInitList(VOID)
{
    return &NtCurrentTeb()->ProcessEnvironmentBlock->Ldr->InInitializationOrderModuleList;
}

static BOOLEAN LdrpCallEntry(PLDR_DATA_TABLE_ENTRY Module, ULONG Reason, PCONTEXT Context)
{
    if (Module->TlsIndex != 0) {
        LdrpCallTls(Module->DllBase, Reason);
    }
    return Module->EntryPoint == NULL ||
           ((PDLL_INIT_ROUTINE)Module->EntryPoint)(Module->DllBase, Reason, Context);
}

/* The program: it has no DllMain, but TLS callbacks maybe. It comes last, at an end too. */
static VOID LdrpCallProgram(ULONG Reason)
{
    LdrpCallTls(NtCurrentTeb()->ProcessEnvironmentBlock->ImageBaseAddress, Reason);
}

/* A Context that is not NULL tells DllMain that it is a static import. */
NTSTATUS LdrpRunInitializeRoutines(PCONTEXT Context)
{
    PLIST_ENTRY Head = LdrpInitList();

    for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
        PLDR_DATA_TABLE_ENTRY Module = LdrpInitEntry(Link);
        CHAR Text[LDRP_MAXIMUM_NAME];
        BOOLEAN Initialized;

        if (Module->Flags & LDRP_ENTRY_PROCESSED) {
            continue;
        }
        Module->Flags |= LDRP_ENTRY_PROCESSED;
        Initialized = LdrpCallEntry(Module, DLL_PROCESS_ATTACH, Context);
        Module->Flags |= LDRP_PROCESS_ATTACH_CALLED; /* who refuses is told of his end too */
        if (!Initialized) {
            DbgPrint("ntdll: %s: its initialisation failed\n", LdrpModuleName(Module, Text));
            return STATUS_DLL_INIT_FAILED;
        }
    }
    if (Context != NULL) {
        LdrpCallProgram(DLL_PROCESS_ATTACH);
    }
    return STATUS_SUCCESS;
}

static BOOLEAN LdrpHearsOfThreads(PLDR_DATA_TABLE_ENTRY Module)
{
    return Module->Flags & LDRP_PROCESS_ATTACH_CALLED &&
           !(Module->Flags & LDRP_DONT_CALL_FOR_THREADS);
}

NTSTATUS LdrpInitializeThread(VOID)
{
    PLIST_ENTRY Head = LdrpInitList();
    NTSTATUS Status = LdrpAllocateTls();

    for (PLIST_ENTRY Link = Head->Flink; NT_SUCCESS(Status) && Link != Head; Link = Link->Flink) {
        if (LdrpHearsOfThreads(LdrpInitEntry(Link))) {
            LdrpCallEntry(LdrpInitEntry(Link), DLL_THREAD_ATTACH, NULL);
        }
    }
    if (NT_SUCCESS(Status)) {
        LdrpCallProgram(DLL_THREAD_ATTACH);
    }
    return Status;
}

VOID LdrpDetach(PLDR_DATA_TABLE_ENTRY Module, PCONTEXT Context)
{
    if (Module->Flags & LDRP_PROCESS_ATTACH_CALLED) {
        Module->Flags &= ~LDRP_PROCESS_ATTACH_CALLED;
        LdrpCallEntry(Module, DLL_PROCESS_DETACH, Context);
    }
}

/* Once: the process ends, the other threads are gone. A lock one of them held is nobody's now. */
VOID NTAPI LdrShutdownProcess(VOID)
{
    static BOOLEAN Done;
    CONTEXT Context = {0}; /* not NULL: the process ends */
    PLIST_ENTRY Head = LdrpInitList();

    if (Done) {
        return;
    }
    Done = TRUE;
    for (PLIST_ENTRY Link = Head->Blink; Link != Head; Link = Link->Blink) {
        LdrpDetach(LdrpInitEntry(Link), &Context);
    }
    LdrpCallProgram(DLL_PROCESS_DETACH);
}

VOID NTAPI LdrShutdownThread(VOID)
{
    PLIST_ENTRY Head = LdrpInitList();

    RtlEnterCriticalSection(&LdrpLoaderLock);
    for (PLIST_ENTRY Link = Head->Blink; Link != Head; Link = Link->Blink) {
        if (LdrpHearsOfThreads(LdrpInitEntry(Link))) {
            LdrpCallEntry(LdrpInitEntry(Link), DLL_THREAD_DETACH, NULL);
        }
    }
    LdrpCallProgram(DLL_THREAD_DETACH);
    LdrpFreeTls();
    RtlLeaveCriticalSection(&LdrpLoaderLock);
}

NTSTATUS NTAPI LdrDisableThreadCalloutsForDll(PVOID Base)
{
    PLDR_DATA_TABLE_ENTRY Module;

    RtlEnterCriticalSection(&LdrpLoaderLock);
    Module = LdrpFindModuleByBase(Base);
    if (Module != NULL) {
        Module->Flags |= LDRP_DONT_CALL_FOR_THREADS;
    }
    RtlLeaveCriticalSection(&LdrpLoaderLock);
    return Module != NULL ? STATUS_SUCCESS : STATUS_DLL_NOT_FOUND;
}

DECLSPEC_NORETURN VOID NTAPI RtlExitUserProcess(NTSTATUS ExitStatus)
{
    NtTerminateProcess(NULL, ExitStatus); /* all other threads */
    LdrShutdownProcess();
    NtTerminateProcess(NtCurrentProcess(), ExitStatus);
    __builtin_unreachable();
}
