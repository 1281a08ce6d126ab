/* SPDX-License-Identifier: MIT */
/* The queue of user APCs. They are delivered on the way out of the kernel: trap/apc.c. */
#include "apc.h"

#include "port.h"
#include "rtl/list.h"

VOID KeInitializeApc(PKAPC Apc, PKTHREAD Thread, VOID (*KernelRoutine)(PKAPC Apc),
                     PKNORMAL_ROUTINE NormalRoutine, PVOID NormalContext)
{
    *Apc = (KAPC){
        .Type = ApcObject,
        .Size = sizeof(*Apc),
        .Thread = Thread,
        .KernelRoutine = KernelRoutine,
        .NormalRoutine = NormalRoutine,
        .NormalContext = NormalContext,
        .ApcMode = UserMode,
    };
}

BOOLEAN KeInsertQueueApc(PKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    ULONG Flags = HalpDisableInterrupts();
    BOOLEAN Inserted = !Apc->Inserted;

    if (Inserted) {
        Apc->SystemArgument1 = SystemArgument1;
        Apc->SystemArgument2 = SystemArgument2;
        Apc->Inserted = TRUE;
        InsertTailList(&Apc->Thread->ApcState.ApcListHead[UserMode], &Apc->ApcListEntry);
    }
    HalpRestoreInterrupts(Flags);
    return Inserted;
}

BOOLEAN KeTestAlertThread(VOID)
{
    KAPC_STATE *State = &KeGetCurrentThread()->ApcState;
    ULONG Flags = HalpDisableInterrupts();
    BOOLEAN Waiting = !IsListEmpty(&State->ApcListHead[UserMode]);

    if (Waiting) {
        State->UserApcPending = TRUE;
    }
    HalpRestoreInterrupts(Flags);
    return Waiting;
}

PKAPC KiTakeUserApc(VOID)
{
    KAPC_STATE *State = &KeGetCurrentThread()->ApcState;
    ULONG Flags = HalpDisableInterrupts();
    PKAPC Apc = NULL;

    if (State->UserApcPending && !IsListEmpty(&State->ApcListHead[UserMode])) {
        Apc = CONTAINING_RECORD(RemoveHeadList(&State->ApcListHead[UserMode]), KAPC, ApcListEntry);
        Apc->Inserted = FALSE;
    }
    State->UserApcPending = FALSE; /* one at a time: NtContinue asks for the next (nt-facts 6.1) */
    HalpRestoreInterrupts(Flags);
    return Apc;
}
