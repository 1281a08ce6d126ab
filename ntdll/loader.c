/* SPDX-License-Identifier: MIT */
/* LdrInitializeThunk: the first thing a process runs in ring 3, as an APC (nt-facts 6.3). */
#include "ldrp.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define DLL_PROCESS_ATTACH 1

typedef BOOLEAN(NTAPI *PDLL_INIT_ROUTINE)(PVOID Base, ULONG Reason, PCONTEXT Context);

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

/* DllMain of every DLL, those first that others need. */
static NTSTATUS LdrpRunInitializeRoutines(PCONTEXT Context)
{
    PPEB_LDR_DATA Ldr = NtCurrentTeb()->ProcessEnvironmentBlock->Ldr;
    PLIST_ENTRY Head = &Ldr->InInitializationOrderModuleList;

    for (PLIST_ENTRY Link = Head->Flink; Link != Head; Link = Link->Flink) {
        PLDR_DATA_TABLE_ENTRY Module =
            CONTAINING_RECORD(Link, LDR_DATA_TABLE_ENTRY, InInitializationOrderLinks);
        CHAR Text[LDRP_MAXIMUM_NAME];

        Module->Flags |= LDRP_ENTRY_PROCESSED;
        if (Module->EntryPoint == NULL) {
            continue;
        }
        Module->Flags |= LDRP_PROCESS_ATTACH_CALLED;
        /* A context that is not NULL tells DllMain that it is a static import. */
        if (!((PDLL_INIT_ROUTINE)Module->EntryPoint)(Module->DllBase, DLL_PROCESS_ATTACH,
                                                     Context)) {
            DbgPrint("ntdll: %s: its initialisation failed\n", LdrpModuleName(Module, Text));
            return STATUS_DLL_INIT_FAILED;
        }
    }
    return STATUS_SUCCESS;
}

static NTSTATUS LdrpInitializeProcess(PCONTEXT Context, PVOID NtdllBase)
{
    PPEB Peb = NtCurrentTeb()->ProcessEnvironmentBlock;
    PLDR_DATA_TABLE_ENTRY Program, Ntdll;
    CHAR Name[LDRP_MAXIMUM_NAME];
    NTSTATUS Status;

    LdrpInitializeLists();
    Status = LdrpRelocateImage(Peb->ImageBaseAddress);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    LdrpProgramName(Name);
    Program = LdrpAddModule(Peb->ImageBaseAddress, Name, 0);
    Ntdll = LdrpAddModule(NtdllBase, "ntdll.dll", LDRP_IMAGE_DLL);
    Ntdll->EntryPoint = NULL; /* it is running already */
    InsertTailList(&Peb->Ldr->InInitializationOrderModuleList, &Ntdll->InInitializationOrderLinks);
    Status = LdrpSnapModule(Program);
    if (NT_SUCCESS(Status)) {
        Peb->Ldr->Initialized = TRUE;
        Status = LdrpRunInitializeRoutines(Context);
    }
    return Status;
}

/*
 * A normal APC routine to the dispatcher, but its first argument is replaced by the CONTEXT that
 * lies behind the arguments: where the thread will start.
 */
VOID NTAPI LdrInitializeThunk(PVOID NormalContext, PVOID NtdllBase, PVOID Unused)
{
    PCONTEXT Context = (PCONTEXT)((PUCHAR)&Unused + sizeof(Unused));
    NTSTATUS Status = LdrpInitializeProcess(Context, NtdllBase);

    (VOID) NormalContext;
    if (!NT_SUCCESS(Status)) {
        NtTerminateProcess(NtCurrentProcess(), Status);
    }
}
