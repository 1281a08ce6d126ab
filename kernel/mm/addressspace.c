/* SPDX-License-Identifier: MIT */
/* A process's page directory, and the pages that every process has: PEB, TEBs, shared data. */
#include "i386/cpu.h"
#include "ke/fastmutex.h"
#include "mi.h"

#define SELF_MAP_INDEX 0x300

extern CHAR KiSharedDataPage[]; /* boot/earlypages.c */
extern CHAR KiPageDirectory[];

VOID MiLockSpace(VOID)
{
    ExAcquireFastMutex(&MiCurrentSpace()->Mutex);
}

VOID MiUnlockSpace(VOID)
{
    ExReleaseFastMutex(&MiCurrentSpace()->Mutex);
}

/* Kernel PDEs are the same everywhere, but for the self-map. */
NTSTATUS MmCreateAddressSpace(PMM_ADDRESS_SPACE Space)
{
    PMMPTE Directory;
    ULONG Frame;

    if (!MiChargeCommitment(1)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    Frame = MiAllocateFrame();
    Directory = MiFrameAddress(Frame);
    for (ULONG i = MI_KERNEL_PDE; i < MI_PAGES_PER_TABLE; i++) {
        Directory[i] = ((PMMPTE)PDE_BASE)[i];
    }
    Directory[SELF_MAP_INDEX] = Frame << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    Space->PageDirectory = Frame << PAGE_SHIFT;
    ExInitializeFastMutex(&Space->Mutex);
    return STATUS_SUCCESS;
}

/* The shared page is no allocation: it is there, read-only, for everyone. */
NTSTATUS MmMapSharedData(VOID)
{
    NTSTATUS Status;

    MiLockSpace();
    Status = MiMakePageTables(MM_SHARED_USER_DATA_VA, MM_SHARED_USER_DATA_VA + PAGE_SIZE);
    if (NT_SUCCESS(Status)) {
        *MiGetPte(MM_SHARED_USER_DATA_VA) =
            ((ULONG)KiSharedDataPage - MM_SYSTEM_RANGE_START) | MI_PTE_USER | MI_PTE_VALID;
    }
    MiUnlockSpace();
    return Status;
}

/* Address 0: the highest free page below the PEB, as TEBs are. The space is locked. */
static NTSTATUS MiMapSystemPage(PULONG Address, PVOID *KernelAddress)
{
    NTSTATUS Status = STATUS_SUCCESS;
    PMMVAD Vad;

    if (*Address == 0) {
        Status = MiFindFreeRange(PAGE_SIZE, PAGE_SIZE, TRUE, MM_PEB_ADDRESS - 1, Address);
    } else if (MiFindVad(*Address) != NULL) {
        Status = STATUS_CONFLICTING_ADDRESSES; /* an image may want to lie anywhere */
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Vad = MiCreateVad(*Address, *Address + PAGE_SIZE - 1, MiVadSystem, MM_READWRITE);
    if (Vad == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Status = MiCommitRange(*Address, *Address + PAGE_SIZE, MM_READWRITE);
    if (!NT_SUCCESS(Status)) {
        MiDeleteVad(Vad);
        return Status;
    }
    MiMakeResident(Vad, *Address);
    *KernelAddress = MiFrameAddress(MI_PTE_FRAME(MiReadPte(*Address)));
    return STATUS_SUCCESS;
}

NTSTATUS MmMapSystemPage(PULONG Address, PVOID *KernelAddress)
{
    NTSTATUS Status;

    MiLockSpace();
    Status = MiMapSystemPage(Address, KernelAddress);
    MiUnlockSpace();
    return Status;
}

VOID MmUnmapSystemPage(ULONG Address)
{
    PMMVAD Vad;

    MiLockSpace();
    Vad = MiFindVad(Address);
    if (Vad != NULL && Vad->Type == MiVadSystem && Vad->Start == Address) {
        MiDecommitRange(Vad->Start, Vad->End + 1);
        MiDeleteVad(Vad);
    }
    MiUnlockSpace();
}

VOID MmCleanAddressSpace(VOID)
{
    PMMVAD Vad;

    MiLockSpace();
    while ((Vad = MiFindVadAbove(0)) != NULL) {
        ULONG Start = Vad->Start;

        if (Vad->Segment != NULL) {
            MiUnlockSpace();
            MmUnmapViewOfSegment(Start);
            MiLockSpace();
        } else {
            MiDecommitRange(Vad->Start, Vad->End + 1);
            MiDeleteVad(Vad);
        }
    }
    if (*MiGetPde(MM_SHARED_USER_DATA_VA) & MI_PTE_VALID) {
        *MiGetPte(MM_SHARED_USER_DATA_VA) = 0;
        KiInvalidatePage(MM_SHARED_USER_DATA_VA);
    }
    MiUnlockSpace();
}

/* Idle may still run in it: then in the kernel's own from now on. */
VOID MmDeleteAddressSpace(PMM_ADDRESS_SPACE Space)
{
    PMMPTE Directory = MiFrameAddress(Space->PageDirectory >> PAGE_SHIFT);
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    if (KiReadCr3() == Space->PageDirectory) {
        KiWriteCr3((ULONG)KiPageDirectory - MM_SYSTEM_RANGE_START);
    }
    KfLowerIrql(Irql);
    for (ULONG i = 0; i < MI_KERNEL_PDE; i++) {
        if (Directory[i] & MI_PTE_VALID) {
            MiFreeFrame(MI_PTE_FRAME(Directory[i]));
            MiReturnCommitment(1);
        }
    }
    MiFreeFrame(Space->PageDirectory >> PAGE_SHIFT);
    MiReturnCommitment(1);
    Space->PageDirectory = 0;
}
