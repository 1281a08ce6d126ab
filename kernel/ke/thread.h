/* SPDX-License-Identifier: MIT */
/* KTHREAD and KPROCESS, at NT 4's offsets (nt-facts 3.12), and the frames of a kernel stack. */
#pragma once

#include "apc.h"
#include "dispatcher.h"
#include "i386/trapframe.h"
#include "nt/teb.h"

typedef enum _KTHREAD_STATE {
    Initialized,
    Ready,
    Running,
    Standby,
    Terminated,
    Waiting
} KTHREAD_STATE;

typedef struct _KAPC_STATE {
    /*00*/ LIST_ENTRY ApcListHead[2];
    /*10*/ struct _KPROCESS *Process;
    /*14*/ BOOLEAN KernelApcInProgress, KernelApcPending, UserApcPending;
} KAPC_STATE;

typedef struct _KTHREAD {
    /*000*/ DISPATCHER_HEADER Header;
    /*010*/ LIST_ENTRY MutantListHead;
    /*018*/ ULONG InitialStack; /* high end; a callback moves it down (trap/callback.asm) */
    /*01C*/ ULONG StackLimit;   /* lowest committed address */
    /*020*/ PTEB Teb;
    /*024*/ PVOID TlsArray;
    /*028*/ ULONG KernelStack; /* ESP while the thread does not run */
    /*02C*/ BOOLEAN DebugActive;
    /*02D*/ UCHAR State;
    /*02E*/ BOOLEAN Alerted[2];
    /*030*/ UCHAR Iopl, NpxState;
    /*032*/ CHAR Saturation, Priority;
    /*034*/ KAPC_STATE ApcState;
    /*04C*/ ULONG ContextSwitches;
    /*050*/ NTSTATUS WaitStatus;
    /*054*/ UCHAR WaitIrql, WaitMode, WaitNext, WaitReason;
    /*058*/ PKWAIT_BLOCK WaitBlockList;
    /*05C*/ LIST_ENTRY WaitListEntry; /* in a ready queue */
    /*064*/ ULONG WaitTime;
    /*068*/ CHAR BasePriority, DecrementCount, PriorityDecrement, Quantum;
    /*06C*/ KWAIT_BLOCK WaitBlock[4]; /* the last: of Timer */
    /*0CC*/ PVOID LegoData;
    /*0D0*/ LONG KernelApcDisable;    /* below 0: no normal kernel APCs */
    /*0D4*/ LIST_ENTRY TimerListHead; /* Mica's: the timers with an APC to it (ex/timer.c) */
    /*0DC*/ ULONG Reserved0;
    /*0E0*/ PKQUEUE Queue; /* whose work it does */
    /*0E4*/ ULONG ApcQueueLock;
    /*0E8*/ KTIMER Timer;              /* of a wait's timeout */
    /*110*/ LIST_ENTRY QueueListEntry; /* in Queue's ThreadListHead */
    /*118*/ KAFFINITY Affinity;
    /*11C*/ PVOID ObjectsToDelete; /* Mica's: ob/object.c */
    /*120*/ PVOID CallbackStack;   /* the innermost KCALLOUT_FRAME, or NULL */
    /*124*/ PVOID Win32Thread;
    /*128*/ PKTRAP_FRAME TrapFrame; /* of the service in progress */
    /*12C*/ KAPC_STATE *ApcStatePointer[2];
    /*134*/ BOOLEAN EnableStackSwap, LargeStack;
    /*136*/ UCHAR ResourceIndex;
    /*137*/ KPROCESSOR_MODE PreviousMode;
    /*138*/ ULONG KernelTime, UserTime;
    /*140*/ KAPC_STATE SavedApcState;
    /*158*/ BOOLEAN Alertable;
    /*159*/ UCHAR ApcStateIndex;
    /*15A*/ BOOLEAN ApcQueueable;
    /*15C*/ ULONG StackBase; /* high end; stays */
    /*160*/ KAPC SuspendApc;
    /*190*/ KSEMAPHORE SuspendSemaphore;
    /*1A4*/ LIST_ENTRY ThreadListEntry;
    /*1AC*/ UCHAR FreezeCount, SuspendCount, IdealProcessor, DisableBoost;
} KTHREAD, *PKTHREAD;

typedef struct _KPROCESS {
    /*00*/ DISPATCHER_HEADER Header;
    /*10*/ LIST_ENTRY ProfileListHead;
    /*18*/ ULONG DirectoryTableBase[2];
    /*20*/ ULONG LdtDescriptor[2], Int21Descriptor[2];
    /*30*/ USHORT IopmOffset;
    /*32*/ UCHAR Iopl, VdmFlag;
    /*34*/ ULONG ActiveProcessors, KernelTime, UserTime;
    /*40*/ LIST_ENTRY ReadyListHead, SwapListEntry;
    /*50*/ LIST_ENTRY ThreadListHead;
    /*58*/ ULONG ProcessLock;
    /*5C*/ KAFFINITY Affinity;
    /*60*/ USHORT StackCount;
    /*62*/ CHAR BasePriority;
    /*63*/ UCHAR ThreadQuantum;
    /*64*/ UCHAR AutoAlignment, State;
    /*66*/ BOOLEAN NoUserSpace; /* Mica's: the kernel's own; its threads run in any address space */
} KPROCESS, *PKPROCESS;

/*
 * The top of a kernel stack, from InitialStack down: room for a floating-point state, then the
 * base trap frame. Esp0 points between HardwareSegSs and the V86 slots of that frame.
 */
#define NPX_FRAME_LENGTH 0x210UL
#define NPX_STATE_LOADED 0        /* KTHREAD.NpxState: in the processor, */
#define NPX_STATE_NOT_LOADED 0x0A /* or not: CR0.TS and MP, as NT has it */
#define KiBaseTrapFrame(InitialStack) ((PKTRAP_FRAME)((InitialStack)-NPX_FRAME_LENGTH) - 1)
#define KiEsp0(InitialStack) ((InitialStack)-NPX_FRAME_LENGTH - 0x10)

#define KERNEL_STACK_SIZE 0x3000UL       /* committed at first */
#define KERNEL_LARGE_STACK_SIZE 0xF000UL /* reserved; callbacks may grow into it */
#define KERNEL_CALLBACK_RESERVE 0x3000UL /* must be free below each callback */

/* What KiCallUserMode leaves on the kernel stack, CallbackStack pointing at it. nt-facts 5.3. */
typedef struct _KCALLOUT_FRAME {
    /*00*/ ULONG InitialStack;
    /*04*/ PKTRAP_FRAME TrapFrame;
    /*08*/ PVOID CallbackStack; /* of the outer callback, or NULL */
    /*0C*/ ULONG Edi, Esi, Ebx, Ebp;
    /*1C*/ ULONG ReturnAddress;
    /*20*/ PVOID *OutputBuffer; /* KiCallUserMode's arguments */
    /*24*/ ULONG *OutputLength;
} KCALLOUT_FRAME, *PKCALLOUT_FRAME;

ASSERT_SIZE(KAPC_STATE, 0x18);
#define NT4(field, off) ASSERT_OFFSET(KTHREAD, field, off)
NT4(InitialStack, 0x018);
NT4(Teb, 0x020);
NT4(KernelStack, 0x028);
NT4(State, 0x02D);
NT4(Priority, 0x033);
NT4(ApcState, 0x034);
NT4(ContextSwitches, 0x04C);
NT4(WaitListEntry, 0x05C);
NT4(BasePriority, 0x068);
NT4(WaitBlock, 0x06C);
NT4(KernelApcDisable, 0x0D0);
NT4(Queue, 0x0E0);
NT4(Timer, 0x0E8);
NT4(Affinity, 0x118);
NT4(CallbackStack, 0x120);
NT4(TrapFrame, 0x128);
NT4(PreviousMode, 0x137);
NT4(SavedApcState, 0x140);
NT4(StackBase, 0x15C);
NT4(SuspendApc, 0x160);
NT4(SuspendSemaphore, 0x190);
NT4(ThreadListEntry, 0x1A4);
#undef NT4
ASSERT_SIZE(KTHREAD, 0x1B0);
#define NT4(field, off) ASSERT_OFFSET(KPROCESS, field, off)
NT4(DirectoryTableBase, 0x18);
NT4(IopmOffset, 0x30);
NT4(ThreadListHead, 0x50);
NT4(BasePriority, 0x62);
NT4(State, 0x65);
#undef NT4
ASSERT_SIZE(KPROCESS, 0x68);
ASSERT_OFFSET(KCALLOUT_FRAME, OutputBuffer, 0x20);
