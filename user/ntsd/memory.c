/* SPDX-License-Identifier: MIT */
/* The other process's memory. */
#include "ntsd.h"

#define ROW_BYTES 16UL

BOOLEAN ReadBytes(ULONG Address, PVOID Buffer, ULONG Bytes)
{
    return NT_SUCCESS(NtReadVirtualMemory(Process, (PVOID)Address, Buffer, Bytes, NULL));
}

/* Code cannot be written: for the moment it can, and the process gets a page of its own. */
BOOLEAN WriteBytes(ULONG Address, const VOID *Buffer, ULONG Bytes)
{
    PVOID Base = (PVOID)Address;
    ULONG Size = Bytes, Old;
    NTSTATUS Status = NtProtectVirtualMemory(Process, &Base, &Size, PAGE_EXECUTE_READWRITE, &Old);

    if (!NT_SUCCESS(Status)) {
        return FALSE;
    }
    Status = NtWriteVirtualMemory(Process, (PVOID)Address, (PVOID)Buffer, Bytes, NULL);
    NtProtectVirtualMemory(Process, &Base, &Size, Old, &Old);
    NtFlushInstructionCache(Process, (PVOID)Address, Bytes);
    return NT_SUCCESS(Status);
}

static VOID ShowText(const UCHAR *Row, ULONG Count)
{
    Print("  ");
    for (ULONG i = 0; i < Count; i++) {
        Print("%c", Row[i] >= ' ' && Row[i] < 0x7F ? Row[i] : '.');
    }
}

/* Width: of an element, 1 or 4. What is not there is shown as ??. */
VOID DumpMemory(ULONG Address, ULONG Bytes, ULONG Width)
{
    for (ULONG At = 0; At < Bytes; At += ROW_BYTES) {
        UCHAR Row[ROW_BYTES];
        ULONG Count = Bytes - At < ROW_BYTES ? Bytes - At : ROW_BYTES;

        Print("%08lx ", Address + At);
        if (!ReadBytes(Address + At, Row, Count)) {
            Print(" ????????\n");
            return;
        }
        for (ULONG i = 0; i < Count; i += Width) {
            if (Width == 1) {
                Print("%s%02x", i == 8 ? "-" : " ", Row[i]);
            } else {
                Print(" %08lx", *(ULONG *)&Row[i]);
            }
        }
        if (Width == 1) {
            ShowText(Row, Count);
        }
        Print("\n");
    }
}
