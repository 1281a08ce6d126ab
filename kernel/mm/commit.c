/* SPDX-License-Identifier: MIT */
/* Commitment: how many of the frames are promised. And allocations that fail because a test asks.
 */
#include "mip.h"

static ULONG MiCommitted, MiCommitLimit, MiPeakCommitment;
static ULONG MiFailAfter; /* 0: none is to fail */

VOID MiInitializeCommitment(ULONG Limit)
{
    MiCommitLimit = Limit;
}

BOOLEAN MiFailAllocation(VOID)
{
    return MiFailAfter != 0 && --MiFailAfter == 0;
}

ULONG MmFailAllocation(ULONG Nth)
{
    ULONG Left = MiFailAfter;

    MiFailAfter = Nth;
    return Left;
}

BOOLEAN MiChargeCommitment(ULONG Pages)
{
    KIRQL Irql;
    BOOLEAN Charged;

    if (Pages == 0) {
        return TRUE;
    }
    if (MiFailAllocation()) {
        return FALSE;
    }
    Irql = KfRaiseIrql(DISPATCH_LEVEL);
    Charged = Pages <= MiCommitLimit && MiCommitted <= MiCommitLimit - Pages;
    if (Charged) {
        MiCommitted += Pages;
        MiPeakCommitment = MiCommitted > MiPeakCommitment ? MiCommitted : MiPeakCommitment;
    }
    KfLowerIrql(Irql);
    return Charged;
}

VOID MiReturnCommitment(ULONG Pages)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    MiCommitted -= Pages;
    KfLowerIrql(Irql);
}

VOID MmQueryMemory(MM_STATISTICS *Statistics)
{
    *Statistics = (MM_STATISTICS){
        .AvailablePages = MiFreeFrameCount(),
        .CommittedPages = MiCommitted,
        .CommitLimit = MiCommitLimit,
        .PeakCommitment = MiPeakCommitment,
        .PageFaults = MiFaultCounts.All,
        .DemandZeroFaults = MiFaultCounts.DemandZero,
        .CopyOnWriteFaults = MiFaultCounts.CopyOnWrite,
        .PoolPages = {MiGetPool(NonPagedPool)->InUse, MiGetPool(PagedPool)->InUse},
    };
}
