/* SPDX-License-Identifier: MIT */
/* Ways for a process to end by an exception: one a run, by its argument (tests/test_endings.py). */
#include "mica.h"

#include "../../user/lib/scopes.h"

static NTSTATUS NTAPI Callback(PVOID Input, ULONG Length)
{
    (VOID) Length;
    switch (*(ULONG *)Input) {
    case 0:
        Peek((PVOID)0x10);
        break;
    case 1:
        NtTerminateProcess(NtCurrentProcess(), 0x41);
        break;
    default:
        NtTerminateThread(NtCurrentThread(), 0x42);
    }
    return STATUS_SUCCESS;
}

static PKERNEL_CALLBACK Table[] = {Callback};

static VOID CallBack(ULONG Value)
{
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;
    NtMicaCallback(0, &Value, sizeof(Value), NULL, NULL);
}

static LONG NTAPI Filter(PEXCEPTION_POINTERS Pointers, LONG Verdict)
{
    Print("top filter: %s\n", StatusName(Pointers->ExceptionRecord->ExceptionCode));
    return Verdict;
}
static LONG NTAPI Executes(PEXCEPTION_POINTERS Pointers)
{
    return Filter(Pointers, 1);
}
static LONG NTAPI Searches(PEXCEPTION_POINTERS Pointers)
{
    return Filter(Pointers, 0);
}
static LONG NTAPI Continues(PEXCEPTION_POINTERS Pointers)
{
    Pointers->ContextRecord->Eip += 2;
    return Filter(Pointers, -1);
}

static DECLSPEC_NOINLINE VOID Ud2(VOID)
{
    __asm__ volatile("ud2");
}

static VOID Guarded(PTOP_LEVEL_EXCEPTION_FILTER Top)
{
    RtlSetUnhandledExceptionFilter(Top);
    __try {
        Ud2();
        Print("went on\n");
    } __finally {
        Print("finally, abnormal %d\n", _abnormal_termination());
    }
}

/* A frame of _except_handler4 whose cookie something wrote over. */
static VOID BadCookie(VOID)
{
    static ULONG TableOf4[4 + 3] = {0xFFFFFFFE, 0, (ULONG)-0x1C, 0, 0xFFFFFFFE, 0, 0};
    ULONG Frame[8] = {0};
    SEH_SCOPE_FRAME *Inner = (SEH_SCOPE_FRAME *)&Frame[2];

    Inner->Registration.Next = NtCurrentTeb()->NtTib.ExceptionList;
    Inner->Registration.Handler = _except_handler4;
    Inner->Table = (ULONG)TableOf4 ^ __security_cookie;
    Inner->TryLevel = 0xFFFFFFFE;
    NtCurrentTeb()->NtTib.ExceptionList = &Inner->Registration;
    Ud2();
}

/* Handlers that ask for what is not theirs, forever: the stack ends it. */
static EXCEPTION_DISPOSITION Again(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                   PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Record;
    (VOID) Frame;
    (VOID) Context;
    (VOID) Dispatcher;
    Ud2();
    return ExceptionContinueSearch;
}

static VOID Link(PEXCEPTION_REGISTRATION_RECORD Frame, PEXCEPTION_ROUTINE Handler)
{
    *Frame = (EXCEPTION_REGISTRATION_RECORD){NtCurrentTeb()->NtTib.ExceptionList, Handler};
    NtCurrentTeb()->NtTib.ExceptionList = Frame;
}

static EXCEPTION_DISPOSITION Never(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                   PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Record;
    (VOID) Frame;
    (VOID) Context;
    (VOID) Dispatcher;
    Print("not to be asked\n");
    return ExceptionContinueSearch;
}

static EXCEPTION_REGISTRATION_RECORD Static = {EXCEPTION_CHAIN_END, Never};

static VOID BadChain(PVOID Head)
{
    NtCurrentTeb()->NtTib.ExceptionList = Head;
    Ud2();
}

int main(int argc, char **argv)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = (NTSTATUS)0xE0000009};
    EXCEPTION_REGISTRATION_RECORD Frame;
    static const MICA_DEBUG_SCRIPT Port = {MICA_ASK_DEBUG_PORT, {{0}}};
    PCSTR What = argc > 1 ? argv[1] : "";
    CONTEXT Context = {.ContextFlags = CONTEXT_FULL};

    if (strcmp(What, "callback-fault") == 0) {
        CallBack(0);
    } else if (strcmp(What, "callback-process") == 0) {
        CallBack(1);
    } else if (strcmp(What, "callback-thread") == 0) {
        CallBack(2);
    } else if (strcmp(What, "top-executes") == 0) {
        Guarded(Executes);
    } else if (strcmp(What, "top-searches") == 0) {
        Guarded(Searches);
    } else if (strcmp(What, "top-continues") == 0) {
        Guarded(Continues);
    } else if (strcmp(What, "top-debugged") == 0) {
        NtCurrentTeb()->ProcessEnvironmentBlock->BeingDebugged = TRUE;
        Guarded(Executes);
    } else if (strcmp(What, "top-port") == 0) {
        NtMicaDebuggers(&Port, NULL);
        Guarded(Executes);
    } else if (strcmp(What, "top-removed") == 0) {
        RtlSetUnhandledExceptionFilter(Executes);
        Guarded(NULL);
    } else if (strcmp(What, "thread") == 0) {
        Print("NULL: %s\n", StatusName(NtTerminateThread(NULL, 1)));
        Print("wrong: %s\n", StatusName(NtTerminateThread((HANDLE)0x1234, 1)));
        NtTerminateThread(NtCurrentThread(), 0x43);
    } else if (strcmp(What, "second-chance") == 0) {
        NtRaiseException(&Record, &Context, FALSE);
    } else if (strcmp(What, "cookie") == 0) {
        BadCookie();
    } else if (strcmp(What, "unwind-nowhere") == 0) {
        RtlUnwind(NULL, NULL, &Record, NULL);
    } else if (strcmp(What, "forever") == 0) {
        Link(&Frame, Again);
        Ud2();
    } else if (strcmp(What, "chain-null") == 0) {
        BadChain(NULL);
    } else if (strcmp(What, "chain-odd") == 0) {
        BadChain((PUCHAR)&Frame + 2);
    } else if (strcmp(What, "chain-static") == 0) {
        BadChain(&Static);
    } else if (strcmp(What, "chain-high") == 0) {
        BadChain((PUCHAR)NtCurrentTeb()->NtTib.StackBase - 4);
    } else if (strcmp(What, "apc-stack") == 0) {
        NtQueueApcThread(NtCurrentThread(), (PVOID)Ud2, NULL, NULL, NULL);
        __asm__ volatile("movl $0x2000, %esp\n\tmovl $0xBD, %eax\n\tint $0x2e");
    } else if (strcmp(What, "close") == 0) {
        NtMicaDebuggers(&Port, NULL); /* a debugger that comes and goes changes nothing */
        NtMicaDebuggers(NULL, NULL);
        NtClose((HANDLE)0xDEADBEEC);
        Print("not raised\n");
        return 1;
    } else if (strcmp(What, "close-handled") == 0) {
        __try {
            NtClose((HANDLE)0xDEADBEEC);
        } __except (Print("raised: %s\n", StatusName(GetExceptionCode())), -1) {
        }
        Print("and went on\n");
        return 1;
    }
    Print("not reached\n");
    return 0;
}
