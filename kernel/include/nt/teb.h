/* SPDX-License-Identifier: MIT */
/*
 * NT_TIB, head of the TEB (ring 3, fs = 3B) and of the KPCR (ring 0, fs = 30) alike, and the TEB.
 * Seed 004 section 03, corrected by nt-facts 3.1, 3.2 and 11.
 */
#pragma once

#include "exception.h"

typedef struct _NT_TIB {
    /*00*/ PEXCEPTION_REGISTRATION_RECORD ExceptionList;
    /*04*/ PVOID StackBase;  /* high end, exclusive */
    /*08*/ PVOID StackLimit; /* lowest committed address */
    /*0C*/ PVOID SubSystemTib;
    /*10*/ union {
        PVOID FiberData;
        ULONG Version;
    };
    /*14*/ PVOID ArbitraryUserPointer;
    /*18*/ struct _NT_TIB *Self; /* the TEB's linear address, in both rings */
} NT_TIB, *PNT_TIB;

struct _PEB;

typedef struct _TEB {
    /*000*/ NT_TIB NtTib;
    /*01C*/ PVOID EnvironmentPointer;
    /*020*/ CLIENT_ID ClientId;
    /*028*/ HANDLE ActiveRpcHandle;
    /*02C*/ PVOID ThreadLocalStoragePointer;
    /*030*/ struct _PEB *ProcessEnvironmentBlock;
    /*034*/ ULONG LastErrorValue;
    /*038*/ ULONG CountOfOwnedCriticalSections;
    /*03C*/ ULONG CsrClientThread;
    /*040*/ ULONG Win32ThreadInfo;
    /*044*/ UCHAR Win32ClientInfo[0x7C];
    /*0C0*/ ULONG WOW32Reserved;
    /*0C4*/ ULONG CurrentLocale;
    /*0C8*/ ULONG FpSoftwareStatusRegister;
    /*0CC*/ UCHAR SystemReserved1[0xD8];
    /*1A4*/ ULONG Spare1;
    /*1A8*/ NTSTATUS ExceptionCode; /* read by KiRaiseUserExceptionDispatcher */
    /*1AC*/ UCHAR SpareBytes1[0x28];
    /*1D4*/ UCHAR SystemReserved2[0x28];
    /*1FC*/ UCHAR GdiTebBatch[0x4E0];
    /*6DC*/ ULONG gdiRgn;
    /*6E0*/ ULONG gdiPen;
    /*6E4*/ ULONG gdiBrush;
    /*6E8*/ CLIENT_ID RealClientId;
    /*6F0*/ ULONG GdiCachedProcessHandle;
    /*6F4*/ ULONG GdiClientPID;
    /*6F8*/ ULONG GdiClientTID;
    /*6FC*/ ULONG GdiThreadLocalInfo;
    /*700*/ UCHAR UserReserved[0x14];
    /*714*/ UCHAR glDispatchTable[0x460];
    /*B74*/ UCHAR glReserved1[0x68];
    /*BDC*/ ULONG glReserved2;
    /*BE0*/ ULONG glSectionInfo;
    /*BE4*/ ULONG glSection;
    /*BE8*/ ULONG glTable;
    /*BEC*/ ULONG glCurrentRC;
    /*BF0*/ ULONG glContext;
    /*BF4*/ NTSTATUS LastStatusValue;
    /*BF8*/ UNICODE_STRING StaticUnicodeString;
    /*C00*/ WCHAR StaticUnicodeBuffer[0x20C / 2];
    /*E0C*/ PVOID DeallocationStack; /* lowest reserved stack address */
    /*E10*/ PVOID TlsSlots[0x40];
    /*F10*/ LIST_ENTRY TlsLinks;
    /*F18*/ ULONG Vdm;
    /*F1C*/ ULONG ReservedForNtRpc;
    /*F20*/ ULONG DbgSsReserved[2];
    /*F28*/ ULONG HardErrorsAreDisabled;
    /*F2C*/ UCHAR Instrumentation[0x40];
    /*F6C*/ ULONG WinSockData;
    /*F70*/ ULONG GdiBatchCount;
    /*F74*/ ULONG Spare2;
    /*F78*/ ULONG Spare3;
    /*F7C*/ ULONG Spare4;
    /*F80*/ ULONG ReservedForOle;
    /*F84*/ ULONG WaitingOnLoaderLock;
} TEB, *PTEB;

ASSERT_SIZE(NT_TIB, 0x1C);
#define SEED(field, off) ASSERT_OFFSET(NT_TIB, field, off)
SEED(ExceptionList, 0x00);
SEED(StackBase, 0x04);
SEED(StackLimit, 0x08);
SEED(SubSystemTib, 0x0C);
SEED(FiberData, 0x10);
SEED(ArbitraryUserPointer, 0x14);
SEED(Self, 0x18);
#undef SEED
#define SEED(field, off) ASSERT_OFFSET(TEB, field, off)
SEED(EnvironmentPointer, 0x01C);
SEED(ClientId, 0x020);
SEED(ActiveRpcHandle, 0x028);
SEED(ThreadLocalStoragePointer, 0x02C);
SEED(ProcessEnvironmentBlock, 0x030);
SEED(LastErrorValue, 0x034);
SEED(CountOfOwnedCriticalSections, 0x038);
SEED(CsrClientThread, 0x03C);
SEED(Win32ThreadInfo, 0x040);
SEED(Win32ClientInfo, 0x044);
SEED(WOW32Reserved, 0x0C0);
SEED(CurrentLocale, 0x0C4);
SEED(FpSoftwareStatusRegister, 0x0C8);
SEED(SystemReserved1, 0x0CC);
SEED(Spare1, 0x1A4);
SEED(ExceptionCode, 0x1A8);
SEED(SpareBytes1, 0x1AC);
SEED(SystemReserved2, 0x1D4);
SEED(GdiTebBatch, 0x1FC);
SEED(gdiRgn, 0x6DC);
SEED(gdiPen, 0x6E0);
SEED(gdiBrush, 0x6E4);
SEED(RealClientId, 0x6E8);
SEED(GdiCachedProcessHandle, 0x6F0);
SEED(GdiClientPID, 0x6F4);
SEED(GdiClientTID, 0x6F8);
SEED(GdiThreadLocalInfo, 0x6FC);
SEED(UserReserved, 0x700);
SEED(glDispatchTable, 0x714);
SEED(glReserved1, 0xB74);
SEED(glReserved2, 0xBDC);
SEED(glSectionInfo, 0xBE0);
SEED(glSection, 0xBE4);
SEED(glTable, 0xBE8);
SEED(glCurrentRC, 0xBEC);
SEED(glContext, 0xBF0);
SEED(LastStatusValue, 0xBF4);
SEED(StaticUnicodeString, 0xBF8);
SEED(StaticUnicodeBuffer, 0xC00);
SEED(DeallocationStack, 0xE0C);
SEED(TlsSlots, 0xE10);
SEED(TlsLinks, 0xF10);
SEED(Vdm, 0xF18);
SEED(ReservedForNtRpc, 0xF1C);
SEED(DbgSsReserved, 0xF20);
SEED(HardErrorsAreDisabled, 0xF28);
SEED(Instrumentation, 0xF2C);
SEED(WinSockData, 0xF6C);
SEED(GdiBatchCount, 0xF70);
SEED(Spare2, 0xF74);
SEED(Spare3, 0xF78);
SEED(Spare4, 0xF7C);
SEED(ReservedForOle, 0xF80);
SEED(WaitingOnLoaderLock, 0xF84);
#undef SEED
ASSERT_SIZE(TEB, 0xF88);

/* Vista's, in the rest of the page: a thread whose chain ends in FinalExceptionHandler (SEHOP). */
#define TEB_SAME_TEB_FLAGS 0xFCA
#define TEB_RTL_EXCEPTION_ATTACHED 0x0200
#define TebSameTebFlags(Teb) ((USHORT *)((PUCHAR)(Teb) + TEB_SAME_TEB_FLAGS))
/* XP's: the kernel frees the stack of a thread that ends. */
#define TebFreeStackOnTermination(Teb) ((PUCHAR)(Teb) + 0xF75)
