/* SPDX-License-Identifier: MIT */
/*
 * RtlCreateUserProcess: the image as a section, the section as a process, parameters in its memory,
 * a stack and a thread, which waits to be resumed.
 */
#include "ntdll.h"
#include "rtl/pe.h"
#include "rtl/rtl.h"

static NTSTATUS RtlpOpenImage(PUNICODE_STRING Path, PHANDLE Section)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;
    NTSTATUS Status;

    InitializeObjectAttributes(&Attributes, Path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = NtOpenFile(&File, FILE_EXECUTE | SYNCHRONIZE, &Attributes, &IoStatus, 0,
                        FILE_NON_DIRECTORY_FILE);
    if (NT_SUCCESS(Status)) {
        Status =
            NtCreateSection(Section, SECTION_ALL_ACCESS, NULL, NULL, PAGE_EXECUTE, SEC_IMAGE, File);
        NtClose(File);
    }
    return Status;
}

/* A copy of Bytes at Source in the other process. */
static NTSTATUS RtlpPlant(HANDLE Process, PVOID Source, ULONG Bytes, PVOID *Where)
{
    ULONG Size = Bytes;
    NTSTATUS Status;

    *Where = NULL;
    Status =
        NtAllocateVirtualMemory(Process, Where, 0, &Size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return NT_SUCCESS(Status) ? NtWriteVirtualMemory(Process, *Where, Source, Bytes, NULL) : Status;
}

static ULONG RtlpEnvironmentBytes(PWSTR Environment)
{
    PWSTR At = Environment;

    while (At[0] != 0 || At[1] != 0) {
        At++;
    }
    return (ULONG)((PUCHAR)(At + 2) - (PUCHAR)Environment);
}

/* The child gets handles of its own to the three streams, unless it inherited the parent's. */
static NTSTATUS RtlpGiveHandles(HANDLE Process, PRTL_USER_PROCESS_PARAMETERS Copy,
                                BOOLEAN Inherited)
{
    HANDLE *Handles[] = {&Copy->StandardInput, &Copy->StandardOutput, &Copy->StandardError};
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG i = 0; !Inherited && NT_SUCCESS(Status) && i < ARRAYSIZE(Handles); i++) {
        if (*Handles[i] != NULL) {
            Status = NtDuplicateObject(NtCurrentProcess(), *Handles[i], Process, Handles[i], 0, 0,
                                       DUPLICATE_SAME_ACCESS | DUPLICATE_SAME_ATTRIBUTES);
        }
    }
    return Status;
}

/* Parameters go over with offsets for pointers, made absolute for where they will lie. */
static NTSTATUS RtlpGiveParameters(HANDLE Process, PPEB Peb,
                                   PRTL_USER_PROCESS_PARAMETERS Parameters, BOOLEAN Inherited)
{
    PRTL_USER_PROCESS_PARAMETERS Copy;
    PVOID Environment = NULL, Where = NULL;
    ULONG Size = Parameters->Length;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Parameters->Environment != NULL) {
        Status = RtlpPlant(Process, Parameters->Environment,
                           RtlpEnvironmentBytes(Parameters->Environment), &Environment);
    }
    if (NT_SUCCESS(Status)) {
        Status = NtAllocateVirtualMemory(Process, &Where, 0, &Size, MEM_RESERVE | MEM_COMMIT,
                                         PAGE_READWRITE);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Copy = RtlAllocateHeap(NtCurrentTeb()->ProcessEnvironmentBlock->ProcessHeap, 0,
                           Parameters->Length);
    if (Copy == NULL) {
        return STATUS_NO_MEMORY;
    }
    memcpy(Copy, Parameters, Parameters->Length);
    RtlpMoveParameters(Copy, (ULONG)Where - (ULONG)Parameters);
    Copy->Environment = Environment;
    Copy->MaximumLength = Size;
    Status = RtlpGiveHandles(Process, Copy, Inherited);
    if (NT_SUCCESS(Status)) {
        Status = NtWriteVirtualMemory(Process, Where, Copy, Parameters->Length, NULL);
    }
    if (NT_SUCCESS(Status)) {
        Status =
            NtWriteVirtualMemory(Process, &Peb->ProcessParameters, &Where, sizeof(Where), NULL);
    }
    RtlFreeHeap(NtCurrentTeb()->ProcessEnvironmentBlock->ProcessHeap, 0, Copy);
    return Status;
}

static NTSTATUS RtlpFillProcess(PRTL_USER_PROCESS_PARAMETERS Parameters, BOOLEAN Inherited,
                                PRTL_USER_PROCESS_INFORMATION Information)
{
    PROCESS_BASIC_INFORMATION Basic;
    PVOID ImageBase;
    ULONG Offset;
    NTSTATUS Status = NtQueryInformationProcess(Information->ProcessHandle, ProcessBasicInformation,
                                                &Basic, sizeof(Basic), NULL);

    if (NT_SUCCESS(Status)) {
        Status = RtlpGiveParameters(Information->ProcessHandle, Basic.PebBaseAddress, Parameters,
                                    Inherited);
    }
    if (NT_SUCCESS(Status)) {
        Status = NtReadVirtualMemory(Information->ProcessHandle,
                                     &((PPEB)Basic.PebBaseAddress)->ImageBaseAddress, &ImageBase,
                                     sizeof(ImageBase), NULL);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    /* The section speaks of the image's own base; it may have had to move. */
    Offset = (ULONG)Information->ImageInformation.TransferAddress - Information->PreferredBase;
    return RtlCreateUserThread(
        Information->ProcessHandle, NULL, TRUE, 0, Information->ImageInformation.MaximumStackSize,
        Information->ImageInformation.CommittedStackSize,
        (PUSER_THREAD_START_ROUTINE)((ULONG)ImageBase + Offset), Basic.PebBaseAddress,
        &Information->ThreadHandle, &Information->ClientId);
}

/* Where the image wants to lie: its header says so, seen through a view of ours. */
static NTSTATUS RtlpPreferredBase(HANDLE Section, PULONG Preferred)
{
    PVOID View = NULL;
    ULONG Size = 0;
    RTL_IMAGE Image;
    NTSTATUS Status = NtMapViewOfSection(Section, NtCurrentProcess(), &View, 0, 0, NULL, &Size,
                                         ViewUnmap, 0, PAGE_READONLY);

    if (NT_SUCCESS(Status)) {
        RtlpMappedImage(&Image, View);
        *Preferred = Image.Headers->OptionalHeader.ImageBase;
        NtUnmapViewOfSection(NtCurrentProcess(), View);
    }
    return NT_SUCCESS(Status) ? STATUS_SUCCESS : Status;
}

NTSTATUS NTAPI RtlCreateUserProcess(PUNICODE_STRING ImagePath, ULONG Attributes,
                                    PRTL_USER_PROCESS_PARAMETERS Parameters, PVOID ProcessSecurity,
                                    PVOID ThreadSecurity, HANDLE Parent, BOOLEAN InheritHandles,
                                    HANDLE DebugPort, HANDLE ExceptionPort,
                                    PRTL_USER_PROCESS_INFORMATION Information)
{
    HANDLE Section;
    NTSTATUS Status = RtlpOpenImage(ImagePath, &Section);

    (VOID) Attributes;
    (VOID) ProcessSecurity;
    (VOID) ThreadSecurity;
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    *Information = (RTL_USER_PROCESS_INFORMATION){.Length = sizeof(*Information)};
    Status = NtQuerySection(Section, SectionImageInformation, &Information->ImageInformation,
                            sizeof(Information->ImageInformation), NULL);
    if (NT_SUCCESS(Status) && Information->ImageInformation.TransferAddress == NULL) {
        Status = STATUS_INVALID_IMAGE_FORMAT; /* nowhere to begin */
    }
    if (NT_SUCCESS(Status)) {
        Status = RtlpPreferredBase(Section, &Information->PreferredBase);
    }
    if (NT_SUCCESS(Status)) {
        Status = NtCreateProcess(&Information->ProcessHandle, PROCESS_ALL_ACCESS, NULL,
                                 Parent != NULL ? Parent : NtCurrentProcess(), InheritHandles,
                                 Section, DebugPort, ExceptionPort);
    }
    NtClose(Section);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = RtlpFillProcess(Parameters, InheritHandles, Information);
    if (!NT_SUCCESS(Status)) {
        NtTerminateProcess(Information->ProcessHandle, Status);
        NtClose(Information->ProcessHandle);
    }
    return Status;
}
