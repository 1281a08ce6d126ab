/* SPDX-License-Identifier: MIT */
/* Making threads: the first pictures on their kernel stacks. */
#include "i386/context.h"
#include "ke.h"
#include "ready.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define DEFAULT_PRIORITY 8

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
    Thread->Header.Type = ThreadObject;
    Thread->Header.Size = sizeof(*Thread) / sizeof(ULONG);
    InitializeListHead(&Thread->Header.WaitListHead);
    InitializeListHead(&Thread->MutantListHead);
    for (ULONG Mode = KernelMode; Mode <= UserMode; Mode++) {
        InitializeListHead(&Thread->ApcState.ApcListHead[Mode]);
    }
    Thread->ApcState.Process = Process;
    Thread->StackBase = Thread->InitialStack = StackBase;
    Thread->StackLimit = StackLimit;
    Thread->Affinity = 1;
    Thread->Priority = Thread->BasePriority = DEFAULT_PRIORITY;
    InsertTailList(&Process->ThreadListHead, &Thread->ThreadListEntry);
}

VOID KeInitializeThread(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase, ULONG StackLimit,
                        PKSYSTEM_ROUTINE SystemRoutine, PVOID StartRoutine, PVOID StartContext,
                        const CONTEXT *Context, PTEB Teb)
{
    KNEW_THREAD_STACK *Stack =
        CONTAINING_RECORD(KiBaseTrapFrame(StackBase), KNEW_THREAD_STACK, Trap);

    KiInitializeThreadObject(Thread, Process, StackBase, StackLimit);
    memset(Stack, 0, sizeof(*Stack));
    KeContextToKframes(&Stack->Trap, Context, UserMode);
    Thread->DebugActive = Stack->Trap.Dr7 != 0;
    KiInitializeThreadNpx(Thread);
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

VOID KeInitializeIdleThread(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase, ULONG StackLimit)
{
    KiInitializeReadyQueues();
    KiInitializeThreadObject(Thread, Process, StackBase, StackLimit);
    Thread->Priority = Thread->BasePriority = 0;
    Thread->NpxState = NPX_STATE_NOT_LOADED; /* it has none, and uses none */
    Thread->State = Running;
    KeGetCurrentPrcb()->CurrentThread = KeGetCurrentPrcb()->IdleThread = Thread;
    KiSetCurrentStack(StackBase, StackLimit, KiEsp0(StackBase), 0);
}
