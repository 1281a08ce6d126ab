/* SPDX-License-Identifier: MIT */
/*
 * KPCR (FFDFF000, fs = 30) and the KPRCB inside it at +120. Seed 004 section 04, corrected by
 * nt-facts 3.6 and 11: SetMember is four bytes and RestartBlock is not there; CpuStep is a USHORT.
 */
#pragma once

#include "nt/teb.h"

#define KI_PCR_ADDRESS 0xFFDFF000UL

struct _KTHREAD;
struct _KIDTENTRY;
struct _KGDTENTRY;
struct _KTSS;

typedef struct _KSPECIAL_REGISTERS {
    /*00*/ ULONG Cr0, Cr2, Cr3, Cr4;
    /*10*/ ULONG KernelDr0, KernelDr1, KernelDr2, KernelDr3, KernelDr6, KernelDr7;
    /*28*/ USHORT GdtrPad, GdtrLimit;
    /*2C*/ ULONG GdtrBase;
    /*30*/ USHORT IdtrPad, IdtrLimit;
    /*34*/ ULONG IdtrBase;
    /*38*/ USHORT Tr, Ldtr;
    /*3C*/ ULONG Reserved[6];
} KSPECIAL_REGISTERS;

typedef struct _KPROCESSOR_STATE {
    UCHAR ContextFrame[CONTEXT_NT4_SIZE]; /* the first CC bytes of a CONTEXT */
    KSPECIAL_REGISTERS SpecialRegisters;
} KPROCESSOR_STATE;

typedef struct _KPRCB {
    /*000*/ USHORT MinorVersion, MajorVersion;
    /*004*/ struct _KTHREAD *CurrentThread; /* fs:[124h] */
    /*008*/ struct _KTHREAD *NextThread;
    /*00C*/ struct _KTHREAD *IdleThread;
    /*010*/ CCHAR Number, Reserved;
    /*012*/ USHORT BuildType;
    /*014*/ KAFFINITY SetMember;
    /*018*/ CCHAR CpuType, CpuID;
    /*01A*/ USHORT CpuStep;
    /*01C*/ KPROCESSOR_STATE ProcessorState;
    /*13C*/ UCHAR KernelReserved[0x40];
    /*17C*/ UCHAR HalReserved[0x40];
    /*1BC*/ struct _KTHREAD *NpxThread; /* whose floating-point state is in the processor */
    /*1C0*/ ULONG InterruptCount;
    /*1C4*/ ULONG KernelTime, UserTime, DpcTime, InterruptTime; /* in ticks */
    /*1D4*/ ULONG ApcBypassCount, DpcBypassCount, AdjustDpcThreshold;
    /*1E0*/ UCHAR Spare2[0x14];
    /*1F4*/ ULONG ThreadStartCount[2];
    /*1FC*/ SINGLE_LIST_ENTRY FsRtlFreeSharedLockList, FsRtlFreeExclusiveLockList;
    /*204*/ ULONG CcFastReadNoWait, CcFastReadWait, CcFastReadNotPossible;
    /*210*/ ULONG CcCopyReadNoWait, CcCopyReadWait, CcCopyReadNoWaitMiss;
    /*21C*/ ULONG KeAlignmentFixupCount, KeContextSwitches, KeDcacheFlushCount;
    /*228*/ ULONG KeExceptionDispatchCount, KeFirstLevelTbFills, KeFloatingEmulationCount;
    /*234*/ ULONG KeIcacheFlushCount, KeSecondLevelTbFills, KeSystemCalls;
    /*240*/ SINGLE_LIST_ENTRY FsRtlFreeWaitingLockList, FsRtlFreeLockTreeNodeList;
    /*248*/ UCHAR ReservedCounter[0x18];
    /*260*/ PVOID SmallIrpFreeEntry, LargeIrpFreeEntry, MdlFreeEntry;
    /*26C*/ PVOID CreateInfoFreeEntry, NameBufferFreeEntry, SharedCacheMapEntry;
    /*278*/ UCHAR CachePad0[8];
    /*280*/ UCHAR ReservedPad[0x200];
    /*480*/ ULONG CurrentPacket[3];
    /*48C*/ ULONG TargetSet;
    /*490*/ PVOID WorkerRoutine;
    /*494*/ ULONG IpiFrozen;
    /*498*/ UCHAR CachePad1[8];
    /*4A0*/ ULONG RequestSummary, SignalDone, ReverseStall, IpiFrame;
    /*4B0*/ UCHAR CachePad2[0x10];
    /*4C0*/ ULONG DpcInterruptRequested;
    /*4C4*/ UCHAR CachePad3[0xC];
    /*4D0*/ ULONG MaximumDpcQueueDepth, MinimumDpcRate;
    /*4D8*/ UCHAR CachePad4[8];
    /*4E0*/ LIST_ENTRY DpcListHead;
    /*4E8*/ ULONG DpcQueueDepth, DpcRoutineActive, DpcCount, DpcLastCount, DpcRequestRate;
    /*4FC*/ UCHAR KernelReserved2[0x2C];
    /*528*/ ULONG DpcLock;
    /*52C*/ UCHAR SkipTick;
    /*52D*/ CHAR VendorString[0xF];
    /*53C*/ ULONG MHz;
    /*540*/ ULONG FeatureBits, FeatureBitsPad;
    /*548*/ ULONGLONG UpdateSignature;
    /*550*/ ULONG QuantumEnd, QuantumEndPad;
} KPRCB, *PKPRCB;

typedef struct _KPCR {
    /*000*/ NT_TIB NtTib; /* ExceptionList and stack bounds of ring 0; Self is the TEB */
    /*01C*/ struct _KPCR *SelfPcr;
    /*020*/ KPRCB *Prcb;
    /*024*/ volatile UCHAR Irql;
    /*028*/ volatile ULONG IRR;
    /*02C*/ ULONG IrrActive;
    /*030*/ volatile ULONG IDR;
    /*034*/ ULONG Reserved2;
    /*038*/ struct _KIDTENTRY *IDT;
    /*03C*/ struct _KGDTENTRY *GDT;
    /*040*/ struct _KTSS *TSS;
    /*044*/ USHORT MajorVersion, MinorVersion;
    /*048*/ KAFFINITY SetMember;
    /*04C*/ ULONG StallScaleFactor;
    /*050*/ UCHAR DebugActive, Number;
    /*052*/ BOOLEAN VdmAlert;
    /*053*/ UCHAR Reserved;
    /*054*/ UCHAR KernelReserved[0x3C];
    /*090*/ ULONG SecondLevelCacheSize;
    /*094*/ UCHAR HalReserved[0x40];
    /*0D4*/ ULONG InterruptMode, Spare1;
    /*0DC*/ UCHAR KernelReserved2[0x44];
    /*120*/ KPRCB PrcbData;
    /*678*/ UCHAR PrcbReserved[0xB10 - 0x678];
} KPCR, *PKPCR;

#ifdef KI_HOST_TEST
extern KPCR KiTestPcr; /* a unit test has its own */
#define KeGetPcr() (&KiTestPcr)
#else
#define KeGetPcr() ((PKPCR)KI_PCR_ADDRESS)
#endif
#define KeGetCurrentPrcb() (&KeGetPcr()->PrcbData)

/* Fills the KPCR's constant fields; the page is mapped, the GDT is loaded. pcr.c. */
VOID KiInitializePcr(VOID);

/*
 * Makes a thread's stack and TEB the current ones: bounds in the KPCR, Esp0 in the TSS, base of
 * selector 3B. Esp0 is where a trap from ring 3 starts to push. Interrupts off.
 */
VOID KiSetCurrentStack(ULONG StackBase, ULONG StackLimit, ULONG Esp0, ULONG Teb);

#define SEED(field, off) ASSERT_OFFSET(KPCR, field, off)
SEED(NtTib, 0x000);
SEED(SelfPcr, 0x01C);
SEED(Prcb, 0x020);
SEED(Irql, 0x024);
SEED(IRR, 0x028);
SEED(IrrActive, 0x02C);
SEED(IDR, 0x030);
SEED(Reserved2, 0x034);
SEED(IDT, 0x038);
SEED(GDT, 0x03C);
SEED(TSS, 0x040);
SEED(MajorVersion, 0x044);
SEED(MinorVersion, 0x046);
SEED(SetMember, 0x048);
SEED(StallScaleFactor, 0x04C);
SEED(DebugActive, 0x050);
SEED(Number, 0x051);
SEED(VdmAlert, 0x052);
SEED(Reserved, 0x053);
SEED(KernelReserved, 0x054);
SEED(SecondLevelCacheSize, 0x090);
SEED(HalReserved, 0x094);
SEED(InterruptMode, 0x0D4);
SEED(Spare1, 0x0D8);
SEED(KernelReserved2, 0x0DC);
SEED(PrcbData, 0x120);
#undef SEED
ASSERT_SIZE(KPCR, 0xB10);
#define SEED(field, off) ASSERT_OFFSET(KPRCB, field, off)
SEED(MajorVersion, 0x002);
SEED(CurrentThread, 0x004);
SEED(NextThread, 0x008);
SEED(IdleThread, 0x00C);
SEED(Number, 0x010);
SEED(BuildType, 0x012);
SEED(SetMember, 0x014);
SEED(CpuType, 0x018);
SEED(CpuID, 0x019);
SEED(CpuStep, 0x01A);
SEED(ProcessorState, 0x01C);
SEED(KernelReserved, 0x13C);
SEED(HalReserved, 0x17C);
SEED(NpxThread, 0x1BC);
SEED(InterruptCount, 0x1C0);
SEED(KernelTime, 0x1C4);
SEED(UserTime, 0x1C8);
SEED(DpcTime, 0x1CC);
SEED(InterruptTime, 0x1D0);
SEED(ApcBypassCount, 0x1D4);
SEED(DpcBypassCount, 0x1D8);
SEED(AdjustDpcThreshold, 0x1DC);
SEED(Spare2, 0x1E0);
SEED(ThreadStartCount, 0x1F4);
SEED(FsRtlFreeSharedLockList, 0x1FC);
SEED(FsRtlFreeExclusiveLockList, 0x200);
SEED(CcFastReadNoWait, 0x204);
SEED(CcCopyReadNoWait, 0x210);
SEED(KeAlignmentFixupCount, 0x21C);
SEED(KeContextSwitches, 0x220);
SEED(KeDcacheFlushCount, 0x224);
SEED(KeExceptionDispatchCount, 0x228);
SEED(KeFirstLevelTbFills, 0x22C);
SEED(KeFloatingEmulationCount, 0x230);
SEED(KeIcacheFlushCount, 0x234);
SEED(KeSecondLevelTbFills, 0x238);
SEED(KeSystemCalls, 0x23C);
SEED(FsRtlFreeWaitingLockList, 0x240);
SEED(FsRtlFreeLockTreeNodeList, 0x244);
SEED(ReservedCounter, 0x248);
SEED(SmallIrpFreeEntry, 0x260);
SEED(CreateInfoFreeEntry, 0x26C);
SEED(SharedCacheMapEntry, 0x274);
SEED(CachePad0, 0x278);
SEED(ReservedPad, 0x280);
SEED(CurrentPacket, 0x480);
SEED(TargetSet, 0x48C);
SEED(WorkerRoutine, 0x490);
SEED(IpiFrozen, 0x494);
SEED(RequestSummary, 0x4A0);
SEED(IpiFrame, 0x4AC);
SEED(DpcInterruptRequested, 0x4C0);
SEED(MaximumDpcQueueDepth, 0x4D0);
SEED(MinimumDpcRate, 0x4D4);
SEED(DpcListHead, 0x4E0);
SEED(DpcQueueDepth, 0x4E8);
SEED(DpcRoutineActive, 0x4EC);
SEED(DpcCount, 0x4F0);
SEED(DpcLastCount, 0x4F4);
SEED(DpcRequestRate, 0x4F8);
SEED(KernelReserved2, 0x4FC);
SEED(DpcLock, 0x528);
SEED(SkipTick, 0x52C);
SEED(VendorString, 0x52D);
SEED(MHz, 0x53C);
SEED(FeatureBits, 0x540);
SEED(UpdateSignature, 0x548);
SEED(QuantumEnd, 0x550);
#undef SEED
ASSERT_SIZE(KPRCB, 0x558);
ASSERT_SIZE(KSPECIAL_REGISTERS, 0x54);
ASSERT_SIZE(KPROCESSOR_STATE, 0x120);
