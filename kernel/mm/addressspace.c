/* SPDX-License-Identifier: MIT */
/* A process's page directory, and the pages that every process has: PEB, TEBs, shared data. */
#include "i386/cpu.h"
#include "mi.h"
#include "rtl/list.h"

#define SELF_MAP_INDEX 0x300
#define FIRST_KERNEL_PDE 0x200

extern CHAR KiSharedDataPage[]; /* boot/earlypages.c */

static PMM_ADDRESS_SPACE MiSpace;

PMM_ADDRESS_SPACE MiCurrentSpace(VOID)
{
    return MiSpace;
}

VOID MmSetCurrentAddressSpace(PMM_ADDRESS_SPACE Space)
{
    MiSpace = Space;
    KiWriteCr3(Space->PageDirectory);
}

/* Kernel PDEs are the same everywhere, but for the self-map. */
NTSTATUS MmCreateAddressSpace(PMM_ADDRESS_SPACE Space)
{
    ULONG Frame = MiAllocateFrame();
    PMMPTE Directory = MiFrameAddress(Frame);

    if (Frame == 0) {
        return STATUS_NO_MEMORY;
    }
    for (ULONG i = FIRST_KERNEL_PDE; i < MI_PAGES_PER_TABLE; i++) {
        Directory[i] = ((PMMPTE)PDE_BASE)[i];
    }
    Directory[SELF_MAP_INDEX] = Frame << PAGE_SHIFT | MI_PTE_WRITE | MI_PTE_VALID;
    Space->PageDirectory = Frame << PAGE_SHIFT;
    InitializeListHead(&Space->VadList);
    return STATUS_SUCCESS;
}

NTSTATUS MmMapSystemPage(ULONG Address, PVOID *KernelAddress)
{
    NTSTATUS Status = MiCreateVad(Address, Address + PAGE_SIZE - 1, MiVadSystem, MM_READWRITE);
    ULONG Frame;

    if (NT_SUCCESS(Status)) {
        Status = MiCommitRange(Address, Address + PAGE_SIZE, MM_READWRITE);
    }
    if (NT_SUCCESS(Status)) {
        Status = MiMakeResident(Address, &Frame);
    }
    if (NT_SUCCESS(Status)) {
        *KernelAddress = MiFrameAddress(Frame);
        /* The shared page is no allocation: it is there, read-only, for everyone. */
        *MiGetPte(MM_SHARED_USER_DATA_VA) =
            ((ULONG)KiSharedDataPage - MM_SYSTEM_RANGE_START) | MI_PTE_USER | MI_PTE_VALID;
    }
    return Status;
}
