/* SPDX-License-Identifier: MIT */
/* RtlCreateUserThread: a stack, a CONTEXT, a thread. And its end. */
#include "ldrp.h"
#include "rtl/rtl.h"

#define DEFAULT_RESERVE 0x100000UL
#define DEFAULT_COMMIT PAGE_SIZE
#define EFLAGS_IF 0x200UL
#define USER_CODE 0x1BUL /* flat, ring 3: the kernel allows no others */
#define USER_DATA 0x23UL
#define USER_TEB 0x3BUL

static NTSTATUS RtlpCommitStack(HANDLE Process, INITIAL_TEB *Stack, ULONG Commit)
{
    PVOID Base = (PUCHAR)Stack->StackBase - Commit;
    ULONG Size = Commit;
    NTSTATUS Status = NtAllocateVirtualMemory(Process, &Base, 0, &Size, MEM_COMMIT, PAGE_READWRITE);

    Stack->StackLimit = Base;
    if (NT_SUCCESS(Status)) {
        Base = (PUCHAR)Base - PAGE_SIZE;
        Size = PAGE_SIZE;
        Status = NtAllocateVirtualMemory(Process, &Base, 0, &Size, MEM_COMMIT,
                                         PAGE_READWRITE | PAGE_GUARD);
    }
    return Status;
}

NTSTATUS NTAPI RtlCreateUserStack(HANDLE Process, ULONG Reserve, ULONG Commit, INITIAL_TEB *Stack)
{
    ULONG Committed = ROUND_TO_PAGES(Commit != 0 ? Commit : DEFAULT_COMMIT);
    ULONG Size = Reserve != 0 ? Reserve : DEFAULT_RESERVE;
    PVOID Base = NULL;
    NTSTATUS Status;

    /* The last page is never used, so a stack is at least that, a guard and one page. */
    if (Size < Committed + 3 * PAGE_SIZE) {
        Size = Committed + 3 * PAGE_SIZE;
    }
    Size = (Size + MM_ALLOCATION_GRANULARITY - 1) & ~(MM_ALLOCATION_GRANULARITY - 1);
    Status = NtAllocateVirtualMemory(Process, &Base, 0, &Size, MEM_RESERVE, PAGE_READWRITE);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    *Stack = (INITIAL_TEB){.StackBase = (PUCHAR)Base + Size, .StackAllocationBase = Base};
    Status = RtlpCommitStack(Process, Stack, Committed);
    if (!NT_SUCCESS(Status)) {
        RtlFreeUserStack(Process, Base);
    }
    return Status;
}

VOID NTAPI RtlFreeUserStack(HANDLE Process, PVOID AllocationBase)
{
    ULONG Size = 0;

    NtFreeVirtualMemory(Process, &AllocationBase, &Size, MEM_RELEASE);
}

/* nt-facts 6.3. The thread begins in RtlUserThreadStart, which finds the two in EAX and EBX. */
VOID NTAPI RtlInitializeContext(HANDLE Process, PCONTEXT Context, PVOID Parameter,
                                PVOID StartAddress, PVOID StackBase)
{
    (VOID) Process;
    *Context = (CONTEXT){
        .ContextFlags = CONTEXT_FULL,
        .Eax = (ULONG)StartAddress,
        .Ebx = (ULONG)Parameter,
        .Ecx = 2,
        .Edx = 3,
        .Esi = 4,
        .Edi = 5,
        .Eip = (ULONG)RtlUserThreadStart,
        .Esp = (ULONG)StackBase - sizeof(ULONG),
        .EFlags = EFLAGS_IF,
        .SegCs = USER_CODE,
        .SegSs = USER_DATA,
        .SegDs = USER_DATA,
        .SegEs = USER_DATA,
        .SegFs = USER_TEB,
    };
}

NTSTATUS NTAPI RtlCreateUserThread(HANDLE Process, PVOID SecurityDescriptor,
                                   BOOLEAN CreateSuspended, ULONG ZeroBits, ULONG Reserve,
                                   ULONG Commit, PUSER_THREAD_START_ROUTINE StartAddress,
                                   PVOID Parameter, PHANDLE Thread, PCLIENT_ID ClientId)
{
    INITIAL_TEB Stack;
    CONTEXT Context;
    HANDLE Handle;
    NTSTATUS Status = RtlCreateUserStack(Process, Reserve, Commit, &Stack);

    (VOID) SecurityDescriptor;
    (VOID) ZeroBits;
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    RtlInitializeContext(Process, &Context, Parameter, StartAddress, Stack.StackBase);
    Status = NtCreateThread(&Handle, THREAD_ALL_ACCESS, NULL, Process, ClientId, &Context, &Stack,
                            CreateSuspended);
    if (!NT_SUCCESS(Status)) {
        RtlFreeUserStack(Process, Stack.StackAllocationBase);
        return Status;
    }
    if (Thread != NULL) {
        *Thread = Handle;
    } else {
        NtClose(Handle);
    }
    return STATUS_SUCCESS;
}

/* The last thread takes the process with it; the stack of any other goes with the thread. */
DECLSPEC_NORETURN VOID NTAPI RtlExitUserThread(NTSTATUS ExitStatus)
{
    ULONG Last = 0;

    NtQueryInformationThread(NtCurrentThread(), ThreadAmILastThread, &Last, sizeof(Last), NULL);
    if (Last) {
        LdrShutdownProcess();
        NtTerminateProcess(NtCurrentProcess(), ExitStatus);
    }
    LdrShutdownThread();
    *TebFreeStackOnTermination(NtCurrentTeb()) = TRUE;
    NtTerminateThread(NtCurrentThread(), ExitStatus);
    __builtin_unreachable();
}
