/* SPDX-License-Identifier: MIT */
/* Ke: threads, their switching, time, and the end of everything (the bugcheck). */
#pragma once

#include "hal.h"
#include "i386/pcr.h"
#include "ke/thread.h"
#include "nt/journal.h"

static inline PKTHREAD KeGetCurrentThread(VOID)
{
#ifdef KI_HOST_TEST
    return KeGetPcr()->PrcbData.CurrentThread;
#else
    PKTHREAD Thread;
    __asm__ volatile("movl %%fs:%c1, %0"
                     : "=r"(Thread)
                     : "i"(FIELD_OFFSET(KPCR, PrcbData.CurrentThread)));
    return Thread;
#endif
}

/* Whom the service in progress works for: UserMode means its pointers cannot be trusted. */
static inline KPROCESSOR_MODE KeGetPreviousMode(VOID)
{
    return KeGetCurrentThread()->PreviousMode;
}

/* thread.c */

/* Runs first in a new thread, on its own stack: trap/startup.asm registers it at init. */
extern VOID (*KeThreadStartup)(VOID);
typedef VOID (*PKSYSTEM_ROUTINE)(PVOID StartRoutine, PVOID StartContext);

/*
 * Makes a user thread whose base trap frame is made of *Context (sanitised). It starts, when
 * KeReadyThread is called, with SystemRoutine(StartRoutine, StartContext) at APC_LEVEL and leaves
 * through that frame when it returns. Context NULL: a thread of the kernel's own, whose
 * SystemRoutine does not return. Stack: its high end; MmCreateKernelStack's. The memory is the
 * caller's.
 */
VOID KeInitializeThread(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase, ULONG StackLimit,
                        PKSYSTEM_ROUTINE SystemRoutine, PVOID StartRoutine, PVOID StartContext,
                        const CONTEXT *Context, PTEB Teb);

/* It is one of its process's threads from here on. DISPATCH_LEVEL, or before the first switch. */
VOID KeJoinProcess(PKTHREAD Thread);

/*
 * npx.c: a CONTEXT of the running thread, whole: KeContextFromKframes and KeContextToKframes on
 * Frame, one of its trap frames, and the floating groups, which are no frame's.
 */
VOID KeGetThreadContext(const KTRAP_FRAME *Frame, PCONTEXT Context);
VOID KeSetThreadContext(PKTRAP_FRAME Frame, const CONTEXT *Context, KPROCESSOR_MODE Mode);
/* The same of any thread, which does not run, so: DISPATCH_LEVEL unless it is the running one. */
VOID KeGetContextOf(PKTHREAD Thread, const KTRAP_FRAME *Frame, PCONTEXT Context);
VOID KeSetContextOf(PKTHREAD Thread, PKTRAP_FRAME Frame, const CONTEXT *Context,
                    KPROCESSOR_MODE Mode);

/* npx.c: what scheduler and #NM have to do with the state in the processor. Interrupts off. */
VOID KiInitializeThreadNpx(PKTHREAD Thread);
VOID KiSwapNpx(PKTHREAD New);
VOID KiLoadThreadNpx(VOID);
/* The running thread's area, brought up to date. */
const struct _FX_SAVE_AREA *KiFlushThreadNpx(VOID);

/* Makes the thread that booted the idle thread; Ke's own tables too. First of all. */
VOID KeInitializeIdleThread(PKTHREAD Thread, PKPROCESS Process, ULONG StackBase, ULONG StackLimit);

/*
 * thread.c: the running thread ends: waiters are woken, its mutants abandoned. Its memory may be
 * freed as soon as another thread runs.
 */
DECLSPEC_NORETURN VOID KeTerminateThread(VOID);

/* scheduler.c. IRQL <= DISPATCH_LEVEL. */
VOID KeReadyThread(PKTHREAD Thread);
NTSTATUS KeYieldExecution(VOID); /* STATUS_NO_YIELD_PERFORMED: nobody of its priority was ready */
DECLSPEC_NORETURN VOID KeIdleLoop(VOID);

/*
 * priority.c. Base priority: the process's plus the thread's own increment, -2 to 2, or 8 and more
 * (either sign): the end of the process's class.
 */
LONG KeSetPriorityThread(PKTHREAD Thread, LONG Priority); /* the one from before */
VOID KeSetBasePriorityThread(PKTHREAD Thread, LONG Increment);
LONG KeQueryBasePriorityThread(PKTHREAD Thread); /* the increment */
VOID KeSetPriorityProcess(PKPROCESS Process, LONG BasePriority);

/* process.c */
VOID KeInitializeProcess(PKPROCESS Process, CHAR BasePriority, ULONG PageDirectory);
VOID KeSetProcess(PKPROCESS Process); /* it has ended: waiters are woken */
/*
 * Between the two the running thread sees Process's user half, and no normal kernel APC comes.
 * They do not nest.
 */
VOID KeAttachProcess(PKPROCESS Process);
VOID KeDetachProcess(VOID);

static inline PKPROCESS KeGetCurrentProcess(VOID)
{
    return KeGetCurrentThread()->ApcState.Process;
}

/*
 * journal.c: notes what the scheduler does in Memory (nonpaged, the caller's until Stop), room for
 * Records. Stop: how many notes there were; what did not fit is lost. IRQL <= DISPATCH_LEVEL.
 */
VOID KeStartJournal(PMICA_JOURNAL_RECORD Memory, ULONG Records);
ULONG KeStopJournal(VOID);

/* time.c */
VOID KeInitializeTime(VOID);
VOID KeUpdateSystemTime(const KTRAP_FRAME *Frame); /* the clock interrupt, CLOCK2_LEVEL */
ULONGLONG KeQueryInterruptTime(VOID);              /* 100 ns since boot */
ULONGLONG KeQuerySystemTime(VOID);                 /* 100 ns since 1601 */
ULONG KeQueryTickCount(VOID);                      /* clock ticks since boot */

VOID KiMeasureProcessor(VOID); /* measure.c: once, the clock running */

/*
 * raise.c: where the kernel enters ring 3; Ps finds them in ntdll by name (ps/systemdll.c).
 */
extern ULONG KeUserExceptionDispatcher, KeUserApcDispatcher, KeUserCallbackDispatcher;
extern ULONG KeUserCallbackExceptionHandler, KeRaiseUserExceptionDispatcher;
/*
 * For a service that raises Status in its caller instead of returning it: the service returns what
 * this returns, and ring 3 goes on in KiRaiseUserExceptionDispatcher. nt-facts 4.8.
 */
NTSTATUS KeRaiseUserException(NTSTATUS Status);

/* raise.c: NT's global flags (gflags), from the switch /GLOBALFLAG. PEB.NtGlobalFlag is a copy. */
#define FLG_STOP_ON_EXCEPTION 0x00000001UL
#define FLG_POOL_ENABLE_TAGGING 0x00000400UL /* at the end: what of the pool is left? */
#define FLG_ENABLE_CLOSE_EXCEPTIONS 0x00400000UL
extern ULONG NtGlobalFlag;

/* usercopy.c: the way between the rings for data. PASSIVE_LEVEL or APC_LEVEL. */

/*
 * Copies from, to the caller's memory. With previous mode UserMode the range must end at or
 * below MM_USER_PROBE_ADDRESS. STATUS_ACCESS_VIOLATION, or what the fault was.
 */
NTSTATUS KeCopyFromCaller(PVOID Destination, const VOID *Source, ULONG Bytes);
NTSTATUS KeCopyToCaller(PVOID Destination, const VOID *Source, ULONG Bytes);
NTSTATUS KeProbeForWrite(PVOID Address, ULONG Bytes); /* is it writable, whole? */
/*
 * How a service that makes a handle ends: it is written when Status is a success. A caller who took
 * the memory away meanwhile has a handle that he does not know, as on NT.
 */
NTSTATUS KeReturnHandle(PHANDLE Address, HANDLE Handle, NTSTATUS Status);

/*
 * The same for memory of ring 3 whoever asks (stack images, TEBs): always probed.
 * Addresses must be below MM_USER_PROBE_ADDRESS.
 */
NTSTATUS KeCopyFromUser(PVOID Destination, const VOID *Source, ULONG Bytes);
NTSTATUS KeCopyToUser(PVOID Destination, const VOID *Source, ULONG Bytes);

/* display.c: a formatted kernel message (rtl/format.c's formats), at most 511 characters. */
VOID KeDisplay(PCSTR Format, ...);

/* images.c: the images in memory, the kernel's first. */
typedef struct _KE_IMAGE {
    PCSTR Name;
    ULONG Base, Size, TimeDateStamp;
} KE_IMAGE;
/* Debuggers break here to learn of an image (tools/gdb). */
VOID KdLoadImageSymbols(PCSTR Name, ULONG Base);
BOOLEAN KeEnumerateImages(ULONG Index, KE_IMAGE *Image); /* FALSE: no more */
BOOLEAN KeFindImage(ULONG Address, KE_IMAGE *Image);     /* the one around Address */
/* Mm's: those of the running process, which come behind the kernel's. */
extern BOOLEAN (*KeEnumerateUserImages)(ULONG Index, KE_IMAGE *Image);
/* The function of the kernel around Address, and how far into it; NULL: none. */
PCSTR KeFindSymbol(ULONG Address, PULONG Offset);

/* bugcheck.c: codes from nt/bugcodes.def. Never returns; any state of the machine will do. */
enum {
#define BUGCODE(value, name) name = (value),
#include "nt/bugcodes.def"
#undef BUGCODE
};
DECLSPEC_NORETURN VOID KeBugCheckEx(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4);
/* The same, showing the state in which the trap found the processor. */
DECLSPEC_NORETURN VOID KeBugCheckTrap(ULONG Code, ULONG P1, ULONG P2, ULONG P3, ULONG P4,
                                      const KTRAP_FRAME *Frame);
