/* SPDX-License-Identifier: MIT */
/* KUSER_SHARED_DATA: one page, read-only at 7FFE0000 for ring 3, writable at FFDF0000.
 * nt-facts 3.7. */
#pragma once

#include "ntdef.h"

/* Written High2, Low, High1; a reader retries until High1 == High2. */
typedef struct _KSYSTEM_TIME {
    ULONG LowPart;
    LONG High1Time;
    LONG High2Time;
} KSYSTEM_TIME;

#define NtProductWinNt 1
#define KD_DEBUGGER_ENABLED 0x01
#define KD_DEBUGGER_PRESENT 0x02

typedef struct _KUSER_SHARED_DATA {
    /*000*/ volatile ULONG TickCountLow;
    /*004*/ ULONG TickCountMultiplier; /* ms = (Low * Multiplier) >> 24 */
    /*008*/ volatile KSYSTEM_TIME InterruptTime;
    /*014*/ volatile KSYSTEM_TIME SystemTime;
    /*020*/ volatile KSYSTEM_TIME TimeZoneBias;
    /*02C*/ USHORT ImageNumberLow;
    /*02E*/ USHORT ImageNumberHigh;
    /*030*/ WCHAR NtSystemRoot[0x104];
    /*238*/ ULONG DosDeviceMap;
    /*23C*/ ULONG CryptoExponent;
    /*240*/ ULONG TimeZoneId;
    /*244*/ UCHAR DosDeviceDriveType[0x20];
    /*264*/ ULONG NtProductType;
    /*268*/ BOOLEAN ProductTypeIsValid;
    /*26C*/ ULONG NtMajorVersion;
    /*270*/ ULONG NtMinorVersion;
    /*274*/ BOOLEAN ProcessorFeatures[0x40];
    /*2B4*/ ULONG HighestUserAddress;
    /*2B8*/ ULONG SystemRangeStart;
    /*2BC*/ ULONG MicaEvents; /* Mica's: somebody listens (nt/events.h) */
    /*2C0*/ UCHAR Reserved0[0x2D0 - 0x2C0];
    /*2D0*/ ULONG SuiteMask;
    /*2D4*/ UCHAR KdDebuggerEnabled; /* W2K: the two bits above */
} KUSER_SHARED_DATA;

ASSERT_OFFSET(KUSER_SHARED_DATA, TickCountMultiplier, 0x04);
ASSERT_OFFSET(KUSER_SHARED_DATA, InterruptTime, 0x08);
ASSERT_OFFSET(KUSER_SHARED_DATA, SystemTime, 0x14);
ASSERT_OFFSET(KUSER_SHARED_DATA, ImageNumberLow, 0x2C);
ASSERT_OFFSET(KUSER_SHARED_DATA, NtSystemRoot, 0x30);
ASSERT_OFFSET(KUSER_SHARED_DATA, DosDeviceMap, 0x238);
ASSERT_OFFSET(KUSER_SHARED_DATA, NtProductType, 0x264);
ASSERT_OFFSET(KUSER_SHARED_DATA, NtMajorVersion, 0x26C);
ASSERT_OFFSET(KUSER_SHARED_DATA, ProcessorFeatures, 0x274);
ASSERT_OFFSET(KUSER_SHARED_DATA, HighestUserAddress, 0x2B4);
ASSERT_OFFSET(KUSER_SHARED_DATA, KdDebuggerEnabled, 0x2D4);
