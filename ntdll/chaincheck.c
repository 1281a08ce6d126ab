/* SPDX-License-Identifier: MIT */
/*
 * SafeSEH (XP SP2) and SEHOP (Vista): is the chain of handlers what the program made it, or what an
 * overrun buffer did? Both are off unless the process's execute flags say so (nt/services.h). What
 * they do is public: Microsoft's documentation of the image format and of SEHOP.
 */
#include "ldrp.h"
#include "rtl/rtl.h"

ULONG RtlpChainPolicy(VOID)
{
    ULONG Flags, Policy = 0;

    if (NT_SUCCESS(NtQueryInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, &Flags,
                                             sizeof(Flags), NULL))) {
        Policy |=
            Flags & MEM_EXECUTE_OPTION_DISABLE_EXCEPTION_CHAIN_VALIDATION ? 0 : RTLP_CHECK_CHAIN;
        Policy |= Flags & MEM_EXECUTE_OPTION_DISABLE_SAFESEH ? 0 : RTLP_CHECK_HANDLER;
        Policy |= Flags & MEM_EXECUTE_OPTION_IMAGE_DISPATCH_ENABLE ? 0 : RTLP_CHECK_IN_IMAGE;
        Policy |= Flags & MEM_EXECUTE_OPTION_EXECUTE_DISPATCH_ENABLE ? 0 : RTLP_CHECK_IN_CODE;
    }
    return Policy;
}

/* The last handler of a thread's chain, and the proof that the chain is whole. */
static EXCEPTION_DISPOSITION FinalExceptionHandler(PEXCEPTION_RECORD Record,
                                                   PEXCEPTION_REGISTRATION_RECORD Frame,
                                                   PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Record;
    (VOID) Frame;
    (VOID) Context;
    (VOID) Dispatcher;
    return ExceptionContinueSearch;
}

VOID NTAPI RtlInitializeExceptionChain(PEXCEPTION_REGISTRATION_RECORD Frame)
{
    PTEB Teb = NtCurrentTeb();

    Frame->Next = EXCEPTION_CHAIN_END;
    Frame->Handler = FinalExceptionHandler;
    if (RtlpChainPolicy() & RTLP_CHECK_CHAIN) {
        RtlpSetExceptionList(Frame);
        *TebSameTebFlags(Teb) |= TEB_RTL_EXCEPTION_ATTACHED;
    }
}

/*
 * SEHOP: each record in the stack, no handler in the stack, and at the end FinalExceptionHandler. A
 * chain has no more records than the stack has room for: one that goes in a circle has no end.
 */
BOOLEAN RtlpIsChainValid(ULONG Low, ULONG High)
{
    PEXCEPTION_REGISTRATION_RECORD Frame = RtlpGetExceptionList();
    ULONG Left = (High - Low) / sizeof(*Frame);
    PEXCEPTION_ROUTINE Last = NULL;

    if (Frame == EXCEPTION_CHAIN_END) {
        return TRUE;
    }
    for (; Frame != EXCEPTION_CHAIN_END; Frame = Frame->Next) {
        if (Left-- == 0 || !RtlpIsFrameInBounds(Frame, Low, High)) {
            return FALSE;
        }
        Last = Frame->Handler;
        if ((ULONG)Last >= Low && (ULONG)Last < High) {
            return FALSE;
        }
    }
    return !(*TebSameTebFlags(NtCurrentTeb()) & TEB_RTL_EXCEPTION_ATTACHED) ||
           Last == FinalExceptionHandler;
}

/* An image's own list of its handlers, or NULL: it has none, so any of its code may be one. */
static const ULONG *RtlpHandlerTable(const RTL_IMAGE *Image, PULONG Count)
{
    IMAGE_DATA_DIRECTORY Directory = RtlpImageDirectory(Image, IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG);
    const IMAGE_LOAD_CONFIG_DIRECTORY32 *Config =
        Directory.VirtualAddress == 0
            ? NULL
            : RtlpImageData(Image, Directory.VirtualAddress, sizeof(*Config));

    if (Config == NULL || Config->Size < sizeof(*Config) || Config->SEHandlerTable == 0 ||
        Config->SEHandlerCount > Image->Bytes / sizeof(ULONG)) {
        return NULL;
    }
    *Count = Config->SEHandlerCount;
    return RtlpImageData(Image, Config->SEHandlerTable - (ULONG)Image->Base,
                         *Count * sizeof(ULONG));
}

static BOOLEAN RtlpIsHandlerInTable(const RTL_IMAGE *Image, ULONG Rva)
{
    ULONG Count = 0;
    const ULONG *Table;

    if (Image->Headers->OptionalHeader.DllCharacteristics & IMAGE_DLLCHARACTERISTICS_NO_SEH) {
        return FALSE;
    }
    Table = RtlpHandlerTable(Image, &Count);
    for (ULONG i = 0; Table != NULL && i < Count; i++) {
        if (Table[i] == Rva) {
            return TRUE;
        }
    }
    return Table == NULL;
}

static BOOLEAN RtlpIsInCode(const RTL_IMAGE *Image, ULONG Rva)
{
    for (ULONG i = 0; i < Image->NumberOfSections; i++) {
        const IMAGE_SECTION_HEADER *Section = &Image->Sections[i];

        if (Rva - Section->VirtualAddress < RtlpSectionSize(Section)) {
            return (Section->Characteristics & IMAGE_SCN_MEM_EXECUTE) != 0;
        }
    }
    return FALSE;
}

BOOLEAN RtlpIsHandlerValid(PEXCEPTION_ROUTINE Handler, ULONG Policy, ULONG Low, ULONG High)
{
    PLDR_DATA_TABLE_ENTRY Module;
    RTL_IMAGE Image;
    ULONG Rva;

    if ((ULONG)Handler >= Low && (ULONG)Handler < High) {
        return FALSE;
    }
    Module = LdrpFindModuleByAddress((ULONG)Handler);
    if (Module == NULL) {
        return !(Policy & RTLP_CHECK_IN_IMAGE);
    }
    RtlpMappedImage(&Image, Module->DllBase);
    Rva = (ULONG)Handler - (ULONG)Module->DllBase;
    if (Policy & RTLP_CHECK_IN_CODE && !RtlpIsInCode(&Image, Rva)) {
        return FALSE;
    }
    return RtlpIsHandlerInTable(&Image, Rva);
}
