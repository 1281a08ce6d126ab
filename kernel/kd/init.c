/* SPDX-License-Identifier: MIT */
/* Which debugger there is. */
#include "kd.h"

#include "ke/ke.h"
#include "nt/memory.h"
#include "nt/shared.h"

PKDEBUG_ROUTINE KiDebugRoutine = KdpStub;
BOOLEAN KdDebuggerEnabled, KdIgnoreUmExceptions;

VOID KdInitSystem(BOOLEAN Enable)
{
    KdDebuggerEnabled = Enable;
    if (Enable) {
        KiDebugRoutine = KdpTrap;
        ((KUSER_SHARED_DATA *)KI_USER_SHARED_DATA)->KdDebuggerEnabled =
            KD_DEBUGGER_ENABLED | KD_DEBUGGER_PRESENT;
    }
}
