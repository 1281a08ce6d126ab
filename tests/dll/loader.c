/* SPDX-License-Identifier: MIT */
/*
 * DLLs that come and go while the program runs: how often each is counted, who is told of what, in
 * which order; and variables that each thread has for itself.
 */
#include "mica.h"

#define SECTION(name) __attribute__((section(name), used))

static __declspec(thread) ULONG Own = 5;
static __declspec(thread) ULONG OwnZero;

static VOID NTAPI Callback(PVOID Base, ULONG Reason, PVOID Context)
{
    static const PCSTR Reasons[] = {"process detach", "process attach", "thread attach",
                                    "thread detach"};

    (VOID) Base;
    (VOID) Context;
    Print("  program: %s, %lu of its own\n", Reasons[Reason], Own);
}

static SECTION(".CRT$XLB") PVOID Callbacks = (PVOID)Callback;

static NTSTATUS Load(PCWSTR Name, PVOID *Base)
{
    UNICODE_STRING String;
    NTSTATUS Status;

    RtlInitUnicodeString(&String, Name);
    Status = LdrLoadDll(NULL, NULL, &String, Base);
    Print("load %ws: %s\n", Name, StatusName(Status));
    return Status;
}

static VOID Unload(PCSTR Name, PVOID Base)
{
    Print("unload %s\n", Name);
    Print("  %s\n", StatusName(LdrUnloadDll(Base)));
}

static NTSTATUS Look(PCWSTR Name, PVOID *Base)
{
    UNICODE_STRING String;

    RtlInitUnicodeString(&String, Name);
    return LdrGetDllHandle(NULL, NULL, &String, Base);
}

static PCSTR Find(PCWSTR Name)
{
    PVOID Base;

    return StatusName(Look(Name, &Base));
}

static PVOID Export(PVOID Base, PCSTR Name)
{
    ANSI_STRING String;
    PVOID Address = NULL;
    NTSTATUS Status;

    RtlInitAnsiString(&String, Name);
    Status = LdrGetProcedureAddress(Base, &String, 0, &Address);
    if (!NT_SUCCESS(Status)) {
        Print("[%s]", StatusName(Status));
    }
    return Address;
}

static ULONG State(PVOID Address)
{
    MEMORY_BASIC_INFORMATION Basic = {0};

    NtQueryVirtualMemory(NtCurrentProcess(), Address, MemoryBasicInformation, &Basic, sizeof(Basic),
                         NULL);
    return Basic.State;
}

static NTSTATUS NTAPI Thread(PVOID Parameter)
{
    Print("  thread %lu: %lu and %lu of its own\n", (ULONG)Parameter, Own, OwnZero);
    Own = 70 + (ULONG)Parameter;
    return STATUS_SUCCESS;
}

static VOID RunThread(ULONG Number)
{
    Print("a thread\n");
    JoinThread(StartThread(Thread, Number));
}

static VOID Circle(VOID)
{
    PVOID Left, Right;

    Load(u"left.dll", &Left);
    Load(u"LEFT", &Left);
    Load(u"right.dll", &Right);
    Print("there and back: %lu\n", ((ULONG(NTAPI *)(ULONG))Export(Left, "LeftHalf"))(1));
    RunThread(1);
    Print("right wants no threads: %s\n", StatusName(LdrDisableThreadCalloutsForDll(Right)));
    RunThread(2);
    Unload("left", Left);
    Unload("left", Left);
    Print("left is there: %s\n", Find(u"left"));
    Unload("right", Right);
    Print("left is there: %s, right: %s, their memory: %lX %lX\n", Find(u"left.dll"),
          Find(u"right.dll"), State(Left), State(Right));
    Unload("right", Right);
}

static VOID Failures(VOID)
{
    PVOID Base;

    Load(u"nosuch.dll", &Base);
    Load(u"orphan.dll", &Base);
    Print("orphan is there: %s, right: %s\n", Find(u"orphan.dll"), Find(u"right.dll"));
    Load(u"refuse.dll", &Base);
    Print("refuse is there: %s, right: %s\n", Find(u"refuse.dll"), Find(u"right.dll"));
    Load(u"text.dll", &Base);
    Unload("what is none", (PVOID)0x12340000);
    Look(u"ntdll.dll", &Base);
    Unload("ntdll", Base);
    Print("ntdll is there: %s\n", Find(u"ntdll.dll"));
}

static VOID Nest(VOID)
{
    PVOID Nested, Right;

    Load(u"nest.dll", &Nested);
    Unload("nest", Nested);
    Print("nest is there: %s, left: %s\n", Find(u"nest.dll"), Find(u"left.dll"));
    Load(u"nest.dll", &Nested);
    Print("by another's name: %lu\n", ((ULONG(NTAPI *)(ULONG))Export(Nested, "Far"))(1));
    Load(u"right.dll", &Right);
    Unload("right", Right);
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Print("%lu and %lu of its own\n", Own, OwnZero);
    Own = 6;
    OwnZero = 1;
    Circle();
    Failures();
    Nest();
    Print("%lu and %lu still, and the end\n", Own, OwnZero);
    return 0;
}
