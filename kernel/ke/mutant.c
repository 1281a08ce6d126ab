/* SPDX-License-Identifier: MIT */
/*
 * Mutants: one thread owns it, as often as it has acquired it. SignalState is 1 while it is free,
 * and sinks by one with each acquisition.
 */
#include "ki.h"
#include "rtl/list.h"

VOID KeInitializeMutant(PKMUTANT Mutant, BOOLEAN InitialOwner)
{
    PKTHREAD Thread = KeGetCurrentThread();

    KiInitializeHeader(&Mutant->Header, MutantObject, sizeof(*Mutant), !InitialOwner);
    Mutant->OwnerThread = NULL;
    Mutant->Abandoned = FALSE;
    Mutant->ApcDisable = 0;
    if (InitialOwner) {
        KIRQL Irql = KiLockDispatcherDatabase();

        Mutant->OwnerThread = Thread;
        InsertTailList(&Thread->MutantListHead, &Mutant->MutantListEntry);
        KiUnlockDispatcherDatabase(Irql);
    }
}

NTSTATUS KeReleaseMutant(PKMUTANT Mutant, LONG Increment, BOOLEAN Abandon, PLONG Previous)
{
    KIRQL Irql = KiLockDispatcherDatabase();
    LONG State = Mutant->Header.SignalState;
    NTSTATUS Status = STATUS_SUCCESS;

    if (Abandon) {
        Mutant->Header.SignalState = 1;
        Mutant->Abandoned = TRUE;
    } else if (Mutant->OwnerThread != KeGetCurrentThread()) {
        Status = Mutant->Abandoned ? STATUS_ABANDONED : STATUS_MUTANT_NOT_OWNED;
    } else {
        Mutant->Header.SignalState++;
    }
    if (Status == STATUS_SUCCESS && Mutant->Header.SignalState == 1) {
        if (Mutant->OwnerThread != NULL) {
            RemoveEntryList(&Mutant->MutantListEntry);
            Mutant->OwnerThread = NULL;
        }
        KiWaitTest(Mutant, Increment);
    }
    KiUnlockDispatcherDatabase(Irql);
    if (Previous != NULL) {
        *Previous = State;
    }
    return Status;
}
