/* SPDX-License-Identifier: MIT */
/* KPROCESS: an address space to run in, and defaults for its threads. */
#include "i386/cpu.h"
#include "ki.h"
#include "port.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define THREAD_QUANTUM 6 /* two ticks, at three each */

VOID KeInitializeProcess(PKPROCESS Process, CHAR BasePriority, ULONG PageDirectory)
{
    memset(Process, 0, sizeof(*Process));
    KiInitializeHeader(&Process->Header, ProcessObject, sizeof(*Process), 0);
    InitializeListHead(&Process->ProfileListHead);
    InitializeListHead(&Process->ReadyListHead);
    InitializeListHead(&Process->ThreadListHead);
    Process->DirectoryTableBase[0] = PageDirectory;
    Process->Affinity = 1;
    Process->IopmOffset = sizeof(KTSS);
    Process->BasePriority = BasePriority;
    Process->ThreadQuantum = THREAD_QUANTUM;
}

VOID KeSetProcess(PKPROCESS Process)
{
    KIRQL Irql = KiLockDispatcherDatabase();

    Process->Header.SignalState = 1;
    KiWaitTest(Process, 0);
    KiUnlockDispatcherDatabase(Irql);
}

static VOID KiMoveTo(PKTHREAD Thread, PKPROCESS Process)
{
    ULONG Flags = HalpDisableInterrupts();

    Thread->ApcState.Process = Process;
    if (!Process->NoUserSpace && KiReadCr3() != Process->DirectoryTableBase[0]) {
        KiWriteCr3(Process->DirectoryTableBase[0]);
    }
    HalpRestoreInterrupts(Flags);
}

VOID KeAttachProcess(PKPROCESS Process)
{
    PKTHREAD Thread = KeGetCurrentThread();

    KeEnterCriticalRegion();
    if (Thread->ApcStateIndex != 0) {
        KeBugCheckEx(INVALID_PROCESS_ATTACH_ATTEMPT, (ULONG)Process,
                     (ULONG)Thread->ApcState.Process, Thread->ApcStateIndex, 0);
    }
    Thread->SavedApcState.Process = Thread->ApcState.Process;
    Thread->ApcStateIndex = 1;
    KiMoveTo(Thread, Process);
}

VOID KeDetachProcess(VOID)
{
    PKTHREAD Thread = KeGetCurrentThread();

    KiMoveTo(Thread, Thread->SavedApcState.Process);
    Thread->ApcStateIndex = 0;
    KeLeaveCriticalRegion();
}
