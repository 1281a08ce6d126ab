/* SPDX-License-Identifier: MIT */
/* Making threads: the first pictures on their kernel stacks. */
#include "i386/context.h"
#include "ki.h"
#include "ready.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

VOID (*KeThreadStartup)(VOID);

/*
 * From the top of the stack down (nt-facts 6.3): NPX area; base trap frame; KSTART_FRAME, which
 * KiThreadStartup pops; KSWITCH_FRAME, which KiSwapStacks pops to get there.
 */
typedef struct _KSTART_FRAME {
    PKSYSTEM_ROUTINE SystemRoutine;
    PVOID StartRoutine;
    PVOID StartContext;
    ULONG UserThread;
} KSTART_FRAME;

typedef struct _KSWITCH_FRAME {
    PEXCEPTION_REGISTRATION_RECORD ExceptionList;
    ULONG Edi, Esi, Ebx, Ebp;
    VOID (*ReturnAddress)(VOID);
} KSWITCH_FRAME;

typedef struct _KNEW_THREAD_STACK {
    KSWITCH_FRAME Switch;
    KSTART_FRAME Start;
    KTRAP_FRAME Trap;
} KNEW_THREAD_STACK;

static VOID KiInitializeThreadObject(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase,
                                     ULONG StackLimit)
{
    memset(Thread, 0, sizeof(*Thread));
    KiInitializeHeader(&Thread->Header, ThreadObject, sizeof(*Thread), 0);
    InitializeListHead(&Thread->MutantListHead);
    InitializeListHead(&Thread->TimerListHead);
    for (ULONG Mode = KernelMode; Mode <= UserMode; Mode++) {
        InitializeListHead(&Thread->ApcState.ApcListHead[Mode]);
    }
    Thread->ApcState.Process = Process;
    Thread->StackBase = Thread->InitialStack = StackBase;
    Thread->StackLimit = StackLimit;
    Thread->Affinity = Process->Affinity;
    Thread->Priority = Thread->BasePriority = Process->BasePriority;
    Thread->Quantum = (CHAR)Process->ThreadQuantum;
    Thread->ApcStatePointer[0] = &Thread->ApcState;
    Thread->ApcStatePointer[1] = &Thread->SavedApcState;
    Thread->ApcQueueable = TRUE;
    KeInitializeTimer(&Thread->Timer, NotificationTimer);
    KiInitializeSuspension(Thread);
}

VOID KeJoinProcess(PKTHREAD Thread)
{
    PKPROCESS Process = Thread->ApcState.Process;

    InsertTailList(&Process->ThreadListHead, &Thread->ThreadListEntry);
    Process->StackCount++;
}

/* A thread of the kernel's own: nothing above its start frame. */
static VOID KiInitializeSystemStack(PKTHREAD Thread, PKSYSTEM_ROUTINE SystemRoutine,
                                    PVOID StartRoutine, PVOID StartContext)
{
    KNEW_THREAD_STACK *Stack =
        CONTAINING_RECORD(KiBaseTrapFrame(Thread->StackBase), KNEW_THREAD_STACK, Trap);

    memset(Stack, 0, sizeof(*Stack));
    Stack->Start = (KSTART_FRAME){SystemRoutine, StartRoutine, StartContext, FALSE};
    Stack->Switch = (KSWITCH_FRAME){
        .ExceptionList = EXCEPTION_CHAIN_END,
        .ReturnAddress = KeThreadStartup,
    };
    Thread->KernelStack = (ULONG)Stack;
}

VOID KeInitializeThread(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase, ULONG StackLimit,
                        PKSYSTEM_ROUTINE SystemRoutine, PVOID StartRoutine, PVOID StartContext,
                        const CONTEXT *Context, PTEB Teb)
{
    KNEW_THREAD_STACK *Stack =
        CONTAINING_RECORD(KiBaseTrapFrame(StackBase), KNEW_THREAD_STACK, Trap);

    KiInitializeThreadObject(Thread, Process, StackBase, StackLimit);
    KiInitializeThreadNpx(Thread);
    if (Context == NULL) {
        KiInitializeSystemStack(Thread, SystemRoutine, StartRoutine, StartContext);
        return;
    }
    memset(Stack, 0, sizeof(*Stack));
    KeContextToKframes(&Stack->Trap, Context, UserMode);
    Thread->DebugActive = Stack->Trap.Dr7 != 0;
    Stack->Trap.DbgArgMark = KTRAP_FRAME_ARG_MARK;
    Stack->Trap.ExceptionList = EXCEPTION_CHAIN_END;
    Stack->Trap.PreviousPreviousMode = UserMode;
    Stack->Start = (KSTART_FRAME){SystemRoutine, StartRoutine, StartContext, TRUE};
    Stack->Switch = (KSWITCH_FRAME){
        .ExceptionList = EXCEPTION_CHAIN_END,
        .ReturnAddress = KeThreadStartup,
    };
    Thread->Teb = Teb;
    Thread->PreviousMode = UserMode;
    Thread->KernelStack = (ULONG)Stack;
}

/* Checked builds. */
static VOID KiWrongIrql(KIRQL Old, KIRQL New, BOOLEAN Raise)
{
    KeBugCheckEx(Raise ? IRQL_NOT_GREATER_OR_EQUAL : IRQL_NOT_LESS_OR_EQUAL, Old, New, 0, 0);
}

VOID KeInitializeIdleThread(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase, ULONG StackLimit)
{
    HalWrongIrql = KiWrongIrql;
    KiInitializeReadyQueues();
    KiInitializeTimers();
    HalRegisterSoftwareInterrupt(APC_LEVEL, KiDeliverApc);
    HalRegisterSoftwareInterrupt(DISPATCH_LEVEL, KiDispatchInterrupt);
    KeGetCurrentPrcb()->CurrentThread = KeGetCurrentPrcb()->IdleThread = Thread;
    KiInitializeThreadObject(Thread, Process, StackBase, StackLimit);
    KeJoinProcess(Thread);
    Thread->NpxState = NPX_STATE_NOT_LOADED; /* it has none, and uses none */
    Thread->State = Running;
    KiSetCurrentStack(StackBase, StackLimit, KiEsp0(StackBase), 0);
}

static VOID KiAbandonMutants(PKTHREAD Thread)
{
    while (!IsListEmpty(&Thread->MutantListHead)) {
        KeReleaseMutant(CONTAINING_RECORD(Thread->MutantListHead.Flink, KMUTANT, MutantListEntry),
                        MUTANT_INCREMENT, TRUE, NULL);
    }
}

DECLSPEC_NORETURN VOID KeTerminateThread(VOID)
{
    PKPRCB Prcb = KeGetCurrentPrcb();
    PKTHREAD Thread = KeGetCurrentThread();

    KfRaiseIrql(DISPATCH_LEVEL);
    KiAbandonMutants(Thread);
    if (Thread->Queue != NULL) {
        RemoveEntryList(&Thread->QueueListEntry);
        KiActivateWaiterQueue(Thread->Queue);
    }
    if (Prcb->NpxThread == Thread) {
        Prcb->NpxThread = NULL; /* nobody wants that state any more */
    }
    RemoveEntryList(&Thread->ThreadListEntry);
    Thread->ApcState.Process->StackCount--;
    Thread->State = Terminated;
    Thread->Header.SignalState = 1;
    KiWaitTest(Thread, 0);
    KiSwapThread(DISPATCH_LEVEL);
    __builtin_unreachable();
}
