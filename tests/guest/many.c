/* SPDX-License-Identifier: MIT */
/*
 * Many processes, one after the other, and many threads at once; then everything is as it was:
 * pool, pages, commitment, handles. Arguments: processes N | threads N | fail.
 */
#include "mica.h"

typedef struct {
    ULONG Pool, Free, Committed, Handles;
} STATE;

static ULONG Ask(MICA_REQUEST Request)
{
    ULONG Answer = 0;

    NtMicaExecutive(Request, 0, &Answer);
    return Answer;
}

static STATE Look(VOID)
{
    STATE State;

    Sleep(20); /* what ends has ended */
    State = (STATE){Ask(MicaPoolBytes), Ask(MicaFreePages), Ask(MicaCommittedPages), 0};
    NtQueryInformationProcess(NtCurrentProcess(), ProcessHandleCount, &State.Handles,
                              sizeof(State.Handles), NULL);
    return State;
}

static BOOLEAN Compare(const STATE *Before, const STATE *After)
{
    BOOLEAN Same = memcmp(Before, After, sizeof(*Before)) == 0;

    if (!Same) {
        Print("pool %lu then %lu, free pages %lu then %lu, committed %lu then %lu, handles %lu "
              "then %lu\n",
              Before->Pool, After->Pool, Before->Free, After->Free, Before->Committed,
              After->Committed, Before->Handles, After->Handles);
    }
    return Same;
}

static int Processes(ULONG Count)
{
    STATE Before, After;
    ULONG Wrong = 0;

    JoinProcess(StartSelf("child")); /* what the first one makes for all stays */
    Before = Look();
    for (ULONG i = 0; i < Count; i++) {
        Wrong += JoinProcess(StartSelf("child")) != 7;
    }
    After = Look();
    Print("%lu processes, %lu ended otherwise than they should, as before: %s\n", Count, Wrong,
          Compare(&Before, &After) ? "yes" : "no");
    return 0;
}

static HANDLE Go, Here;

static NTSTATUS NTAPI Idle(PVOID Parameter)
{
    NtReleaseSemaphore(Here, 1, NULL);
    WaitFor(Go, -1);
    return (NTSTATUS)Parameter;
}

static ULONG StartIdle(HANDLE *Threads, ULONG Count)
{
    ULONG Started = 0;

    while (Started < Count &&
           NT_SUCCESS(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0x10000, 0, Idle,
                                          (PVOID)Started, &Threads[Started], NULL))) {
        WaitFor(Here, -1);
        Started++;
    }
    return Started;
}

static ULONG EndIdle(HANDLE *Threads, ULONG Count)
{
    ULONG Right = 0;

    NtSetEvent(Go, NULL);
    for (ULONG i = 0; i < Count; i++) {
        Right += JoinThread(Threads[i]) == (NTSTATUS)i;
    }
    NtResetEvent(Go, NULL);
    return Right;
}

static int Threads(ULONG Count)
{
    HANDLE *Handles = RtlAllocateHeap(RtlProcessHeap(), 0, Count * sizeof(HANDLE));
    STATE Before, After;
    ULONG Started, Right;

    Go = MakeEvent(NotificationEvent);
    Here = MakeSemaphore(0, (LONG)Count);
    StartIdle(Handles, Count);
    EndIdle(Handles, Count);
    Before = Look();
    Started = StartIdle(Handles, Count);
    Right = EndIdle(Handles, Started);
    After = Look();
    Print("%lu threads at once, %lu ended as they should, as before: %s\n", Started, Right,
          Compare(&Before, &After) ? "yes" : "no");
    return 0;
}

static NTSTATUS Create(VOID)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Information;
    NTSTATUS Status = StartProgram(Path, "self child", &Information);

    if (NT_SUCCESS(Status)) {
        NtResumeThread(Information.ThreadHandle, NULL);
        NtClose(Information.ThreadHandle);
        Status = JoinProcess(Information.ProcessHandle);
    }
    return Status;
}

/* Every allocation on the way of a process from its creation to its end fails once. */
static int Fail(VOID)
{
    ULONG Refused = 0, Died = 0, Nth = 0, Left = 0;
    BOOLEAN Same = TRUE;
    STATE Before, After;

    Create();
    do {
        NTSTATUS Status;

        Nth++;
        Before = Look();
        NtMicaExecutive(MicaFailAllocation, Nth, NULL);
        Status = Create();
        NtMicaExecutive(MicaFailAllocation, 0, &Left);
        After = Look();
        Refused += !NT_SUCCESS(Status);
        Died += NT_SUCCESS(Status) && Status != 7;
        if (!Compare(&Before, &After)) {
            Print("  ... when allocation %lu failed: %s\n", Nth, StatusName(Status));
            Same = FALSE;
        }
    } while (Left == 0 && Nth < 1000);
    Print(
        "all of the allocations on the way failed once: %s; some were refused: %s, as before: %s\n",
        Nth > 20 && Nth < 1000 ? "yes" : "no", Refused > 10 ? "yes" : "no", Same ? "yes" : "no");
    Print("(%lu allocations, %lu refused, %lu ended with a status of their own)\n", Nth - 1,
          Refused, Died);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        return 7;
    }
    if (argc > 2 && strcmp(argv[1], "processes") == 0) {
        return Processes(Number(argv[2]));
    }
    if (argc > 2 && strcmp(argv[1], "threads") == 0) {
        return Threads(Number(argv[2]));
    }
    return Fail();
}
