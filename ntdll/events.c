/* SPDX-License-Identifier: MIT */
/* What ring 3's dispatcher tells the event log, while somebody listens. nt/events.h. */
#include "ntdll.h"
#include "nt/events.h"
#include "nt/shared.h"
#include "rtl/rtl.h"

VOID RtlpNoteEvent(MICA_EVENT_KIND Kind, ULONG A, ULONG B, ULONG C, ULONG D)
{
    if (((const KUSER_SHARED_DATA *)MM_SHARED_USER_DATA_VA)->MicaEvents) {
        NtMicaEvent(Kind, A, B, C, D);
    }
}
