/* SPDX-License-Identifier: MIT */
/* LdrInitializeThunk: the first thing a process runs in ring 3, as an APC (nt-facts 6.3). */
#include "ldrp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

RTL_CRITICAL_SECTION LdrpLoaderLock = {.LockCount = -1};

static BOOLEAN LdrpProcessInitialized;
static RTL_BITMAP LdrpTlsBitmap;

/* The last part of ImagePathName. */
static VOID LdrpProgramName(CHAR Name[LDRP_MAXIMUM_NAME])
{
    const UNICODE_STRING *Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    ULONG First = 0;

    for (ULONG i = 0; i < Path->Length / sizeof(WCHAR); i++) {
        First = Path->Buffer[i] == '\\' ? i + 1 : First;
    }
    Name[RtlpUnicodeToUtf8(Name, LDRP_MAXIMUM_NAME - 1, Path->Buffer + First,
                           Path->Length - First * sizeof(WCHAR))] = 0;
}

/* What the PEB points at. */
static NTSTATUS LdrpFillPeb(PPEB Peb)
{
    RtlInitializeBitMap(&LdrpTlsBitmap, Peb->TlsBitmapBits, 64);
    Peb->TlsBitmap = &LdrpTlsBitmap;
    Peb->LoaderLock = &LdrpLoaderLock;
    Peb->ProcessHeap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);
    return Peb->ProcessHeap != NULL ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static VOID LdrpAddAllTls(VOID)
{
    PLIST_ENTRY Head = &NtCurrentTeb()->ProcessEnvironmentBlock->Ldr->InLoadOrderModuleList;

    for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
        LdrpAddTls(CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InLoadOrderLinks));
    }
}

static NTSTATUS LdrpInitializeProcess(PCONTEXT Context, PVOID NtdllBase)
{
    PPEB Peb = NtCurrentTeb()->ProcessEnvironmentBlock;
    PLDR_DATA_TABLE_ENTRY Program, Ntdll;
    CHAR Name[LDRP_MAXIMUM_NAME];
    NTSTATUS Status;

    LdrpInitializeLists();
    Status = LdrpFillPeb(Peb);
    if (NT_SUCCESS(Status)) {
        Status = LdrpRelocateImage(Peb->ImageBaseAddress);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    LdrpProgramName(Name);
    Program = LdrpAddModule(Peb->ImageBaseAddress, Name, 0);
    Ntdll = LdrpAddModule(NtdllBase, "ntdll.dll", LDRP_IMAGE_DLL);
    if (Program == NULL || Ntdll == NULL) {
        return STATUS_NO_MEMORY;
    }
    Ntdll->EntryPoint = NULL; /* it is running already */
    InsertTailList(&Peb->Ldr->InInitializationOrderModuleList, &Ntdll->InInitializationOrderLinks);
    Status = LdrpSnapModule(Program);
    if (NT_SUCCESS(Status)) {
        LdrpCountModule(Program, LDRP_PINNED);
        Ntdll->LoadCount = LDRP_PINNED;
        Peb->Ldr->Initialized = TRUE;
        LdrpAddAllTls();
        Status = LdrpAllocateTls();
    }
    if (NT_SUCCESS(Status) && Peb->BeingDebugged) {
        DbgBreakPoint(); /* all is mapped, and none of the program's code has run */
    }
    return NT_SUCCESS(Status) ? LdrpRunInitializeRoutines(Context) : Status;
}

/*
 * A normal APC routine to the dispatcher, but its first argument is replaced by the CONTEXT that
 * lies behind the arguments: where the thread will start. Whichever thread comes first makes the
 * process ready; the others wait for that.
 */
VOID NTAPI LdrInitializeThunk(PVOID NormalContext, PVOID NtdllBase, PVOID Unused)
{
    PCONTEXT Context = (PCONTEXT)((PUCHAR)&Unused + sizeof(Unused));
    NTSTATUS Status;
    BOOLEAN First;

    (VOID) NormalContext;
    RtlEnterCriticalSection(&LdrpLoaderLock);
    First = !LdrpProcessInitialized;
    if (!First) {
        Status = LdrpInitializeThread();
    } else {
        Status = LdrpInitializeProcess(Context, NtdllBase);
        LdrpProcessInitialized = TRUE;
    }
    RtlLeaveCriticalSection(&LdrpLoaderLock);
    if (!NT_SUCCESS(Status) && First) {
        NtTerminateProcess(NtCurrentProcess(), Status);
    } else if (!NT_SUCCESS(Status)) {
        NtTerminateThread(NtCurrentThread(), Status);
    }
}
