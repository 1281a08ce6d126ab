/* SPDX-License-Identifier: MIT */
/* DbgkForwardException. */
#include "dbgk.h"

BOOLEAN DbgkForwardException(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame, BOOLEAN DebugPort,
                             BOOLEAN SecondChance)
{
    PEPROCESS Process = PsGetCurrentProcess();
    PDBGK_PORT Port = DebugPort ? Process->DebugPort : Process->ExceptionPort;

    return Port != NULL && Port->Exception(Record, Frame, !SecondChance);
}
