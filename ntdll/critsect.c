/* SPDX-License-Identifier: MIT */
/*
 * Critical sections: a mutual exclusion that costs no service while nobody has to wait. LockCount
 * is -1 when free, and grows with each thread that comes; LockSemaphore, an event that lets one
 * through, is made when the first has to wait.
 */
#include "ntdll.h"

NTSTATUS NTAPI RtlInitializeCriticalSection(PRTL_CRITICAL_SECTION Section)
{
    *Section = (RTL_CRITICAL_SECTION){.LockCount = -1};
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDeleteCriticalSection(PRTL_CRITICAL_SECTION Section)
{
    NTSTATUS Status =
        Section->LockSemaphore != NULL ? NtClose(Section->LockSemaphore) : STATUS_SUCCESS;

    *Section = (RTL_CRITICAL_SECTION){.LockCount = -1};
    return Status;
}

/* Two threads may both find none: one of the two events stays. */
static HANDLE RtlpSectionEvent(PRTL_CRITICAL_SECTION Section)
{
    HANDLE New;

    if (Section->LockSemaphore == NULL) {
        NTSTATUS Status = NtCreateEvent(&New, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE);

        if (!NT_SUCCESS(Status)) {
            RtlRaiseStatus(Status);
        }
        if (!__sync_bool_compare_and_swap(&Section->LockSemaphore, NULL, New)) {
            NtClose(New);
        }
    }
    return Section->LockSemaphore;
}

/* As long as the PEB says, 30 days, is a deadlock: STATUS_POSSIBLE_DEADLOCK is raised. */
static VOID RtlpWaitForSection(PRTL_CRITICAL_SECTION Section)
{
    PLARGE_INTEGER Timeout = &NtCurrentTeb()->ProcessEnvironmentBlock->CriticalSectionTimeout;
    NTSTATUS Status = NtWaitForSingleObject(RtlpSectionEvent(Section), FALSE, Timeout);

    if (Status == STATUS_TIMEOUT) {
        RtlRaiseStatus(STATUS_POSSIBLE_DEADLOCK);
    }
    if (!NT_SUCCESS(Status)) {
        RtlRaiseStatus(Status);
    }
}

NTSTATUS NTAPI RtlEnterCriticalSection(PRTL_CRITICAL_SECTION Section)
{
    HANDLE Self = NtCurrentTeb()->ClientId.UniqueThread;

    if (__sync_add_and_fetch(&Section->LockCount, 1) != 0) {
        if (Section->OwningThread == Self) {
            Section->RecursionCount++;
            return STATUS_SUCCESS;
        }
        RtlpWaitForSection(Section);
    }
    Section->OwningThread = Self;
    Section->RecursionCount = 1;
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI RtlTryEnterCriticalSection(PRTL_CRITICAL_SECTION Section)
{
    HANDLE Self = NtCurrentTeb()->ClientId.UniqueThread;

    if (__sync_bool_compare_and_swap(&Section->LockCount, -1, 0)) {
        Section->OwningThread = Self;
        Section->RecursionCount = 1;
        return TRUE;
    }
    if (Section->OwningThread != Self) {
        return FALSE;
    }
    __sync_add_and_fetch(&Section->LockCount, 1);
    Section->RecursionCount++;
    return TRUE;
}

NTSTATUS NTAPI RtlLeaveCriticalSection(PRTL_CRITICAL_SECTION Section)
{
    if (--Section->RecursionCount != 0) {
        __sync_sub_and_fetch(&Section->LockCount, 1);
        return STATUS_SUCCESS;
    }
    Section->OwningThread = NULL;
    if (__sync_sub_and_fetch(&Section->LockCount, 1) >= 0) {
        NtSetEvent(RtlpSectionEvent(Section), NULL); /* somebody waits, or is about to */
    }
    return STATUS_SUCCESS;
}
