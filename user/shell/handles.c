/* SPDX-License-Identifier: MIT */
/* handles: looked at through duplicates of our own. */
#include "shell.h"

typedef struct {
    ULONG Count;
    SYSTEM_HANDLE_TABLE_ENTRY_INFO Rows[];
} HANDLE_TABLE_INFO;

/* A string that NtQueryObject answers: type or name. */
static PCSTR AskObject(HANDLE Handle, ULONG Class, PCHAR Text, ULONG Size)
{
    static UCHAR Buffer[1200];
    UNICODE_STRING *String = (UNICODE_STRING *)Buffer; /* comes first in both answers */
    NTSTATUS Status = NtQueryObject(Handle, Class, Buffer, sizeof(Buffer), NULL);

    if (!NT_SUCCESS(Status)) {
        return StatusName(Status);
    }
    return Narrow(String, Text, Size);
}

static VOID ShowHandle(HANDLE Process, const SYSTEM_HANDLE_TABLE_ENTRY_INFO *Row)
{
    CHAR Type[64], Name[128];
    HANDLE Copy;

    if (!NT_SUCCESS(NtDuplicateObject(Process, (HANDLE)(ULONG)Row->HandleValue, NtCurrentProcess(),
                                      &Copy, 0, 0, DUPLICATE_SAME_ACCESS))) {
        return; /* it has been closed meanwhile */
    }
    Print("  %4X  %-12s  access %06lX  %s\n", Row->HandleValue,
          AskObject(Copy, ObjectTypeInformation, Type, sizeof(Type)), Row->GrantedAccess,
          AskObject(Copy, ObjectNameInformation, Name, sizeof(Name)));
    NtClose(Copy);
}

VOID ShowHandles(int Count, PCHAR *Words)
{
    PROCESS_BASIC_INFORMATION Basic;
    HANDLE_TABLE_INFO *Table;
    HANDLE Process;

    if (Count > 2) {
        Print("handles: of one process, or of the shell\n");
        return;
    }
    if (Count == 1) {
        Process = NtCurrentProcess();
    } else if (!OpenProcess(Words[1], PROCESS_QUERY_INFORMATION | PROCESS_DUP_HANDLE, &Process)) {
        return;
    }
    NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);
    Table = QuerySystem(SystemHandleInformation);
    for (ULONG i = 0; Table != NULL && i < Table->Count; i++) {
        if (Table->Rows[i].UniqueProcessId == Basic.UniqueProcessId) {
            ShowHandle(Process, &Table->Rows[i]);
        }
    }
    RtlFreeHeap(RtlProcessHeap(), 0, Table);
    if (Count != 1) {
        NtClose(Process);
    }
}
