/* SPDX-License-Identifier: MIT */
/*
 * How a thread ends: in its own context, on its way to ring 3, it gives up what it has. The last
 * one of a process gives up what that has. What cannot go while it runs, its kernel stack, goes by
 * the reaper, a thread of the kernel's.
 */
#include "ex/ex.h"
#include "ke/apc.h"
#include "ke/events.h"
#include "psp.h"
#include "rtl/list.h"

#define REAPER_PRIORITY 17

static KQUEUE PspReaperQueue;

VOID PspInitializeReaper(VOID)
{
    KeInitializeQueue(&PspReaperQueue, 1);
}

DECLSPEC_NORETURN VOID PspReaper(PVOID StartRoutine, PVOID StartContext)
{
    (VOID) StartRoutine;
    (VOID) StartContext;
    KfLowerIrql(PASSIVE_LEVEL);
    KeGetCurrentThread()->BasePriority = REAPER_PRIORITY; /* it does not sink with its process's */
    KeSetPriorityThread(KeGetCurrentThread(), REAPER_PRIORITY);
    for (;;) {
        PLIST_ENTRY Entry = KeRemoveQueue(&PspReaperQueue, KernelMode, NULL);

        if (!CONTAINING_RECORD(Entry, PS_REAPED, Link)->IsProcess) {
            ObDereferenceObject(CONTAINING_RECORD(Entry, ETHREAD, Reaped.Link));
        } else {
            PEPROCESS Process = CONTAINING_RECORD(Entry, EPROCESS, Reaped.Link);

            PspFinishProcess(Process);
            ObDereferenceObject(Process);
        }
    }
}

VOID PspFinishLater(PEPROCESS Process)
{
    ObReferenceObject(Process);
    Process->Reaped.IsProcess = TRUE;
    KeInsertQueue(&PspReaperQueue, &Process->Reaped.Link);
}

/* Of a thread that asked for it (XP): nobody else can, while it runs on it. */
static VOID PspFreeUserStack(PTEB Teb)
{
    ULONG Base = 0, Size = 0;
    UCHAR Free = 0;

    KeCopyFromUser(&Free, TebFreeStackOnTermination(Teb), sizeof(Free));
    if (Free && NT_SUCCESS(KeCopyFromUser(&Base, &Teb->DeallocationStack, sizeof(Base)))) {
        MmFreeVirtualMemory(&Base, &Size, MEM_RELEASE);
    }
}

/* TRUE: the others have told of their end too, so this is the process's. */
static BOOLEAN PspBeginLeaving(PEPROCESS Process)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    BOOLEAN Last = ++Process->LeavingThreads == Process->ActiveThreads;

    Process->Exiting = Process->Exiting || Last;
    KfLowerIrql(Irql);
    return Last;
}

/* TRUE: it was the last. */
static BOOLEAN PspLeaveProcess(PEPROCESS Process)
{
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);
    BOOLEAN Last = --Process->ActiveThreads == 0;

    Process->LeavingThreads--;

    Process->Exiting = Process->Exiting || Last;
    KfLowerIrql(Irql);
    return Last;
}

static VOID PspCleanMemory(PEPROCESS Process)
{
    if (Process == PsGetCurrentProcess()) {
        MmCleanAddressSpace();
    } else {
        KeAttachProcess(&Process->Pcb);
        MmCleanAddressSpace();
        KeDetachProcess();
    }
}

/*
 * Handles, then memory, then those who wait for its end. The handles are closed from outside: what
 * goes with them may have to attach to another process.
 */
VOID PspFinishProcess(PEPROCESS Process)
{
    Process->ExitTime.QuadPart = (LONGLONG)KeQuerySystemTime();
    if (Process->ExitStatus == STATUS_PENDING) {
        Process->ExitStatus = Process->LastThreadExitStatus;
    }
    ExAcquireFastMutex(&PspProcessMutex);
    RemoveEntryList(&Process->ActiveProcessLinks);
    InitializeListHead(&Process->ActiveProcessLinks);
    ExReleaseFastMutex(&PspProcessMutex);
    ObCloseAllHandles(Process->ObjectTable);
    PspCleanMemory(Process);
    if (Process == PspInitialProcess) {
        PspEndRun(Process, Process->ExitStatus);
    }
    KeSetProcess(&Process->Pcb);
}

static VOID PspTellDebugger(PEPROCESS Process, NTSTATUS ExitStatus)
{
    BOOLEAN Last = PspBeginLeaving(Process);

    if (Last && Process->ExitStatus != STATUS_PENDING) {
        ExitStatus = Process->ExitStatus; /* somebody has said how it ends */
    }
    PsDebugCallouts->ExitThread(ExitStatus, Last);
}

DECLSPEC_NORETURN VOID PsExitThread(NTSTATUS ExitStatus)
{
    PETHREAD Thread = PsGetCurrentThread();
    PEPROCESS Process = Thread->ThreadsProcess;
    PTEB Teb = Thread->Tcb.Teb;

    Thread->HasTerminated = TRUE;
    KfLowerIrql(PASSIVE_LEVEL);
    KeLogEvent(EventThreadEnd, 0, (ULONG)Thread->Cid.UniqueProcess, (ULONG)Thread->Cid.UniqueThread,
               (ULONG)ExitStatus, 0);
    Thread->ExitStatus = Process->LastThreadExitStatus = ExitStatus;
    PspTellDebugger(Process, ExitStatus);
    ExTimerRundown();
    KeRundownApcs();
    Thread->ExitTime.QuadPart = (LONGLONG)KeQuerySystemTime();
    if (PspLeaveProcess(Process)) {
        PspFinishProcess(Process);
    } else if (Teb != NULL) {
        PspFreeUserStack(Teb);
        Thread->Tcb.Teb = NULL;
        MmUnmapSystemPage((ULONG)Teb);
    }
    KfRaiseIrql(DISPATCH_LEVEL);
    KeInsertQueue(&PspReaperQueue, &Thread->Reaped.Link);
    KeTerminateThread();
}

DECLSPEC_NORETURN VOID PsExitProcess(NTSTATUS ExitStatus)
{
    PEPROCESS Process = PsGetCurrentProcess();
    KIRQL Irql = KfRaiseIrql(DISPATCH_LEVEL);

    if (!Process->Exiting) {
        Process->Exiting = TRUE;
        Process->ExitStatus = ExitStatus;
    }
    KfLowerIrql(Irql);
    PspTerminateOtherThreads(Process, ExitStatus);
    PsExitThread(ExitStatus);
}
