/* SPDX-License-Identifier: MIT */
/* Single pages of the current address space: commit, decommit, protect, bring in. */
#include "i386/cpu.h"
#include "mi.h"

NTSTATUS MiMakePageTable(ULONG Address)
{
    PMMPTE Pde = MiGetPde(Address);
    ULONG Frame;

    if (*Pde & MI_PTE_VALID) {
        return STATUS_SUCCESS;
    }
    if (!MiChargeCommitment(1)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    Frame = MiAllocateFrame(); /* the charge says that there is one */
    *Pde = Frame << PAGE_SHIFT | MI_PTE_USER | MI_PTE_WRITE | MI_PTE_VALID;
    KiInvalidatePage((ULONG)MiGetPte(Address));
    return STATUS_SUCCESS;
}

MMPTE MiReadPte(ULONG Address)
{
    return *MiGetPde(Address) & MI_PTE_VALID ? *MiGetPte(Address) : 0;
}

VOID MiWritePte(ULONG Address, MMPTE Pte)
{
    *MiGetPte(Address) = Pte;
    KiInvalidatePage(Address);
}

ULONG MiPteProtection(MMPTE Pte)
{
    return Pte & MI_PTE_VALID ? MiGetFrameProtection(MI_PTE_FRAME(Pte))
                              : (Pte & MI_PTE_PROTECTION_MASK) >> MI_PTE_PROTECTION_SHIFT;
}

static ULONG MiPteResidentFrame(MMPTE Pte)
{
    return Pte & (MI_PTE_VALID | MI_PTE_RESIDENT) ? MI_PTE_FRAME(Pte) : 0;
}

/* Commits what is not committed yet in [Start, End]; the rest gets the new protection. */
NTSTATUS MiCommitRange(ULONG Start, ULONG End, ULONG Protection)
{
    ULONG New = 0;

    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        New += MiReadPte(Va) == 0;
    }
    if (!MiChargeCommitment(New)) {
        return STATUS_COMMITMENT_LIMIT;
    }
    for (ULONG Va = Start; Va < End; Va += MI_PAGES_PER_TABLE * PAGE_SIZE) {
        NTSTATUS Status = MiMakePageTable(Va);

        if (NT_SUCCESS(Status)) {
            Status = MiMakePageTable(End - 1);
        }
        if (!NT_SUCCESS(Status)) {
            MiReturnCommitment(New);
            return Status;
        }
    }
    MiCurrentSpace()->CommittedPages += New;
    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        if (MiReadPte(Va) == 0) {
            MiWritePte(Va, MiMakeSoftPte(Protection, 0));
        } else {
            MiProtectPage(Va, Protection);
        }
    }
    return STATUS_SUCCESS;
}

VOID MiDecommitRange(ULONG Start, ULONG End)
{
    ULONG Pages = 0;

    for (ULONG Va = Start; Va < End; Va += PAGE_SIZE) {
        MMPTE Pte = MiReadPte(Va);

        if (Pte == 0) {
            continue;
        }
        Pages++;
        MiWritePte(Va, 0);
        if (MiPteResidentFrame(Pte) != 0) {
            MiFreeFrame(MiPteResidentFrame(Pte));
        }
    }
    MiReturnCommitment(Pages);
    MiCurrentSpace()->CommittedPages -= Pages;
}

VOID MiProtectPage(ULONG Address, ULONG Protection)
{
    ULONG Frame = MiPteResidentFrame(MiReadPte(Address));

    if (Frame != 0 && MiIsAccessible(Protection)) {
        MiSetFrameProtection(Frame, Protection);
        MiWritePte(Address, MiMakeValidPte(Frame, Protection));
    } else {
        MiWritePte(Address, MiMakeSoftPte(Protection, Frame));
    }
}

NTSTATUS MiMakeResident(ULONG Address, PULONG Frame)
{
    MMPTE Pte = MiReadPte(Address);

    *Frame = MiPteResidentFrame(Pte);
    if (*Frame != 0) {
        return STATUS_SUCCESS;
    }
    *Frame = MiAllocateFrame();
    if (*Frame == 0) {
        return STATUS_NO_MEMORY;
    }
    MiSetFrameProtection(*Frame, MiPteProtection(Pte));
    MiWritePte(Address, MiMakeValidPte(*Frame, MiPteProtection(Pte)));
    return STATUS_SUCCESS;
}
