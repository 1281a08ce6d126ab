/* SPDX-License-Identifier: MIT */
/*
 * User APCs to oneself: queued in order, delivered when the thread lets them, one after the other,
 * and where they interrupted everything is as before. Source: nt-facts 6.
 */
#include "course.h"

static ULONG Ran;

static VOID NTAPI Note(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    Print("  apc %lu: %lX %lX\n", (ULONG)Context, (ULONG)Argument1, (ULONG)Argument2);
    Ran++;
}

static VOID NTAPI Queueing(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    NtQueueApcThread(NtCurrentThread(), (PVOID)Note, (PVOID)4, NULL, NULL);
    Print("  queued another\n");
}

static VOID NTAPI Faulting(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    __try {
        Peek((PVOID)0x10);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  %s inside\n", StatusName(GetExceptionCode()));
    }
}

static VOID NTAPI Count(PVOID Context, PVOID Argument1, PVOID Argument2)
{
    (VOID) Context;
    (VOID) Argument1;
    (VOID) Argument2;
    Ran++;
}

static VOID Queue(PVOID Routine, ULONG Number)
{
    NTSTATUS Status = NtQueueApcThread(NtCurrentThread(), Routine, (PVOID)Number,
                                       (PVOID)(Number * 16), (PVOID)(Number * 256));

    if (!NT_SUCCESS(Status)) {
        Print("  not queued: %s\n", StatusName(Status));
    }
}

int main(int argc, char **argv)
{
    LARGE_INTEGER Now = {.QuadPart = 0}, Soon = {.QuadPart = -100000};
    ULONG Ebx, Esi, Edi;

    (VOID) argc;
    (VOID) argv;
    CASE("queued, nothing happens until the thread says so");
    Queue((PVOID)Note, 1);
    Queue((PVOID)Note, 2);
    Print("  ran: %lu\n", Ran);

    CASE("NtTestAlert lets them come, in order, all of them");
    NtTestAlert();
    Print("  ran: %lu\n", Ran);

    CASE("an alertable delay is ended by one, and says so");
    Queue((PVOID)Note, 3);
    Print("  %s\n", StatusName(NtDelayExecution(TRUE, &Soon)));

    CASE("a delay that is not alertable takes its time, and they wait");
    Queue((PVOID)Note, 3);
    Print("  %s\n", StatusName(NtDelayExecution(FALSE, &Soon)));
    Print("  an alertable one, of no length: %s\n", StatusName(NtDelayExecution(TRUE, &Now)));
    Print("  and without any: %s\n", StatusName(NtDelayExecution(TRUE, &Now)));

    CASE("one that queues another: that comes too");
    Queue((PVOID)Queueing, 0);
    NtTestAlert();

    CASE("one that faults and handles it");
    Queue((PVOID)Faulting, 0);
    NtTestAlert();

    CASE("the registers of the thread are as before");
    Queue((PVOID)Note, 5);
    __asm__ volatile("movl $0x11, %%ebx\n\tmovl $0x22, %%esi\n\tmovl $0x33, %%edi\n\t"
                     "call _NtTestAlert@0\n\tmovl %%ebx, %0\n\tmovl %%esi, %1\n\tmovl %%edi, %2"
                     : "=m"(Ebx), "=m"(Esi), "=m"(Edi)::"eax", "ecx", "edx", "ebx", "esi", "edi",
                       "memory");
    Print("  %lX %lX %lX\n", Ebx, Esi, Edi);

    CASE("five hundred of them");
    Ran = 0;
    for (ULONG i = 0; i < 500; i++) {
        Queue((PVOID)Count, i);
    }
    NtTestAlert();
    Print("  ran: %lu\n", Ran);

    CASE("a handle that is no thread");
    Print("  %s\n", StatusName(NtQueueApcThread((HANDLE)0x1234, (PVOID)Note, NULL, NULL, NULL)));
    return 0;
}
