/* SPDX-License-Identifier: MIT */
/* Exceptions: to the debug port or the exception port, and what the answer means. */
#include "dbgkp.h"

static DBG_STATE DbgkpExceptionState(NTSTATUS Code)
{
    switch (Code) {
    case STATUS_BREAKPOINT:
        return DbgBreakpointStateChange;
    case STATUS_SINGLE_STEP:
        return DbgSingleStepStateChange;
    default:
        return DbgExceptionStateChange;
    }
}

/* Its object may go at any time, but for the mutex. */
static PDBGK_ROUTINE DbgkpScript(PEPROCESS Process)
{
    PDEBUG_OBJECT Object;
    PDBGK_ROUTINE Routine;

    ExAcquireFastMutex(&DbgkpProcessDebugPortMutex);
    Object = Process->DebugPort;
    Routine = Object != NULL ? Object->Routine : NULL;
    ExReleaseFastMutex(&DbgkpProcessDebugPortMutex);
    return Routine;
}

BOOLEAN DbgkForwardException(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame, BOOLEAN DebugPort,
                             BOOLEAN SecondChance)
{
    PEPROCESS Process = PsGetCurrentProcess();
    PDBGK_EXCEPTION_PORT Subsystem = Process->ExceptionPort;
    DBGUI_WAIT_STATE_CHANGE Change;
    PDBGK_ROUTINE Script;
    NTSTATUS Status;

    if (!DebugPort) {
        return Subsystem != NULL && Subsystem->Routine(Record, Frame, !SecondChance);
    }
    if (Process->DebugPort == NULL) {
        return FALSE;
    }
    Script = DbgkpScript(Process);
    if (Script != NULL) {
        return Script(Record, Frame, !SecondChance);
    }
    Change.StateInfo.Exception = (DBGKM_EXCEPTION){*Record, !SecondChance};
    Status = DbgkpSendMessage(DbgkpExceptionState(Record->ExceptionCode), &Change, NULL);
    return Status == DBG_CONTINUE || Status == DBG_EXCEPTION_HANDLED;
}
