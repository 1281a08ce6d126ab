/* SPDX-License-Identifier: MIT */
/* MmAccessFault: what a page fault means. nt-facts 2.3. */
#include "mi.h"
#include "nt/teb.h"
#include "rtl/rtl.h"

MI_FAULT_COUNTS MiFaultCounts;

/* What growing a stack has to know from the TEB, and tells it. */
typedef struct _MI_STACK_BOUNDS {
    PTEB Teb; /* NULL: the thread has no stack here */
    ULONG Base, Lowest;
} MI_STACK_BOUNDS;

/* Before the space is locked: the TEB is ring 3's memory. */
static MI_STACK_BOUNDS MiReadStackBounds(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();
    MI_STACK_BOUNDS Bounds = {Thread->ApcStateIndex == 0 ? Thread->Teb : NULL, 0, 0};

    if (Bounds.Teb != NULL &&
        (!NT_SUCCESS(
             KeCopyFromUser(&Bounds.Base, &Bounds.Teb->NtTib.StackBase, sizeof(Bounds.Base))) ||
         !NT_SUCCESS(KeCopyFromUser(&Bounds.Lowest, &Bounds.Teb->DeallocationStack,
                                    sizeof(Bounds.Lowest))))) {
        Bounds.Teb = NULL;
    }
    return Bounds;
}

/*
 * Touching the guard page of the running thread's own stack moves the guard one page down
 * (nt-facts 2.3). The bounds are the program's word: only pages of the reservation around Address
 * are ever changed. *Limit: what StackLimit is to become, 0: nothing.
 */
static NTSTATUS MiMoveGuard(ULONG Address, const MI_STACK_BOUNDS *Stack, PULONG Limit)
{
    ULONG Page = PAGE_ALIGN(Address);
    PMMVAD Vad = MiFindVad(Address);

    *Limit = 0;
    if (Stack->Teb == NULL || Vad == NULL || Vad->Type != MiVadPrivate || Address < Stack->Lowest ||
        Address >= Stack->Base || Stack->Lowest < Vad->Start) {
        return STATUS_GUARD_PAGE_VIOLATION;
    }
    *Limit = Page;
    if (Page - PAGE_SIZE <= PAGE_ALIGN(Stack->Lowest)) {
        return STATUS_STACK_OVERFLOW; /* the last page but one: no guard any more */
    }
    if (!NT_SUCCESS(MiCommitRange(Page - PAGE_SIZE, Page, MM_READWRITE | MM_GUARD_PAGE))) {
        *Limit = 0;
        return STATUS_STACK_OVERFLOW;
    }
    return STATUS_SUCCESS;
}

/* The guard is gone with the first touch, whatever comes of it. */
static NTSTATUS MiTakeGuard(ULONG Address)
{
    MI_STACK_BOUNDS Stack = MiReadStackBounds();
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Limit = 0;
    MMPTE Pte;

    MiLockSpace();
    Pte = MiReadPte(Address);
    if (Pte != 0 && !(Pte & MI_PTE_VALID) && MiPteProtection(Pte) != MM_NOACCESS &&
        MiPteProtection(Pte) & MM_GUARD_PAGE) {
        MiProtectPage(Address, MiPteProtection(Pte) & ~MM_GUARD_PAGE);
        Status = MiMoveGuard(Address, &Stack, &Limit);
    }
    MiUnlockSpace();
    if (Limit != 0) {
        KeCopyToUser(&Stack.Teb->NtTib.StackLimit, &Limit, sizeof(Limit));
    }
    return Status;
}

static VOID MiCountFault(VOID)
{
    MiCurrentSpace()->PageFaults++;
    MiFaultCounts.All++;
}

/* A page of its own for this address space, with the same contents. The charge has been made. */
static VOID MiCopyOnWrite(ULONG Address, MMPTE Pte)
{
    ULONG Old = MI_PTE_FRAME(Pte), Frame = MiAllocateFrame();

    memcpy(MiFrameAddress(Frame), MiFrameAddress(Old), PAGE_SIZE);
    MiWritePte(Address,
               MiMakeValidPte(Frame, MiAfterCopy(MiPteProtection(Pte))) | (Pte & MI_PTE_LOCKED));
    MiDropFrame(Old);
    MiCurrentSpace()->CopyOnWriteFaults++;
    MiFaultCounts.CopyOnWrite++;
    MiCountFault();
}

/* A write to a page that is there but not writable. */
static NTSTATUS MiWriteFault(ULONG Address, MMPTE Pte)
{
    ULONG Protection = MiPteProtection(Pte);

    if (Pte & MI_PTE_WRITE) {
        return STATUS_SUCCESS; /* another thread was here first */
    }
    if (!MiIsWritable(Protection) && !MiIsCopiedOnWrite(Protection)) {
        return STATUS_ACCESS_VIOLATION;
    }
    if (MiIsFrameShared(MI_PTE_FRAME(Pte))) {
        MiCopyOnWrite(Address, Pte);
    } else {
        MiWritePte(Address, MiMakeValidPte(MI_PTE_FRAME(Pte), MiAfterCopy(Protection)) |
                                (Pte & MI_PTE_LOCKED));
    }
    return STATUS_SUCCESS;
}

/* The space is locked. STATUS_GUARD_PAGE_VIOLATION: a guard page, not touched yet. */
static NTSTATUS MiResolveFault(ULONG ErrorCode, ULONG Address)
{
    MMPTE Pte = MiReadPte(Address);
    ULONG Protection;
    PMMVAD Vad;

    if (Pte & MI_PTE_VALID) {
        return ErrorCode & PF_WRITE ? MiWriteFault(Address, Pte) : STATUS_SUCCESS;
    }
    Vad = MiFindVad(Address);
    if (Vad == NULL || !MiIsPageCommitted(Vad, Address)) {
        return STATUS_ACCESS_VIOLATION;
    }
    Protection = MiPageProtection(Vad, Address);
    if (Protection == MM_NOACCESS) {
        return STATUS_ACCESS_VIOLATION;
    }
    if (Protection & MM_GUARD_PAGE) {
        MiWritePte(Address, Pte != 0 ? Pte : MiMakeSoftPte(Protection, 0));
        return STATUS_GUARD_PAGE_VIOLATION;
    }
    MiMakeResident(Vad, Address);
    MiCountFault();
    MiFaultCounts.DemandZero += Vad->Segment == NULL;
    return STATUS_SUCCESS; /* a write-copy page written at once: the next fault copies it */
}

NTSTATUS MmAccessFault(ULONG ErrorCode, ULONG Address)
{
    NTSTATUS Status;

    if (Address >= MM_SYSTEM_RANGE_START) {
        return !(ErrorCode & PF_USER) && MiFaultPagedPool(Address) ? STATUS_SUCCESS
                                                                   : STATUS_ACCESS_VIOLATION;
    }
    if (MiCurrentSpace()->PageDirectory == 0 || Address > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_ACCESS_VIOLATION;
    }
    MiLockSpace();
    Status = MiResolveFault(ErrorCode, Address);
    MiUnlockSpace();
    return Status == STATUS_GUARD_PAGE_VIOLATION ? MiTakeGuard(Address) : Status;
}
