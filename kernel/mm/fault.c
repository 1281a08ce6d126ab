/* SPDX-License-Identifier: MIT */
/* MmAccessFault: what a page fault means. nt-facts 2.3. */
#include "mi.h"
#include "nt/teb.h"

/*
 * Touching the guard page of the running thread's own stack moves the guard one page down
 * (nt-facts 2.3). The bounds come from the TEB, which a program can write: only pages of the
 * reservation around Address are ever changed.
 */
static NTSTATUS MiGrowUserStack(ULONG Address)
{
    PTEB Teb = KeGetCurrentThread()->Teb;
    ULONG Page = PAGE_ALIGN(Address);
    ULONG StackBase, Lowest;
    PMMVAD Vad = MiFindVad(Address);

    if (Teb == NULL || Vad == NULL || Vad->Type != MiVadPrivate ||
        !NT_SUCCESS(KeCopyFromUser(&StackBase, &Teb->NtTib.StackBase, sizeof(StackBase))) ||
        !NT_SUCCESS(KeCopyFromUser(&Lowest, &Teb->DeallocationStack, sizeof(Lowest))) ||
        Address < Lowest || Address >= StackBase || Lowest < Vad->Start) {
        return STATUS_GUARD_PAGE_VIOLATION;
    }
    if (Page - PAGE_SIZE <= PAGE_ALIGN(Lowest)) {
        /* The last page but one: no guard any more, and the program is told. */
        KeCopyToUser(&Teb->NtTib.StackLimit, &Page, sizeof(Page));
        return STATUS_STACK_OVERFLOW;
    }
    if (!NT_SUCCESS(MiCommitRange(Page - PAGE_SIZE, Page, MM_READWRITE | MM_GUARD_PAGE))) {
        return STATUS_STACK_OVERFLOW;
    }
    KeCopyToUser(&Teb->NtTib.StackLimit, &Page, sizeof(Page));
    return STATUS_SUCCESS;
}

static NTSTATUS MiTakeGuard(ULONG Address, MMPTE Pte)
{
    MiProtectPage(Address, MiPteProtection(Pte) & ~MM_GUARD_PAGE);
    return MiGrowUserStack(Address);
}

/* A write to a page that is there but not writable. */
static NTSTATUS MiWriteFault(ULONG Address, MMPTE Pte)
{
    ULONG Protection = MiPteProtection(Pte);

    if ((Protection & 7) == MM_WRITECOPY) {
        MiProtectPage(Address, MM_READWRITE); /* the copy was private from the start */
        return STATUS_SUCCESS;
    }
    if ((Protection & 7) == MM_EXECUTE_WRITECOPY) {
        MiProtectPage(Address, MM_EXECUTE_READWRITE);
        return STATUS_SUCCESS;
    }
    return STATUS_ACCESS_VIOLATION;
}

NTSTATUS MmAccessFault(ULONG ErrorCode, ULONG Address)
{
    ULONG Frame, Protection;
    MMPTE Pte;

    if (MiCurrentSpace() == NULL || Address > MM_HIGHEST_VAD_ADDRESS) {
        return STATUS_ACCESS_VIOLATION;
    }
    Pte = MiReadPte(Address);
    if (Pte & MI_PTE_VALID) {
        return ErrorCode & PF_WRITE ? MiWriteFault(Address, Pte) : STATUS_SUCCESS;
    }
    Protection = MiPteProtection(Pte);
    if (Pte == 0 || Protection == MM_NOACCESS) {
        return STATUS_ACCESS_VIOLATION;
    }
    if (Protection & MM_GUARD_PAGE) {
        return MiTakeGuard(Address, Pte);
    }
    return MiMakeResident(Address, &Frame);
}
