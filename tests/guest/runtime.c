/* SPDX-License-Identifier: MIT */
/*
 * ntdll's smaller services that no other test calls: contended critical sections, strings with
 * memory of their own, process parameters, heap options, what a thread may set of itself.
 * Source: the documentation of each; Wine prints the same but for the last line.
 */
#include "mica.h"

#define THREADS 4
#define ROUNDS 200

static RTL_CRITICAL_SECTION Section;
static volatile LONG Inside, Most, Total;

static NTSTATUS NTAPI EnterOften(PVOID Parameter)
{
    (VOID) Parameter;
    for (ULONG i = 0; i < ROUNDS; i++) {
        RtlEnterCriticalSection(&Section);
        Inside++;
        Most = Inside > Most ? Inside : Most;
        NtYieldExecution(); /* in the middle: the others come and find it taken */
        RtlEnterCriticalSection(&Section);
        Total++;
        RtlLeaveCriticalSection(&Section);
        Inside--;
        RtlLeaveCriticalSection(&Section);
    }
    return 0;
}

static NTSTATUS NTAPI TryOnce(PVOID Parameter)
{
    (VOID) Parameter;
    return RtlTryEnterCriticalSection(&Section);
}

static DECLSPEC_NOINLINE VOID EnterForTooLong(VOID)
{
    RtlEnterCriticalSection(&Section);
}

/* Another thread has it, and for longer than the PEB allows. */
static NTSTATUS NTAPI Deadlock(PVOID Parameter)
{
    NTSTATUS Code = STATUS_SUCCESS;

    (VOID) Parameter;
    __try {
        EnterForTooLong();
    } __except (Code = GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
        return Code;
    }
    return STATUS_SUCCESS;
}

static VOID CriticalSections(VOID)
{
    HANDLE Threads[THREADS];

    RtlInitializeCriticalSection(&Section);
    for (ULONG i = 0; i < THREADS; i++) {
        Threads[i] = StartThread(EnterOften, 0);
    }
    for (ULONG i = 0; i < THREADS; i++) {
        JoinThread(Threads[i]);
    }
    Print("critical section: %ld rounds, at most %ld inside, free %d\n", Total, Most,
          Section.LockCount == -1);
    RtlTryEnterCriticalSection(&Section);
    Print("  mine, once more %d, another thread's try %ld\n", RtlTryEnterCriticalSection(&Section),
          JoinThread(StartThread(TryOnce, 0)));
}

/* The last: Wine waits as long as it likes. */
static VOID TooLong(VOID)
{
    NtCurrentTeb()->ProcessEnvironmentBlock->CriticalSectionTimeout.QuadPart = -500000;
    Print("too long in a critical section: %s\n", StatusName(JoinThread(StartThread(Deadlock, 0))));
    RtlDeleteCriticalSection(&Section);
}

static VOID Strings(VOID)
{
    UNICODE_STRING Wide, Small = {0, 4, (WCHAR[2]){0}};
    ANSI_STRING Narrow, Source;
    UNICODE_STRING Prefix;

    Print("string %d", RtlCreateUnicodeString(&Wide, u"Ring 3"));
    Print(" %wZ %u %u,", &Wide, Wide.Length, Wide.MaximumLength);
    Print(" narrow %s", StatusName(RtlUnicodeStringToAnsiString(&Narrow, &Wide, TRUE)));
    Print(" %s %u\n", Narrow.Buffer, Narrow.Length);
    RtlInitAnsiString(&Source, "too long");
    Print("no room: %s\n", StatusName(RtlAnsiStringToUnicodeString(&Small, &Source, FALSE)));
    RtlInitUnicodeString(&Prefix, u"RING");
    Print("prefix %d, but not with its case %d\n", RtlPrefixUnicodeString(&Prefix, &Wide, TRUE),
          RtlPrefixUnicodeString(&Prefix, &Wide, FALSE));
    RtlFreeAnsiString(&Narrow);
    RtlFreeUnicodeString(&Wide);
    Print("freed: %d %d\n", Narrow.Buffer == NULL, Wide.Buffer == NULL);
}

/* Pointers become offsets, and offsets pointers. */
static VOID Parameters(VOID)
{
    UNICODE_STRING Path;
    PRTL_USER_PROCESS_PARAMETERS Made;

    RtlInitUnicodeString(&Path, u"\\SystemRoot\\a.exe");
    Require(
        RtlCreateProcessParameters(&Made, &Path, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        "parameters");
    RtlNormalizeProcessParams(Made);
    Print("parameters: %wZ", &Made->ImagePathName);
    RtlDeNormalizeProcessParams(Made);
    Print(", an offset %d", (ULONG)Made->ImagePathName.Buffer < Made->Length);
    Print(", again %wZ\n", &RtlNormalizeProcessParams(Made)->ImagePathName);
    RtlDestroyProcessParameters(Made);
}

static DECLSPEC_NOINLINE PVOID AllocateTooMuch(PVOID Heap)
{
    return RtlAllocateHeap(Heap, HEAP_GENERATE_EXCEPTIONS, 0x7FFF0000);
}

static VOID Heaps(VOID)
{
    PVOID Heap = RtlCreateHeap(HEAP_GROWABLE, NULL, 0, 0, NULL, NULL);
    PUCHAR Block = RtlAllocateHeap(Heap, HEAP_ZERO_MEMORY, 10);
    ULONG Sum = 0;

    __try {
        AllocateTooMuch(Heap);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("too much: %s\n", StatusName(GetExceptionCode()));
    }
    memset(Block, 1, 10);
    Block = RtlReAllocateHeap(Heap, HEAP_ZERO_MEMORY, Block, 5000);
    for (ULONG i = 0; i < 5000; i++) {
        Sum += Block[i];
    }
    Print("grown, the rest 0: %lu; valid %d\n", Sum, RtlValidateHeap(Heap, 0, Block));
    RtlAllocateHeap(Heap, 0, 0x100000);
    Print("destroyed with a large block in it: %d\n", RtlDestroyHeap(Heap) == NULL);
}

static VOID Threads(VOID)
{
    ULONG Value = 1, Length = 0;
    PVOID Start = (PVOID)0x12345678;
    THREAD_BASIC_INFORMATION Basic;
    OBJECT_HANDLE_FLAG_INFORMATION Flags = {2, 2};
    HANDLE Event = MakeEvent(NotificationEvent);

    Print("thread: %s",
          StatusName(NtSetInformationThread(NtCurrentThread(), ThreadPriorityBoost, &Value, 4)));
    Print(" %s", StatusName(NtSetInformationThread(
                     NtCurrentThread(), ThreadQuerySetWin32StartAddress, &Start, sizeof(Start))));
    Start = NULL;
    NtQueryInformationThread(NtCurrentThread(), ThreadQuerySetWin32StartAddress, &Start,
                             sizeof(Start), NULL);
    NtQueryInformationThread(NtCurrentThread(), ThreadBasicInformation, &Basic, sizeof(Basic),
                             &Length);
    Print(" %lX %d\n", (ULONG)Start, Length == sizeof(Basic));
    Print("without a handle: %s\n",
          StatusName(RtlCreateUserThread(NtCurrentProcess(), NULL, FALSE, 0, 0, 0,
                                         (PUSER_THREAD_START_ROUTINE)DbgUiRemoteBreakin, NULL, NULL,
                                         NULL)));
    Sleep(20); /* it finds that nobody debugs it, and ends */
    NtQueryObject(Event, ObjectHandleFlagInformation, &Flags, sizeof(Flags), NULL);
    Print("handle: inherit %d, protected %d\n", Flags.Inherit, Flags.ProtectFromClose);
    NtClose(Event);
}

static VOID DebugObjects(VOID)
{
    ULONG Flags = DEBUG_KILL_ON_CLOSE, Length = 0;
    HANDLE Object;

    Require(DbgUiConnectToDbg(), "debug object");
    Object = DbgUiGetThreadDebugObject();
    Print("debug object: %s",
          StatusName(NtSetInformationDebugObject(Object, DebugObjectFlags, &Flags, 4, &Length)));
    Flags = 0x10;
    Print(" %lu %s", Length,
          StatusName(NtSetInformationDebugObject(Object, DebugObjectFlags, &Flags, 4, NULL)));
    Print(" %s",
          StatusName(NtSetInformationDebugObject(Object, DebugObjectFlags, &Flags, 8, NULL)));
    Print(" %s\n", StatusName(NtSetInformationDebugObject(Object, 7, &Flags, 4, NULL)));
    DbgUiSetThreadDebugObject(NULL);
    Print("no longer the thread's: %d\n", DbgUiGetThreadDebugObject() == NULL);
    NtClose(Object);
}

int main(void)
{
    CriticalSections();
    Strings();
    Parameters();
    Heaps();
    Threads();
    DebugObjects();
    TooLong();
    return 0;
}
