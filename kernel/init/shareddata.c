/* SPDX-License-Identifier: MIT */
/* The constant part of the page that every process can read at 7FFE0000. */
#include "ke/events.h"
#include "ke/ke.h"
#include "nt/memory.h"
#include "nt/peb.h"
#include "nt/shared.h"
#include "rtl/rtl.h"

#define IMAGE_MACHINE_I386 0x014C

VOID KiInitializeSharedData(VOID);

VOID KiInitializeSharedData(VOID)
{
    static const CHAR Root[] = "\\SystemRoot";
    KUSER_SHARED_DATA *Shared = (KUSER_SHARED_DATA *)KI_USER_SHARED_DATA;

    Shared->ImageNumberLow = Shared->ImageNumberHigh = IMAGE_MACHINE_I386;
    RtlpUtf8ToUnicode(Shared->NtSystemRoot, sizeof(Shared->NtSystemRoot) - sizeof(WCHAR), Root,
                      sizeof(Root) - 1);
    Shared->NtProductType = NtProductWinNt;
    Shared->ProductTypeIsValid = TRUE;
    Shared->NtMajorVersion = NT_MAJOR_VERSION;
    Shared->NtMinorVersion = NT_MINOR_VERSION;
    Shared->HighestUserAddress = MM_HIGHEST_USER_ADDRESS;
    Shared->SystemRangeStart = MM_SYSTEM_RANGE_START;
    Shared->MicaEvents = KeEventLog.Records != 0;
}
