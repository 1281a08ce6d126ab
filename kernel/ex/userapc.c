/* SPDX-License-Identifier: MIT */
/* A user APC that one call makes and nobody keeps: in the pool until it runs or is given up. */
#include "ex.h"
#include "ke/apc.h"

static VOID ExpFreeUserApc(PKAPC Apc)
{
    ExFreePool(Apc);
}

static VOID ExpUserApcKernelRoutine(PKAPC Apc, PKNORMAL_ROUTINE *NormalRoutine,
                                    PVOID *NormalContext, PVOID *SystemArgument1,
                                    PVOID *SystemArgument2)
{
    (VOID) NormalRoutine;
    (VOID) NormalContext;
    (VOID) SystemArgument1;
    (VOID) SystemArgument2;
    ExFreePool(Apc);
}

PKAPC ExCreateUserApc(PKTHREAD Thread, PVOID Routine, PVOID Context)
{
    PKAPC Apc = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Apc), POOL_TAG('E', 'x', 'A', 'p'));

    if (Apc != NULL) {
        KeInitializeApc(Apc, Thread, ExpUserApcKernelRoutine, ExpFreeUserApc,
                        (PKNORMAL_ROUTINE)Routine, UserMode, Context);
    }
    return Apc;
}
