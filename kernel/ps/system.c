/* SPDX-License-Identifier: MIT */
/* NtQuerySystemInformation: one structure, or rows that are written as far as there is room. */
#include "rtl/rtl.h"
#include "system.h"

VOID PspPut(PSP_SINK *Sink, const VOID *Bytes, ULONG Count)
{
    if (Sink->Used + Count > Sink->Length) {
        Sink->Status = STATUS_INFO_LENGTH_MISMATCH;
    } else if (NT_SUCCESS(Sink->Status)) {
        Sink->Status = KeCopyToCaller(Sink->Buffer + Sink->Used, Bytes, Count);
    }
    Sink->Used += Count;
}

static VOID PspPutBasic(PSP_SINK *Sink)
{
    MM_STATISTICS Memory;
    SYSTEM_BASIC_INFORMATION Basic = {
        .TimerResolution = HAL_CLOCK_INCREMENT,
        .PageSize = PAGE_SIZE,
        .LowestPhysicalPageNumber = 1,
        .AllocationGranularity = MM_ALLOCATION_GRANULARITY,
        .MinimumUserModeAddress = MM_LOWEST_USER_ADDRESS,
        .MaximumUserModeAddress = MM_HIGHEST_USER_ADDRESS,
        .ActiveProcessorsAffinityMask = 1,
        .NumberOfProcessors = 1,
    };

    MmQueryMemory(&Memory);
    Basic.NumberOfPhysicalPages = Memory.CommitLimit;
    Basic.HighestPhysicalPageNumber = Memory.CommitLimit;
    PspPut(Sink, &Basic, sizeof(Basic));
    if (Sink->Length > sizeof(Basic)) {
        Sink->Status = STATUS_INFO_LENGTH_MISMATCH;
    }
}

static VOID PspPutPerformance(PSP_SINK *Sink)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    SYSTEM_PERFORMANCE_INFORMATION Performance = {
        .IdleProcessTime.QuadPart =
            (LONGLONG)Prcb->IdleThread->KernelTime * (LONGLONG)HAL_CLOCK_INCREMENT,
        .ContextSwitches = Prcb->KeContextSwitches,
        .SystemCalls = Prcb->KeSystemCalls,
    };
    MM_STATISTICS Memory;
    POOL_TAG_COUNT Count;

    MmQueryMemory(&Memory);
    Performance.AvailablePages = Memory.AvailablePages;
    Performance.CommittedPages = Memory.CommittedPages;
    Performance.CommitLimit = Memory.CommitLimit;
    Performance.PeakCommitment = Memory.PeakCommitment;
    Performance.PageFaultCount = Memory.PageFaults;
    Performance.DemandZeroCount = Memory.DemandZeroFaults;
    Performance.CopyOnWriteCount = Memory.CopyOnWriteFaults;
    Performance.PagedPoolPages = Memory.PoolPages[PagedPool];
    Performance.NonPagedPoolPages = Memory.PoolPages[NonPagedPool];
    for (ULONG i = 0; ExEnumeratePoolTags(i, &Count); i++) {
        Performance.PagedPoolAllocs += Count.Allocations[PagedPool];
        Performance.PagedPoolFrees += Count.Frees[PagedPool];
        Performance.NonPagedPoolAllocs += Count.Allocations[NonPagedPool];
        Performance.NonPagedPoolFrees += Count.Frees[NonPagedPool];
    }
    PspPut(Sink, &Performance, sizeof(Performance));
}

static VOID PspPutTime(PSP_SINK *Sink)
{
    SYSTEM_TIMEOFDAY_INFORMATION Time = {.CurrentTime.QuadPart = (LONGLONG)KeQuerySystemTime()};

    Time.BootTime.QuadPart = Time.CurrentTime.QuadPart - (LONGLONG)KeQueryInterruptTime();
    if (Sink->Length > sizeof(Time)) {
        Sink->Status = STATUS_INFO_LENGTH_MISMATCH;
    }
    PspPut(Sink, &Time, Sink->Length < sizeof(Time) ? Sink->Length : sizeof(Time));
}

static VOID PspPutModules(PSP_SINK *Sink)
{
    KE_IMAGE Image;
    RTL_PROCESS_MODULE_INFORMATION Row;
    ULONG Count = 1;

    KeEnumerateImages(0, &Image); /* the kernel is one image */
    memset(&Row, 0, sizeof(Row));
    Row.ImageBase = (PVOID)Image.Base;
    Row.ImageSize = Image.Size;
    Row.LoadCount = 1;
    Row.OffsetToFileName = (USHORT)sprintf(Row.FullPathName, "\\SystemRoot\\%s", Image.Name) -
                           (USHORT)strlen(Image.Name);
    PspPut(Sink, &Count, sizeof(Count));
    PspPut(Sink, &Row, sizeof(Row));
}

static VOID PspPutPoolTags(PSP_SINK *Sink)
{
    ULONG Start = Sink->Used, Rows = 0;
    POOL_TAG_COUNT Count;
    PSP_SINK Head = *Sink;

    Sink->Used += sizeof(Rows);
    for (; ExEnumeratePoolTags(Rows, &Count); Rows++) {
        SYSTEM_POOLTAG Row = {Count.Tag,
                              Count.Allocations[PagedPool],
                              Count.Frees[PagedPool],
                              Count.Bytes[PagedPool],
                              Count.Allocations[NonPagedPool],
                              Count.Frees[NonPagedPool],
                              Count.Bytes[NonPagedPool]};

        PspPut(Sink, &Row, sizeof(Row));
    }
    Head.Used = Start;
    PspPut(&Head, &Rows, sizeof(Rows));
}

/*
 * The classes of nt/information.h that begin with System. STATUS_INFO_LENGTH_MISMATCH: Length is
 * too small (SystemBasicInformation: not right; -TimeOfDayInformation: too large, for NT's has
 * grown and a part of it may be asked for); *ReturnLength, which may be NULL, says how much is
 * needed.
 */
NTSTATUS NTAPI NtQuerySystemInformation(ULONG Class, PVOID Information, ULONG Length,
                                        PULONG ReturnLength)
{
    PSP_SINK Sink = {Information, Length, 0, STATUS_SUCCESS};

    switch (Class) {
    case SystemBasicInformation:
        PspPutBasic(&Sink);
        break;
    case SystemPerformanceInformation:
        PspPutPerformance(&Sink);
        break;
    case SystemTimeOfDayInformation:
        PspPutTime(&Sink);
        break;
    case SystemProcessInformation:
        PspPutProcesses(&Sink);
        break;
    case SystemModuleInformation:
        PspPutModules(&Sink);
        break;
    case SystemHandleInformation:
        PspPutHandles(&Sink);
        break;
    case SystemPoolTagInformation:
        PspPutPoolTags(&Sink);
        break;
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
    if (ReturnLength != NULL) {
        NTSTATUS Copied = KeCopyToCaller(ReturnLength, &Sink.Used, sizeof(Sink.Used));

        Sink.Status = NT_SUCCESS(Copied) ? Sink.Status : Copied;
    }
    return Sink.Status;
}

/* It would let a program read and write the kernel: refused, whatever the command. */
NTSTATUS NTAPI NtSystemDebugControl(ULONG Command, PVOID InputBuffer, ULONG InputBufferLength,
                                    PVOID OutputBuffer, ULONG OutputBufferLength,
                                    PULONG ReturnLength)
{
    (VOID) Command;
    (VOID) InputBuffer;
    (VOID) InputBufferLength;
    (VOID) OutputBuffer;
    (VOID) OutputBufferLength;
    (VOID) ReturnLength;
    return STATUS_ACCESS_DENIED;
}
