/* SPDX-License-Identifier: MIT */
/* NtDuplicateObject: a handle for what another handle, maybe of another process, is for. */
#include "psp.h"

/* What is behind the source handle. The three handles that are none mean the source's own. */
static NTSTATUS PspReferenceSource(PEPROCESS Source, HANDLE Handle, OB_HANDLE *Found)
{
    if (Handle == NtCurrentProcess()) {
        *Found = (OB_HANDLE){Source, PROCESS_ALL_ACCESS, 0};
        ObReferenceObject(Source);
        return STATUS_SUCCESS;
    }
    if (Handle == NtCurrentThread()) {
        *Found = (OB_HANDLE){KeGetCurrentThread(), THREAD_ALL_ACCESS, 0};
        ObReferenceObject(Found->Object);
        return STATUS_SUCCESS;
    }
    return ObReferenceHandle(Source->ObjectTable, Handle, Found);
}

static VOID PspCloseSource(PEPROCESS Source, HANDLE Handle)
{
    if (Source->ObjectTable != NULL) {
        ObCloseHandle(Source->ObjectTable, Handle);
    }
}

static NTSTATUS PspDuplicateInto(HANDLE TargetProcess, const OB_HANDLE *New, PHANDLE TargetHandle)
{
    PEPROCESS Target;
    HANDLE Handle = NULL;
    NTSTATUS Status = PsReferenceProcess(TargetProcess, PROCESS_DUP_HANDLE, &Target);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = Target->ObjectTable == NULL || Target->ExitTime.QuadPart != 0
                 ? STATUS_PROCESS_IS_TERMINATING
                 : ObCreateHandle(Target->ObjectTable, New, &Handle);
    if (NT_SUCCESS(Status) && TargetHandle != NULL) {
        Status = KeReturnHandle(TargetHandle, Handle, Status);
        if (!NT_SUCCESS(Status)) {
            ObCloseHandle(Target->ObjectTable, Handle);
        }
    }
    ObDereferenceObject(Target);
    return Status;
}

/*
 * DUPLICATE_SAME_ACCESS, DUPLICATE_SAME_ATTRIBUTES: as the source has them; DUPLICATE_CLOSE_SOURCE:
 * it is closed, whatever comes of the rest. TargetProcess NULL: only that. STATUS_ACCESS_DENIED:
 * more rights than the source's type has are not given, more than the source's can be.
 */
NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcess, HANDLE SourceHandle, HANDLE TargetProcess,
                                 PHANDLE TargetHandle, ACCESS_MASK DesiredAccess,
                                 ULONG HandleAttributes, ULONG Options)
{
    PEPROCESS Source;
    OB_HANDLE Found, New;
    NTSTATUS Status =
        TargetHandle != NULL ? KeProbeForWrite(TargetHandle, sizeof(HANDLE)) : STATUS_SUCCESS;

    if (NT_SUCCESS(Status)) {
        Status = PsReferenceProcess(SourceProcess, PROCESS_DUP_HANDLE, &Source);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = PspReferenceSource(Source, SourceHandle, &Found);
    if (NT_SUCCESS(Status)) {
        New = (OB_HANDLE){
            .Object = Found.Object,
            .Access = Options & DUPLICATE_SAME_ACCESS
                          ? Found.Access
                          : ObMapAccess(ObGetObjectType(Found.Object), DesiredAccess),
            .Attributes = Options & DUPLICATE_SAME_ATTRIBUTES ? Found.Attributes : HandleAttributes,
        };
        if (TargetProcess != NULL) {
            Status = PspDuplicateInto(TargetProcess, &New, TargetHandle);
        } else if (!(Options & DUPLICATE_CLOSE_SOURCE)) {
            Status = STATUS_INVALID_PARAMETER;
        }
        if (Options & DUPLICATE_CLOSE_SOURCE) {
            PspCloseSource(Source, SourceHandle); /* not its last one: the new one is there */
        }
        ObDereferenceObject(Found.Object);
    }
    ObDereferenceObject(Source);
    return Status;
}
