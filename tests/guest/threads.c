/* SPDX-License-Identifier: MIT */
/*
 * Threads: suspended, alerted, opened by id, told to go on elsewhere, and ended in every state in
 * which one can be.
 */
#include "mica.h"

static HANDLE Never, Ready;
static volatile ULONG Counter;

static NTSTATUS NTAPI Spin(PVOID Parameter)
{
    (VOID) Parameter;
    for (;;) {
        Counter++;
    }
}

static BOOLEAN IsRunning(VOID)
{
    ULONG Before = Counter;

    Sleep(30);
    return Counter != Before;
}

static HANDLE Suspended(PUSER_THREAD_START_ROUTINE Routine)
{
    HANDLE Thread = NULL;

    RtlCreateUserThread(NtCurrentProcess(), NULL, TRUE, 0, 0, 0, Routine, NULL, &Thread, NULL);
    return Thread;
}

static VOID Suspension(VOID)
{
    HANDLE Thread = Suspended(Spin);
    ULONG Previous = 77;
    NTSTATUS Status = STATUS_SUCCESS;

    Print("created suspended, runs: %d", IsRunning());
    NtSuspendThread(Thread, &Previous);
    Print(", suspended too (was %lu)", Previous);
    NtResumeThread(Thread, &Previous);
    Print(", resumed (was %lu), runs: %d", Previous, IsRunning());
    NtResumeThread(Thread, &Previous);
    Print(", resumed (was %lu), runs: %d", Previous, IsRunning());
    NtResumeThread(Thread, &Previous);
    Print(", resumed (was %lu)\n", Previous);
    for (ULONG i = 0; NT_SUCCESS(Status); i++) {
        Status = NtSuspendThread(Thread, &Previous);
    }
    Print("at most: %lu, then %s; runs: %d\n", Previous + 1, StatusName(Status), IsRunning());
    Print("ended while suspended: %s", StatusName(NtTerminateThread(Thread, 5)));
    Print(", %lX\n", JoinThread(Thread));
}

static NTSTATUS NTAPI SuspendSelf(PVOID Parameter)
{
    NTSTATUS Status = NtSuspendThread(NtCurrentThread(), NULL);

    (VOID) Parameter;
    Print("  and has been resumed (%s)\n", StatusName(Status));
    return 6;
}

static VOID Elsewhere(VOID)
{
    Counter = 0x1000;
    NtSetEvent(Ready, NULL);
    NtTerminateThread(NtCurrentThread(), 8);
}

/* Where it spins; then it is sent somewhere else. */
static VOID Contexts(VOID)
{
    HANDLE Thread = StartThread(Spin, 0);
    CONTEXT Context = {.ContextFlags = CONTEXT_FULL};
    THREAD_BASIC_INFORMATION Basic;

    Sleep(30);
    NtSuspendThread(Thread, NULL);
    NtQueryInformationThread(Thread, ThreadBasicInformation, &Basic, sizeof(Basic), NULL);
    Print("context: %s", StatusName(NtGetContextThread(Thread, &Context)));
    Print(", spins where it should: %d, cs %lX fs %lX, esp in its stack: %d\n",
          Context.Eip - (ULONG)Spin < 64, Context.SegCs, Context.SegFs,
          Context.Esp < (ULONG)((PTEB)Basic.TebBaseAddress)->NtTib.StackBase &&
              Context.Esp >= (ULONG)((PTEB)Basic.TebBaseAddress)->NtTib.StackLimit);
    Context.Eip = (ULONG)Elsewhere;
    Print("sent elsewhere: %s", StatusName(NtSetContextThread(Thread, &Context)));
    NtResumeThread(Thread, NULL);
    Print(", arrived: %s", StatusName(WaitFor(Ready, 1000)));
    Print(", counter %lX, ended with %lX\n", Counter, JoinThread(Thread));
}

static NTSTATUS NTAPI WaitForEver(PVOID Parameter)
{
    NtSetEvent(Ready, NULL);
    return NtWaitForSingleObject(Never, (BOOLEAN)(ULONG)Parameter, NULL);
}

static NTSTATUS NTAPI DelayForEver(PVOID Parameter)
{
    NtSetEvent(Ready, NULL);
    Sleep(1000000);
    return (NTSTATUS)Parameter;
}

static NTSTATUS NTAPI InCallback(PVOID InputBuffer, ULONG InputLength)
{
    (VOID) InputLength;
    NtSetEvent(Ready, NULL);
    WaitFor(Never, -1);
    return *(NTSTATUS *)InputBuffer;
}

static PKERNEL_CALLBACK Table[] = {InCallback};

static NTSTATUS NTAPI CallBack(PVOID Parameter)
{
    ULONG Value = 1, Size = sizeof(Value);

    (VOID) Parameter;
    return NtMicaCallback(0, &Value, sizeof(Value), &Value, &Size);
}

static VOID EndIn(PCSTR State, PUSER_THREAD_START_ROUTINE Routine)
{
    HANDLE Thread = StartThread(Routine, 0);

    WaitFor(Ready, 100);
    Sleep(20);
    Print("ended %s: %s", State, StatusName(NtTerminateThread(Thread, 0x99)));
    Print(", %s", StatusName(WaitFor(Thread, 1000)));
    Print(", again: %s", StatusName(NtTerminateThread(Thread, 1)));
    Print(", suspend: %s", StatusName(NtSuspendThread(Thread, NULL)));
    Print(", APC: %s", StatusName(NtQueueApcThread(Thread, (PVOID)Routine, NULL, NULL, NULL)));
    Print(", %lX\n", JoinThread(Thread));
}

static VOID Alerts(VOID)
{
    HANDLE Thread = StartThread(WaitForEver, TRUE);

    WaitFor(Ready, -1);
    Sleep(20);
    Print("alerted: %s", StatusName(NtAlertThread(Thread)));
    Print(", the wait ended with %s\n", StatusName(JoinThread(Thread)));
    Print("itself: %s", StatusName(NtAlertThread(NtCurrentThread())));
    Print(", the test says %s", StatusName(NtTestAlert()));
    Print(", then %s\n", StatusName(NtTestAlert()));
}

static VOID Ids(VOID)
{
    OBJECT_ATTRIBUTES Attributes;
    CLIENT_ID Cid = NtCurrentTeb()->ClientId;
    HANDLE Handle;
    NTSTATUS Status;

    InitializeObjectAttributes(&Attributes, NULL, 0, NULL, NULL);
    Print("by id: %s",
          StatusName(NtOpenThread(&Handle, THREAD_QUERY_INFORMATION, &Attributes, &Cid)));
    Status = NtTerminateThread(Handle, 1);
    Print(", without the right to end it: %s", StatusName(Status));
    Cid.UniqueProcess = (HANDLE)0x7770;
    Print(", of another process: %s",
          StatusName(NtOpenThread(&Handle, THREAD_ALL_ACCESS, &Attributes, &Cid)));
    Print(", nobody's: %s\n", StatusName(NtOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes,
                                                       &(CLIENT_ID){(HANDLE)0x7770, NULL})));
}

static VOID Priorities(VOID)
{
    THREAD_BASIC_INFORMATION Basic;
    static const LONG Increments[] = {2, -2, 3, 15, -15, 0};
    LONG Value = 31;
    NTSTATUS Status;

    for (ULONG i = 0; i < ARRAYSIZE(Increments); i++) {
        Status = NtSetInformationThread(NtCurrentThread(), ThreadBasePriority,
                                        (PVOID)&Increments[i], sizeof(LONG));
        NtQueryInformationThread(NtCurrentThread(), ThreadBasicInformation, &Basic, sizeof(Basic),
                                 NULL);
        Print("base %+ld: %s, priority %ld; ", Increments[i], StatusName(Status), Basic.Priority);
    }
    Status = NtSetInformationThread(NtCurrentThread(), ThreadPriority, &Value, sizeof(Value));
    NtQueryInformationThread(NtCurrentThread(), ThreadBasicInformation, &Basic, sizeof(Basic),
                             NULL);
    Print("\n31: %s, priority %ld; ", StatusName(Status), Basic.Priority);
    Value = 32;
    Print("32: %s; ",
          StatusName(NtSetInformationThread(NtCurrentThread(), ThreadPriority, &Value, 4)));
    Value = 8;
    NtSetInformationThread(NtCurrentThread(), ThreadPriority, &Value, sizeof(Value));
    Value = 2;
    Print("second processor: %s\n",
          StatusName(NtSetInformationThread(NtCurrentThread(), ThreadAffinityMask, &Value, 4)));
}

int main(int argc, char **argv)
{
    HANDLE Thread;

    (VOID) argc;
    (VOID) argv;
    Never = MakeEvent(NotificationEvent);
    Ready = MakeEvent(SynchronizationEvent);
    NtCurrentTeb()->ProcessEnvironmentBlock->KernelCallbackTable = Table;
    Suspension();
    Print("a thread suspends itself\n");
    Thread = StartThread(SuspendSelf, 0);
    Sleep(30);
    NtResumeThread(Thread, NULL);
    Print("  and ended with %lX\n", JoinThread(Thread));
    Contexts();
    EndIn("while it runs", Spin);
    EndIn("in a wait", WaitForEver);
    EndIn("in a delay", DelayForEver);
    EndIn("in a callback", CallBack);
    Alerts();
    Ids();
    Priorities();
    Print("the last thread cannot end itself so: %s\n", StatusName(NtTerminateThread(NULL, 0)));
    return 0;
}
