/* SPDX-License-Identifier: MIT */
/* Making threads. */
#include "ke/events.h"
#include "psp.h"
#include "rtl/list.h"

static VOID PspDeleteThread(PVOID Object);

OBJECT_TYPE PsThreadType = {
    .Name = "Thread",
    .Tag = POOL_TAG('T', 'h', 'r', 'e'),
    .Pool = NonPagedPool,
    .Mapping = {THREAD_GET_CONTEXT | THREAD_QUERY_INFORMATION,
                THREAD_TERMINATE | THREAD_SUSPEND_RESUME | THREAD_ALERT | THREAD_SET_CONTEXT |
                    THREAD_SET_INFORMATION,
                SYNCHRONIZE, THREAD_ALL_ACCESS},
    .ValidAccess = THREAD_ALL_ACCESS,
    .Delete = PspDeleteThread,
};

static VOID PspDeleteThread(PVOID Object)
{
    PETHREAD Thread = Object;

    if (Thread->Tcb.StackBase != 0) {
        MmDeleteKernelStack(Thread->Tcb.StackBase, Thread->Tcb.StackLimit);
    }
    if (Thread->Cid.UniqueThread != NULL) {
        ObDestroyId(PspCidTable, Thread->Cid.UniqueThread);
    }
    ObDereferenceObject(Thread->ThreadsProcess);
}

/* The object, its id and its kernel stack. */
static NTSTATUS PspNewThread(PEPROCESS Process, PETHREAD *Result, MM_KERNEL_STACK *Stack)
{
    PETHREAD Thread;
    NTSTATUS Status = ObCreateObject(&PsThreadType, sizeof(*Thread), (PVOID *)&Thread);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ObReferenceObject(Process);
    Thread->ThreadsProcess = Process;
    Thread->ExitStatus = STATUS_PENDING;
    Thread->CreateTime.QuadPart = (LONGLONG)KeQuerySystemTime();
    Thread->Cid.UniqueProcess = Process->UniqueProcessId;
    Status = MmCreateKernelStack(Stack);
    if (NT_SUCCESS(Status)) {
        Thread->Tcb.StackBase = Stack->Base;
        Thread->Tcb.StackLimit = Stack->Limit;
        Status = ObCreateId(PspCidTable, Thread, &Thread->Cid.UniqueThread);
    }
    if (NT_SUCCESS(Status)) {
        *Result = Thread;
        KeLogEvent(EventThreadStart, 0, (ULONG)Thread->Cid.UniqueProcess,
                   (ULONG)Thread->Cid.UniqueThread, (ULONG)Thread, 0);
    } else {
        ObDereferenceObject(Thread);
    }
    return Status;
}

/*
 * It is a thread of its process from here on, and whoever ends that ends it too; unless the process
 * is about to end, FALSE. The thread is whole but for its first run.
 */
static BOOLEAN PspJoinProcess(PETHREAD Thread)
{
    PEPROCESS Process = Thread->ThreadsProcess;
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    BOOLEAN Joined = !Process->Exiting;

    if (Joined) {
        Process->ActiveThreads++;
        Process->HasHadThread = TRUE;
        KeJoinProcess(&Thread->Tcb);
        Thread->IsWhole = TRUE;
    }
    KfLowerIrql(Irql);
    return Joined;
}

NTSTATUS PspCreateThread(PEPROCESS Process, const CONTEXT *Context, const INITIAL_TEB *Stack,
                         PETHREAD *Result)
{
    MM_KERNEL_STACK KernelStack;
    PETHREAD Thread;
    PTEB Teb = NULL;
    NTSTATUS Status = PspNewThread(Process, &Thread, &KernelStack);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    KeAttachProcess(&Process->Pcb);
    Status = PspCreateTeb(Stack, &Thread->Cid, &Teb);
    if (NT_SUCCESS(Status)) {
        Thread->StartAddress = Thread->Win32StartAddress = (PVOID)Context->Eax;
        KeInitializeThread(&Thread->Tcb, &Process->Pcb, KernelStack.Base, KernelStack.Limit,
                           PsUserThreadStartup, NULL, NULL, Context, Teb);
        ObReferenceObject(Thread); /* while it lives: the reaper's */
        if (!PspJoinProcess(Thread)) {
            MmUnmapSystemPage((ULONG)Teb);
            ObDereferenceObject(Thread);
            Status = STATUS_PROCESS_IS_TERMINATING;
        }
    }
    KeDetachProcess();
    if (!NT_SUCCESS(Status)) {
        ObDereferenceObject(Thread);
        return Status;
    }
    *Result = Thread;
    return STATUS_SUCCESS;
}

NTSTATUS PspCreateSystemThread(PKSYSTEM_ROUTINE Routine, PVOID Context)
{
    MM_KERNEL_STACK Stack;
    PETHREAD Thread;
    NTSTATUS Status = PspNewThread(PsInitialSystemProcess, &Thread, &Stack);

    if (NT_SUCCESS(Status)) {
        KeInitializeThread(&Thread->Tcb, &PsInitialSystemProcess->Pcb, Stack.Base, Stack.Limit,
                           Routine, NULL, Context, NULL, NULL);
        PspJoinProcess(Thread);
        KeReadyThread(&Thread->Tcb);
    }
    return Status;
}

PETHREAD PsGetNextProcessThread(PEPROCESS Process, PETHREAD Previous)
{
    PLIST_ENTRY Head = &Process->Pcb.ThreadListHead;
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    PLIST_ENTRY Entry = Previous != NULL ? Previous->Tcb.ThreadListEntry.Flink : Head->Flink;
    PETHREAD Next = NULL;

    /* One that has ended is off the list: then all over again, but for those that have ended. */
    if (Previous != NULL && Previous->Tcb.State == Terminated) {
        Entry = Head->Flink;
    }
    if (Entry != Head) {
        Next = CONTAINING_RECORD(Entry, ETHREAD, Tcb.ThreadListEntry);
        ObReferenceObject(Next);
    }
    KfLowerIrql(Irql);
    if (Previous != NULL) {
        ObDereferenceObject(Previous);
    }
    return Next;
}

/* The thread is there; now its handle and its id for the caller. Without a handle it must end. */
static NTSTATUS PspReturnThread(PETHREAD Thread, POBJECT_ATTRIBUTES Attributes, ACCESS_MASK Access,
                                PHANDLE ThreadHandle, PCLIENT_ID ClientId)
{
    CLIENT_ID Cid = Thread->Cid;
    HANDLE Handle = NULL;
    NTSTATUS Status = ObInsertObject(Thread, Attributes, Access, &Handle);

    Status = KeReturnHandle(ThreadHandle, Handle, Status);
    if (NT_SUCCESS(Status) && ClientId != NULL) {
        KeCopyToCaller(ClientId, &Cid, sizeof(Cid)); /* he has the handle, whatever comes of this */
    }
    return Status;
}

/*
 * A thread of ProcessHandle that begins with *ThreadContext (sanitised) once ntdll's loader has
 * run, on the stack that *InitialTeb describes. ClientId may be NULL.
 * STATUS_PROCESS_IS_TERMINATING; STATUS_NO_MEMORY and the like.
 */
NTSTATUS NTAPI NtCreateThread(PHANDLE ThreadHandle, ACCESS_MASK DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PCONTEXT ThreadContext, PINITIAL_TEB InitialTeb,
                              BOOLEAN CreateSuspended)
{
    CONTEXT Context;
    INITIAL_TEB Stack;
    PEPROCESS Process;
    PETHREAD Thread;
    ULONG Unused;
    NTSTATUS Status = KeProbeForWrite(ThreadHandle, sizeof(*ThreadHandle));

    if (NT_SUCCESS(Status) && ClientId != NULL) {
        Status = KeProbeForWrite(ClientId, sizeof(*ClientId));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Context, ThreadContext, sizeof(Context));
    }
    if (NT_SUCCESS(Status)) {
        Status = KeCopyFromCaller(&Stack, InitialTeb, sizeof(Stack));
    }
    if (NT_SUCCESS(Status)) {
        Status = PsReferenceProcess(ProcessHandle, PROCESS_CREATE_THREAD, &Process);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Status = PspCreateThread(Process, &Context, &Stack, &Thread);
    ObDereferenceObject(Process);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (CreateSuspended) {
        KeSuspendThread(&Thread->Tcb, &Unused);
    }
    ObReferenceObject(Thread); /* the handle takes the other one over */
    Status = PspReturnThread(Thread, ObjectAttributes, DesiredAccess, ThreadHandle, ClientId);
    if (!NT_SUCCESS(Status)) {
        PspTerminateThread(Thread, Status);
    }
    KeReadyThread(&Thread->Tcb);
    ObDereferenceObject(Thread);
    return Status;
}
