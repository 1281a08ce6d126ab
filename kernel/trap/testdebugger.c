/* SPDX-License-Identifier: MIT */
/* NtMicaDebuggers, service 1010h: debuggers that answer from a script. nt/services.h. */
#include "dbgk/dbgk.h"
#include "kd/kd.h"
#include "nt/services.h"
#include "rtl/rtl.h"
#include "trap.h"

#define CHANGED_EDI 0x77777777UL

static MICA_DEBUG_SCRIPT KiScript;
static MICA_DEBUG_LOG KiLog;
static ULONG KiAsked[3]; /* how often each has been */
static PKDEBUG_ROUTINE KiUsualRoutine;

static UCHAR KiAnswer(ULONG Index, const EXCEPTION_RECORD *Record, BOOLEAN FirstChance, ULONG Eip)
{
    ULONG Turn = KiAsked[Index]++;

    if (KiLog.Count < MICA_DEBUG_EVENTS) {
        KiLog.Event[KiLog.Count].Who = (UCHAR)(1U << Index);
        KiLog.Event[KiLog.Count].FirstChance = FirstChance;
        KiLog.Event[KiLog.Count].Code = Record->ExceptionCode;
        KiLog.Event[KiLog.Count].Eip = Eip;
    }
    KiLog.Count++;
    return Turn < sizeof(KiScript.Answer[0]) ? KiScript.Answer[Index][Turn] : MICA_NOT_HANDLED;
}

static BOOLEAN KiScriptedRoutine(PEXCEPTION_RECORD Record, PCONTEXT Context,
                                 KPROCESSOR_MODE PreviousMode, BOOLEAN SecondChance)
{
    if (PreviousMode == KernelMode) {
        /* A program has no say in the kernel's own exceptions, the copy routines' least of all. */
        return KiUsualRoutine(Record, Context, PreviousMode, SecondChance);
    }
    switch (KiAnswer(0, Record, !SecondChance, Context->Eip)) {
    case MICA_HANDLED:
        return TRUE;
    case MICA_HANDLED_SKIP:
        Context->Eip++;
        return TRUE;
    default:
        /* What is printed still has to be seen, so services go on to the usual routine. */
        return KdIsService(Record) && KiUsualRoutine(Record, Context, PreviousMode, SecondChance);
    }
}

static BOOLEAN KiScriptedPort(ULONG Index, const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame,
                              BOOLEAN FirstChance)
{
    switch (KiAnswer(Index, Record, FirstChance, Frame->Eip)) {
    case MICA_HANDLED:
        return TRUE;
    case MICA_HANDLED_SKIP:
        Frame->Eip++;
        return TRUE;
    case MICA_CHANGE_NOT_HANDLED:
        Frame->Edi = CHANGED_EDI;
        return FALSE;
    default:
        return FALSE;
    }
}

static BOOLEAN KiScriptedDebugPort(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame,
                                   BOOLEAN FirstChance)
{
    return KiScriptedPort(1, Record, Frame, FirstChance);
}

static BOOLEAN KiScriptedExceptionPort(const EXCEPTION_RECORD *Record, PKTRAP_FRAME Frame,
                                       BOOLEAN FirstChance)
{
    return KiScriptedPort(2, Record, Frame, FirstChance);
}

static DEBUG_OBJECT KiDebugPort = {.Routine = KiScriptedDebugPort};
static DBGK_EXCEPTION_PORT KiExceptionPort = {KiScriptedExceptionPort};

/* STATUS_PORT_ALREADY_SET: it has a debugger, which stays. */
static NTSTATUS KiInstallDebuggers(ULONG Present)
{
    PEPROCESS Process = PsGetCurrentProcess();

    if (KiUsualRoutine == NULL) {
        KiUsualRoutine = KiDebugRoutine;
    }
    KiDebugRoutine = Present & MICA_ASK_KERNEL_DEBUGGER ? KiScriptedRoutine : KiUsualRoutine;
    Process->ExceptionPort = Present & MICA_ASK_EXCEPTION_PORT ? &KiExceptionPort : NULL;
    return DbgkSetScript(Present & MICA_ASK_DEBUG_PORT ? &KiDebugPort : NULL);
}

NTSTATUS NTAPI NtMicaDebuggers(const MICA_DEBUG_SCRIPT *Script, MICA_DEBUG_LOG *Log)
{
    MICA_DEBUG_SCRIPT Local = {0};
    NTSTATUS Status = STATUS_SUCCESS;

    if (Script != NULL) {
        Status = KeCopyFromCaller(&Local, Script, sizeof(Local));
    }
    if (NT_SUCCESS(Status) && Log != NULL) {
        Status = KeCopyToCaller(Log, &KiLog, sizeof(KiLog));
    }
    if (NT_SUCCESS(Status)) {
        KiScript = Local;
        memset(&KiLog, 0, sizeof(KiLog));
        memset(KiAsked, 0, sizeof(KiAsked));
        Status = KiInstallDebuggers(Local.Present);
    }
    return Status;
}
