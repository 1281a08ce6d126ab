/* SPDX-License-Identifier: MIT */
/* The services on mutants (Win32's mutexes). */
#include "exp.h"

static VOID ExpDeleteMutant(PVOID Object)
{
    PKMUTANT Mutant = Object;

    if (Mutant->OwnerThread != NULL) {
        KeReleaseMutant(Mutant, 0, TRUE, NULL); /* nobody waits; its owner's list lets it go */
    }
}

OBJECT_TYPE ExMutantType = {
    .Name = "Mutant",
    .Tag = POOL_TAG('M', 'u', 't', 'a'),
    .Pool = NonPagedPool,
    .Mapping = {MUTANT_QUERY_STATE, 0, SYNCHRONIZE, MUTANT_ALL_ACCESS},
    .ValidAccess = MUTANT_ALL_ACCESS,
    .Delete = ExpDeleteMutant,
};

NTSTATUS NTAPI NtCreateMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, BOOLEAN InitialOwner)
{
    PKMUTANT Mutant;
    NTSTATUS Status = ExpCreate(MutantHandle, &ExMutantType, sizeof(*Mutant), (PVOID *)&Mutant);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeInitializeMutant(Mutant, InitialOwner != 0);
    return ExpInsert(MutantHandle, Mutant, ObjectAttributes, DesiredAccess);
}

NTSTATUS NTAPI NtOpenMutant(PHANDLE MutantHandle, ACCESS_MASK DesiredAccess,
                            POBJECT_ATTRIBUTES ObjectAttributes)
{
    return ExpOpen(MutantHandle, &ExMutantType, ObjectAttributes, DesiredAccess);
}

/* PreviousCount, which may be NULL: 1 free, below so often acquired. STATUS_MUTANT_NOT_OWNED;
   STATUS_ABANDONED: nor had it been released when its owner ended. */
NTSTATUS NTAPI NtReleaseMutant(HANDLE MutantHandle, PLONG PreviousCount)
{
    PKMUTANT Mutant;
    LONG Previous;
    NTSTATUS Status = ObReferenceObjectByHandle(MutantHandle, 0, &ExMutantType, (PVOID *)&Mutant);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = ExpProbeLong(PreviousCount);
    if (NT_SUCCESS(Status)) {
        Status = KeReleaseMutant(Mutant, MUTANT_INCREMENT, FALSE, &Previous);
    }
    if (Status == STATUS_SUCCESS) {
        Status = ExpReturnLong(PreviousCount, Previous);
    }
    ObDereferenceObject(Mutant);
    return Status;
}

NTSTATUS NTAPI NtQueryMutant(HANDLE MutantHandle, ULONG Class, PVOID Information, ULONG Length,
                             PULONG ReturnLength)
{
    MUTANT_BASIC_INFORMATION Basic;
    EXP_QUERY Query = {&ExMutantType, MUTANT_QUERY_STATE, sizeof(Basic)};
    PKMUTANT Mutant;
    NTSTATUS Status = ExpBeginQuery(&Query, MutantHandle, Class, Length, (PVOID *)&Mutant);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    memset(&Basic, 0, sizeof(Basic)); /* what lies behind the fields goes out too */
    Basic.CurrentCount = Mutant->Header.SignalState;
    Basic.OwnedByCaller = Mutant->OwnerThread == KeGetCurrentThread();
    Basic.AbandonedState = Mutant->Abandoned;
    return ExpEndQuery(&Query, Mutant, &Basic, Information, ReturnLength);
}
