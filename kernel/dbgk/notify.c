/* SPDX-License-Identifier: MIT */
/* What a debugger hears of besides exceptions: threads, processes and images that come and go. */
#include "dbgkp.h"
#include "rtl/rtl.h"

static BOOLEAN DbgkpHasDebugger(VOID)
{
    return PsGetCurrentProcess()->DebugPort != NULL;
}

/* Where the image's COFF symbols are, says its header; ring 3 may have written over that. */
static VOID DbgkpReadHeader(ULONG Base, PULONG SymbolOffset, PULONG SymbolCount)
{
    IMAGE_FILE_HEADER Header;
    ULONG Offset;
    ULONG ToFile = FIELD_OFFSET(IMAGE_NT_HEADERS32, FileHeader);

    if (NT_SUCCESS(KeCopyFromUser(&Offset, (PUCHAR)Base + FIELD_OFFSET(IMAGE_DOS_HEADER, e_lfanew),
                                  sizeof(Offset))) &&
        NT_SUCCESS(KeCopyFromUser(&Header, (PVOID)(Base + Offset + ToFile), sizeof(Header)))) {
        *SymbolOffset = Header.PointerToSymbolTable;
        *SymbolCount = Header.NumberOfSymbols;
    }
}

VOID DbgkpFillThread(DBGUI_WAIT_STATE_CHANGE *Change, PETHREAD Thread)
{
    memset(&Change->StateInfo, 0, sizeof(Change->StateInfo));
    Change->StateInfo.CreateThread.NewThread.StartAddress = Thread->StartAddress;
}

PCSTR DbgkpFillProcess(DBGUI_WAIT_STATE_CHANGE *Change, PETHREAD Thread)
{
    DBGKM_CREATE_PROCESS *New = &Change->StateInfo.CreateProcessInfo.NewProcess;

    memset(&Change->StateInfo, 0, sizeof(Change->StateInfo));
    New->BaseOfImage = Thread->ThreadsProcess->SectionBaseAddress;
    New->InitialThread.StartAddress = Thread->StartAddress;
    DbgkpReadHeader((ULONG)New->BaseOfImage, &New->DebugInfoFileOffset, &New->DebugInfoSize);
    return Thread->ThreadsProcess->ImageName;
}

PCSTR DbgkpFillImage(DBGUI_WAIT_STATE_CHANGE *Change, ULONG Base, PTEB Teb)
{
    DBGKM_LOAD_DLL *Load = &Change->StateInfo.LoadDll;

    memset(&Change->StateInfo, 0, sizeof(Change->StateInfo));
    Load->BaseOfDll = (PVOID)Base;
    Load->NamePointer = Teb != NULL ? &Teb->NtTib.ArbitraryUserPointer : NULL;
    DbgkpReadHeader(Base, &Load->DebugInfoFileOffset, &Load->DebugInfoSize);
    return MmQueryMappedFile(Base);
}

/* ntdll was mapped before there was a thread: the first one tells, and names it. */
static VOID DbgkpTellSystemDll(VOID)
{
    static const WCHAR Name[] = L"ntdll.dll";
    PTEB Teb = PsGetCurrentThread()->Tcb.Teb;
    PWSTR Buffer = Teb->StaticUnicodeBuffer;

    if (NT_SUCCESS(KeCopyToUser(Buffer, Name, sizeof(Name)))) {
        KeCopyToUser(&Teb->NtTib.ArbitraryUserPointer, &Buffer, sizeof(Buffer));
    }
    DbgkpMapImage(PsSystemDllBase);
    Buffer = NULL;
    KeCopyToUser(&Teb->NtTib.ArbitraryUserPointer, &Buffer, sizeof(Buffer));
}

/* What was told when the debugger came is not told again. */
VOID DbgkCreateThread(VOID)
{
    PETHREAD Thread = PsGetCurrentThread();
    PEPROCESS Process = Thread->ThreadsProcess;
    DBGUI_WAIT_STATE_CHANGE Change;
    BOOLEAN First;

    if (!DbgkpHasDebugger() || Thread->CreateReported) {
        return;
    }
    Thread->CreateReported = TRUE;
    First = !Process->CreateReported;
    Process->CreateReported = TRUE;
    if (First) {
        PCSTR FileName = DbgkpFillProcess(&Change, Thread);

        DbgkpSendMessage(DbgCreateProcessStateChange, &Change, FileName);
        DbgkpTellSystemDll();
    } else {
        DbgkpFillThread(&Change, Thread);
        DbgkpSendMessage(DbgCreateThreadStateChange, &Change, NULL);
    }
}

VOID DbgkpExitThread(NTSTATUS ExitStatus, BOOLEAN Last)
{
    DBGUI_WAIT_STATE_CHANGE Change;

    if (DbgkpHasDebugger()) {
        Change.StateInfo.ExitStatus = ExitStatus;
        DbgkpSendMessage(Last ? DbgExitProcessStateChange : DbgExitThreadStateChange, &Change,
                         NULL);
    }
}

VOID DbgkpMapImage(ULONG Base)
{
    DBGUI_WAIT_STATE_CHANGE Change;

    if (DbgkpHasDebugger()) {
        PCSTR FileName = DbgkpFillImage(&Change, Base, PsGetCurrentThread()->Tcb.Teb);

        DbgkpSendMessage(DbgLoadDllStateChange, &Change, FileName);
    }
}

VOID DbgkpUnmapImage(ULONG Base)
{
    DBGUI_WAIT_STATE_CHANGE Change;

    if (DbgkpHasDebugger()) {
        Change.StateInfo.UnloadDll = (PVOID)Base;
        DbgkpSendMessage(DbgUnloadDllStateChange, &Change, NULL);
    }
}
