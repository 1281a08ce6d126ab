/* SPDX-License-Identifier: MIT */
/* The services on virtual memory, of the caller or, attached to it, of another process. */
#include "psp.h"
#include "rtl/rtl.h"

/* What most have in common: a process, and a range that is read first and written last. */
typedef struct _PSP_RANGE {
    PVOID *BaseAddress;
    PULONG RegionSize;
    ULONG Base, Size;
    PEPROCESS Process;
} PSP_RANGE;

static NTSTATUS PspCaptureRange(PSP_RANGE *Range, HANDLE ProcessHandle)
{
    NTSTATUS Status = KeProbeForWrite(Range->BaseAddress, sizeof(*Range->BaseAddress));

    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(Range->RegionSize, sizeof(*Range->RegionSize));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Range->Base, Range->BaseAddress, sizeof(Range->Base));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Range->Size, Range->RegionSize, sizeof(Range->Size));
    }
    if (NT_SUCCESS(Status)) {
        Status = PsReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, &Range->Process);
    }
    if (NT_SUCCESS(Status)) {
        KeAttachProcess(&Range->Process->Pcb);
        /* A process that has ended, or the kernel's own, has no memory. */
        Status = PspHasMemory(Range->Process) ? STATUS_SUCCESS : STATUS_PROCESS_IS_TERMINATING;
        if (!NT_SUCCESS(Status)) {
            KeDetachProcess();
            ObDereferenceObject(Range->Process);
        }
    }
    return Status;
}

static NTSTATUS PspReturnRange(PSP_RANGE *Range, NTSTATUS Status)
{
    NTSTATUS Written = Status;

    KeDetachProcess();
    ObDereferenceObject(Range->Process);
    if (NT_SUCCESS(Status)) {
        Written = KeCopyToCaller(Range->RegionSize, &Range->Size, sizeof(Range->Size));
    }
    if (NT_SUCCESS(Written)) {
        Written = KeCopyToCaller(Range->BaseAddress, &Range->Base, sizeof(Range->Base));
    }
    return NT_SUCCESS(Written) ? Status : Written;
}

/*
 * *BaseAddress and *RegionSize come back as the rounded range. ZeroBits: so many upper bits of an
 * address that Mm chooses are 0. Statuses as MmAllocateVirtualMemory's.
 */
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, ULONG ZeroBits,
                                       PULONG RegionSize, ULONG Type, ULONG Protect)
{
    PSP_RANGE Range = {.BaseAddress = BaseAddress, .RegionSize = RegionSize};
    ULONG Highest =
        ZeroBits != 0 && ZeroBits <= 21 ? 0xFFFFFFFF >> ZeroBits : MM_HIGHEST_VAD_ADDRESS;
    NTSTATUS Status;

    if (ZeroBits > 21) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Status = PspCaptureRange(&Range, ProcessHandle);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmAllocateVirtualMemory(&Range.Base, &Range.Size, Highest, Type, Protect);
    return PspReturnRange(&Range, Status);
}

NTSTATUS NTAPI NtFreeVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PULONG RegionSize,
                                   ULONG FreeType)
{
    PSP_RANGE Range = {.BaseAddress = BaseAddress, .RegionSize = RegionSize};
    NTSTATUS Status = PspCaptureRange(&Range, ProcessHandle);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmFreeVirtualMemory(&Range.Base, &Range.Size, FreeType);
    return PspReturnRange(&Range, Status);
}

NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PULONG RegionSize,
                                      ULONG NewProtect, PULONG OldProtect)
{
    PSP_RANGE Range = {.BaseAddress = BaseAddress, .RegionSize = RegionSize};
    ULONG Old = 0;
    NTSTATUS Status = KeProbeForWrite(OldProtect, sizeof(Old));

    if (NT_SUCCESS(Status)) {
        Status = PspCaptureRange(&Range, ProcessHandle);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmProtectVirtualMemory(&Range.Base, &Range.Size, NewProtect, &Old);
    Status = PspReturnRange(&Range, Status);
    return NT_SUCCESS(Status) ? KeCopyToCaller(OldProtect, &Old, sizeof(Old)) : Status;
}

/* LockType 1 (of the process) or 2 (of the machine): the same here. STATUS_WAS_LOCKED. */
NTSTATUS NTAPI NtLockVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PULONG RegionSize,
                                   ULONG LockType)
{
    PSP_RANGE Range = {.BaseAddress = BaseAddress, .RegionSize = RegionSize};
    NTSTATUS Status = LockType == 0 || LockType > 3 ? STATUS_INVALID_PARAMETER
                                                    : PspCaptureRange(&Range, ProcessHandle);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmLockVirtualMemory(&Range.Base, &Range.Size);
    return PspReturnRange(&Range, Status);
}

NTSTATUS NTAPI NtUnlockVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PULONG RegionSize,
                                     ULONG LockType)
{
    PSP_RANGE Range = {.BaseAddress = BaseAddress, .RegionSize = RegionSize};
    NTSTATUS Status = LockType == 0 || LockType > 3 ? STATUS_INVALID_PARAMETER
                                                    : PspCaptureRange(&Range, ProcessHandle);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmUnlockVirtualMemory(&Range.Base, &Range.Size);
    return PspReturnRange(&Range, Status);
}

/* Only a mapped view of a file can be flushed: STATUS_NOT_MAPPED_VIEW for all else. */
NTSTATUS NTAPI NtFlushVirtualMemory(HANDLE ProcessHandle, PVOID *BaseAddress, PULONG RegionSize,
                                    PIO_STATUS_BLOCK IoStatus)
{
    PSP_RANGE Range = {.BaseAddress = BaseAddress, .RegionSize = RegionSize};
    IO_STATUS_BLOCK Result = {STATUS_SUCCESS, 0};
    NTSTATUS Status = KeProbeForWrite(IoStatus, sizeof(Result));

    if (NT_SUCCESS(Status)) {
        Status = PspCaptureRange(&Range, ProcessHandle);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = MmQueryMappedFile(Range.Base) != NULL ? STATUS_SUCCESS : STATUS_NOT_MAPPED_VIEW;
    Status = PspReturnRange(&Range, Status);
    return NT_SUCCESS(Status) ? KeCopyToCaller(IoStatus, &Result, sizeof(Result)) : Status;
}

/* One processor, and it sees what is written: there is nothing to flush. */
NTSTATUS NTAPI NtFlushInstructionCache(HANDLE ProcessHandle, PVOID BaseAddress, ULONG Length)
{
    PEPROCESS Process;
    NTSTATUS Status = PsReferenceProcess(ProcessHandle, PROCESS_VM_WRITE, &Process);

    (VOID) BaseAddress;
    (VOID) Length;
    if (NT_SUCCESS(Status)) {
        ObDereferenceObject(Process);
    }
    return Status;
}

static NTSTATUS PspCopyMemory(HANDLE ProcessHandle, ULONG Address, PVOID Buffer, ULONG Length,
                              PULONG Returned, BOOLEAN Write)
{
    PEPROCESS Process;
    ULONG Done = 0;
    NTSTATUS Status =
        PsReferenceProcess(ProcessHandle, Write ? PROCESS_VM_WRITE : PROCESS_VM_READ, &Process);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = Process->AddressSpace.PageDirectory == 0 ? STATUS_ACCESS_DENIED
             : Process->ExitTime.QuadPart != 0
                 ? STATUS_PROCESS_IS_TERMINATING
                 : MmCopyVirtualMemory(&Process->Pcb, Address, Buffer, Length, Write, &Done);
    ObDereferenceObject(Process);
    if (Returned != NULL) {
        NTSTATUS Copied = KeCopyToCaller(Returned, &Done, sizeof(Done));

        Status = NT_SUCCESS(Copied) ? Status : Copied;
    }
    return Status;
}

/* NumberOfBytesRead may be NULL. STATUS_PARTIAL_COPY: the process has no more there. */
NTSTATUS NTAPI NtReadVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress, PVOID Buffer,
                                   ULONG Length, PULONG NumberOfBytesRead)
{
    return PspCopyMemory(ProcessHandle, (ULONG)BaseAddress, Buffer, Length, NumberOfBytesRead,
                         FALSE);
}

NTSTATUS NTAPI NtWriteVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress, PVOID Buffer,
                                    ULONG Length, PULONG NumberOfBytesWritten)
{
    return PspCopyMemory(ProcessHandle, (ULONG)BaseAddress, Buffer, Length, NumberOfBytesWritten,
                         TRUE);
}

/* MemorySectionName: "\SystemRoot\name" behind a UNICODE_STRING. */
static NTSTATUS PspQuerySectionName(PCSTR Name, PUNICODE_STRING Buffer, ULONG Length, PULONG Needed)
{
    struct {
        UNICODE_STRING String;
        WCHAR Text[sizeof("\\SystemRoot\\") + BL_MAXIMUM_NAME];
    } Answer;
    CHAR Path[sizeof("\\SystemRoot\\") + BL_MAXIMUM_NAME];
    ULONG Bytes;

    if (Name == NULL) {
        return STATUS_INVALID_ADDRESS;
    }
    sprintf(Path, "\\SystemRoot\\%s", Name);
    Bytes = RtlpUtf8ToUnicode(Answer.Text, sizeof(Answer.Text) - 2, Path, (ULONG)strlen(Path));
    Answer.Text[Bytes / sizeof(WCHAR)] = 0;
    Answer.String = (UNICODE_STRING){(USHORT)Bytes, (USHORT)(Bytes + 2), (PWSTR)(Buffer + 1)};
    *Needed = sizeof(Answer.String) + Bytes + 2;
    return *Needed > Length ? STATUS_INFO_LENGTH_MISMATCH
                            : KeCopyToCaller(Buffer, &Answer, *Needed);
}

/* MemoryBasicInformation; MemorySectionName: of the file that is mapped there. */
NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, PVOID BaseAddress, ULONG Class,
                                    PVOID Buffer, ULONG Length, PULONG ReturnLength)
{
    MEMORY_BASIC_INFORMATION Basic;
    ULONG Returned = sizeof(Basic);
    PEPROCESS Process;
    PCSTR Name;
    NTSTATUS Status;

    if (Class != MemoryBasicInformation && Class != MemorySectionName) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Class == MemoryBasicInformation && Length < sizeof(Basic)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = PsReferenceProcess(ProcessHandle, PROCESS_QUERY_INFORMATION, &Process);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (!PspHasMemory(Process)) {
        Status = Process->AddressSpace.PageDirectory == 0 ? STATUS_ACCESS_DENIED
                                                          : STATUS_PROCESS_IS_TERMINATING;
        ObDereferenceObject(Process);
        return Status;
    }
    KeAttachProcess(&Process->Pcb);
    Status = MmQueryVirtualMemory((ULONG)BaseAddress, &Basic);
    Name = MmQueryMappedFile((ULONG)BaseAddress);
    KeDetachProcess();
    ObDereferenceObject(Process);
    if (NT_SUCCESS(Status)) {
        Status = Class == MemoryBasicInformation
                     ? KeCopyToCaller(Buffer, &Basic, sizeof(Basic))
                     : PspQuerySectionName(Name, Buffer, Length, &Returned);
    }
    if (NT_SUCCESS(Status) && ReturnLength != NULL) {
        Status = KeCopyToCaller(ReturnLength, &Returned, sizeof(Returned));
    }
    return Status;
}
