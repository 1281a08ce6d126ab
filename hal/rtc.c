/* SPDX-License-Identifier: MIT */
/* The battery clock (MC146818), read once at boot. */
#include "halp.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71
#define RTC_STATUS_A 0x0A
#define RTC_STATUS_B 0x0B
#define RTC_UPDATE_IN_PROGRESS 0x80
#define RTC_BINARY 0x04
#define RTC_24_HOUR 0x02
#define RTC_PM 0x80

static const UCHAR HalpRtcRegisters[] = {0x00, 0x02, 0x04, 0x07, 0x08, 0x09};
enum { RtcSecond, RtcMinute, RtcHour, RtcDay, RtcMonth, RtcYear, RtcFields };

static UCHAR HalpReadCmos(UCHAR Register)
{
    HalpOut8(CMOS_INDEX, Register);
    return HalpIn8(CMOS_DATA);
}

static VOID HalpReadRtc(ULONG Fields[RtcFields])
{
    for (ULONG Patience = 1000000; Patience != 0; Patience--) {
        if (!(HalpReadCmos(RTC_STATUS_A) & RTC_UPDATE_IN_PROGRESS)) {
            break;
        }
    }
    for (ULONG i = 0; i < RtcFields; i++) {
        Fields[i] = HalpReadCmos(HalpRtcRegisters[i]);
    }
}

/* Days from 1601-01-01 to the first day of a month; 1601 began a cycle of 400 years. */
static ULONG HalpDaysBefore(ULONG Year, ULONG Month)
{
    static const USHORT Before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    ULONG Years = Year - 1601;
    BOOLEAN Leap = Year % 4 == 0 && (Year % 100 != 0 || Year % 400 == 0);

    return Years * 365 + Years / 4 - Years / 100 + Years / 400 + Before[(Month - 1) % 12] +
           (Leap && Month > 2 ? 1 : 0);
}

ULONGLONG HalQueryRealTimeClock(VOID)
{
    ULONG First[RtcFields], Fields[RtcFields];
    UCHAR Format = HalpReadCmos(RTC_STATUS_B);
    BOOLEAN Afternoon, Same;
    ULONG Year, Seconds;

    do { /* twice the same, or an update came between */
        HalpReadRtc(First);
        HalpReadRtc(Fields);
        Same = TRUE;
        for (ULONG i = 0; i < RtcFields; i++) {
            Same = Same && First[i] == Fields[i];
        }
    } while (!Same);

    Afternoon = !(Format & RTC_24_HOUR) && (Fields[RtcHour] & RTC_PM);
    Fields[RtcHour] &= ~(ULONG)RTC_PM;
    for (ULONG i = 0; !(Format & RTC_BINARY) && i < RtcFields; i++) {
        Fields[i] = (Fields[i] >> 4) * 10 + (Fields[i] & 0xF);
    }
    if (!(Format & RTC_24_HOUR)) {
        Fields[RtcHour] = Fields[RtcHour] % 12 + (Afternoon ? 12 : 0);
    }
    Year = Fields[RtcYear] + (Fields[RtcYear] < 80 ? 2000 : 1900);
    Seconds = (Fields[RtcHour] * 60 + Fields[RtcMinute]) * 60 + Fields[RtcSecond];
    return ((ULONGLONG)(HalpDaysBefore(Year, Fields[RtcMonth]) + Fields[RtcDay] - 1) * 86400 +
            Seconds) *
           10000000;
}
