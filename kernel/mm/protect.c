/* SPDX-License-Identifier: MIT */
/* NtProtectVirtualMemory, and how the three services read and answer their range. */
#include "mi.h"
#include "nt/services.h"

NTSTATUS MiCaptureRange(HANDLE Process, PVOID *BaseAddress, PULONG RegionSize, PULONG Base,
                        PULONG Size)
{
    NTSTATUS Status = KeProbeForWrite(BaseAddress, sizeof(*BaseAddress));

    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(RegionSize, sizeof(*RegionSize));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(Base, BaseAddress, sizeof(*Base));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(Size, RegionSize, sizeof(*Size));
    }
    if (NT_SUCCESS(Status) && Process != NtCurrentProcess()) {
        Status = STATUS_INVALID_HANDLE;
    }
    return Status;
}

NTSTATUS MiReturnRange(PVOID *BaseAddress, PULONG RegionSize, ULONG Base, ULONG Size)
{
    NTSTATUS Status = KeCopyToCaller(RegionSize, &Size, sizeof(Size));

    return NT_SUCCESS(Status) ? KeCopyToCaller(BaseAddress, &Base, sizeof(Base)) : Status;
}

/* All pages must be committed, in one reservation or image; the first one's old value is told. */
NTSTATUS MmProtectVirtualMemory(PULONG Base, PULONG Size, ULONG NewProtect, PULONG OldProtect)
{
    ULONG Start = PAGE_ALIGN(*Base);
    ULONG End = ROUND_TO_PAGES(*Base + *Size);
    ULONG Protection;
    NTSTATUS Status = MiMakeProtection(NewProtect, &Protection);
    PMMVAD Vad;

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (*Base > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (*Size == 0 || *Size > MM_HIGHEST_VAD_ADDRESS + 1 - *Base) {
        return STATUS_INVALID_PARAMETER_3;
    }
    Vad = MiFindVad(Start);
    if (Vad == NULL || End - 1 > Vad->End) {
        return STATUS_CONFLICTING_ADDRESSES;
    }
    if (Vad->Type == MiVadSystem) {
        return STATUS_INVALID_PAGE_PROTECTION;
    }
    if (Vad->Type == MiVadPrivate &&
        ((Protection & 7) == MM_WRITECOPY || (Protection & 7) == MM_EXECUTE_WRITECOPY) &&
        Protection != MM_NOACCESS) {
        return STATUS_INVALID_PAGE_PROTECTION;
    }
    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        if (MiReadPte(Va) == 0) {
            return STATUS_NOT_COMMITTED;
        }
    }
    *OldProtect = MiToWin32Protection(MiPteProtection(MiReadPte(Start)));
    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        MiProtectPage(Va, Protection);
    }
    *Base = Start;
    *Size = End - Start;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI NtProtectVirtualMemory(HANDLE Process, PVOID *BaseAddress, PULONG RegionSize,
                                      ULONG NewProtect, PULONG OldProtect)
{
    ULONG Base, Size, Old;
    NTSTATUS Status = MiCaptureRange(Process, BaseAddress, RegionSize, &Base, &Size);

    if (NT_SUCCESS(Status)) {
        Status = KeProbeForWrite(OldProtect, sizeof(Old));
    }
    if (NT_SUCCESS(Status)) {
        Status = MmProtectVirtualMemory(&Base, &Size, NewProtect, &Old);
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyToCaller(OldProtect, &Old, sizeof(Old));
    }
    return NT_SUCCESS(Status) ? MiReturnRange(BaseAddress, RegionSize, Base, Size) : Status;
}
