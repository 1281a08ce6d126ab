/* SPDX-License-Identifier: MIT */
/* Deferred procedure calls: what an interrupt leaves for later, at DISPATCH_LEVEL. */
#include "i386/cpu.h"
#include "ki.h"
#include "port.h"
#include "rtl/list.h"

VOID KeInitializeDpc(PKDPC Dpc, PKDEFERRED_ROUTINE Routine, PVOID Context)
{
    *Dpc = (KDPC){.Type = DpcObject, .DeferredRoutine = Routine, .DeferredContext = Context};
}

BOOLEAN KeInsertQueueDpc(PKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    ULONG Flags = HalpDisableInterrupts();
    BOOLEAN Inserted = Dpc->Lock == NULL;

    if (Inserted) {
        Dpc->SystemArgument1 = SystemArgument1;
        Dpc->SystemArgument2 = SystemArgument2;
        Dpc->Lock = &Prcb->DpcLock;
        InsertTailList(&Prcb->DpcListHead, &Dpc->DpcListEntry);
        Prcb->DpcQueueDepth++;
        Prcb->DpcCount++;
    }
    HalpRestoreInterrupts(Flags);
    if (Inserted && !Prcb->DpcRoutineActive) {
        HalRequestSoftwareInterrupt(DISPATCH_LEVEL);
    }
    return Inserted;
}

BOOLEAN KeRemoveQueueDpc(PKDPC Dpc)
{
    ULONG Flags = HalpDisableInterrupts();
    BOOLEAN Queued = Dpc->Lock != NULL;

    if (Queued) {
        RemoveEntryList(&Dpc->DpcListEntry);
        Dpc->Lock = NULL;
        KeGetCurrentPrcb()->DpcQueueDepth--;
    }
    HalpRestoreInterrupts(Flags);
    return Queued;
}

VOID KiRetireDpcList(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();

    KiDisableInterrupts();
    while (!IsListEmpty(&Prcb->DpcListHead)) {
        PKDPC Dpc = CONTAINING_RECORD(RemoveHeadList(&Prcb->DpcListHead), KDPC, DpcListEntry);
        KDPC Copy = *Dpc;

        Dpc->Lock = NULL; /* from now on it may be queued again, or be freed */
        Prcb->DpcQueueDepth--;
        Prcb->DpcRoutineActive = TRUE;
        KiEnableInterrupts();
        Copy.DeferredRoutine(Dpc, Copy.DeferredContext, Copy.SystemArgument1, Copy.SystemArgument2);
        KiDisableInterrupts();
        Prcb->DpcRoutineActive = FALSE;
    }
    KiEnableInterrupts();
}
