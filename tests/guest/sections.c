/* SPDX-License-Identifier: MIT */
/*
 * Sections and views; memory asked about, read and written from another process; what ends when
 * memory does.
 */
#include "mica.h"

#define SELF NtCurrentProcess()

static HANDLE Section(ULONG Size, ULONG Protect, ULONG Attributes, HANDLE File)
{
    LARGE_INTEGER Maximum = {.QuadPart = Size};
    HANDLE Handle = NULL;
    NTSTATUS Status = NtCreateSection(&Handle, SECTION_ALL_ACCESS, NULL,
                                      Size != 0 ? &Maximum : NULL, Protect, Attributes, File);

    if (!NT_SUCCESS(Status)) {
        Print("[%s]", StatusName(Status));
    }
    return Handle;
}

static NTSTATUS Map(HANDLE Handle, ULONG Offset, ULONG Size, ULONG Protect, volatile UCHAR **View)
{
    LARGE_INTEGER From = {.QuadPart = Offset};
    PVOID Base = NULL;
    NTSTATUS Status =
        NtMapViewOfSection(Handle, SELF, &Base, 0, 0, &From, &Size, ViewShare, 0, Protect);

    *View = Base;
    return Status;
}

static NTSTATUS Touch(volatile UCHAR *Address, BOOLEAN Write)
{
    __try {
        if (Write) {
            Poke((PVOID)Address, 0x5A5A5A5A);
        } else {
            Peek((PVOID)Address);
        }
        return STATUS_SUCCESS;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
}

static VOID Query(PCSTR What, volatile UCHAR *Address)
{
    MEMORY_BASIC_INFORMATION Basic;
    NTSTATUS Status = NtQueryVirtualMemory(SELF, (PVOID)Address, MemoryBasicInformation, &Basic,
                                           sizeof(Basic), NULL);

    Print("%s: %s, state %lX, protect %lX of %lX, type %lX", What, StatusName(Status), Basic.State,
          Basic.Protect, Basic.AllocationProtect, Basic.Type);
    if (Basic.Type != MEM_IMAGE) { /* how long our code is, is the compiler's affair */
        Print(", %lX bytes", Basic.RegionSize);
    }
    Print("\n");
}

static NTSTATUS Protect(volatile UCHAR *Address, ULONG New, ULONG *Old)
{
    PVOID Base = (PVOID)Address;
    ULONG Size = 1;

    return NtProtectVirtualMemory(SELF, &Base, &Size, New, Old);
}

static VOID Views(VOID)
{
    HANDLE Handle = Section(0x20000, PAGE_READWRITE, SEC_COMMIT, NULL);
    volatile UCHAR *One, *Two, *Part, *Copy;
    ULONG Old;
    SECTION_BASIC_INFORMATION Basic;

    Map(Handle, 0, 0, PAGE_READWRITE, &One);
    Map(Handle, 0, 0, PAGE_READONLY, &Two);
    Print("two views: zero %d", One[0] == 0 && Two[0x1FFFF] == 0);
    One[5] = 7;
    Print(", what one writes the other reads %d, but may not write %s\n", Two[5] == 7,
          StatusName(Touch(Two, TRUE)));
    Print("part: %s", StatusName(Map(Handle, 0x10000, 0x1000, PAGE_READWRITE, &Part)));
    Part[0] = 9;
    Print(", the same page %d", One[0x10000] == 9);
    Print(", off the granule %s", StatusName(Map(Handle, 0x1000, 0, PAGE_READWRITE, &Copy)));
    Print(", beyond %s", StatusName(Map(Handle, 0x20000, 0, PAGE_READWRITE, &Copy)));
    Print(", too much %s\n", StatusName(Map(Handle, 0x10000, 0x20000, PAGE_READWRITE, &Copy)));
    Print("a copy: %s", StatusName(Map(Handle, 0, 0, PAGE_WRITECOPY, &Copy)));
    Copy[5] = 8;
    Print(", one's own when written %d\n", One[5] == 7 && Copy[5] == 8);
    Query("view", Two);
    Query("copied", Copy);
    Query("not yet", Copy + 0x1000);
    Print("protect the reading view: %s", StatusName(Protect(Two, PAGE_READWRITE, &Old)));
    Print(", no access: %s", StatusName(Protect(Two, PAGE_NOACCESS, &Old)));
    Print(" (was %lX), read %s, others still may %s\n", Old, StatusName(Touch(Two, FALSE)),
          StatusName(Touch(One, FALSE)));
    NtQuerySection(Handle, SectionBasicInformation, &Basic, sizeof(Basic), NULL);
    Print("section: %lX bytes, attributes %lX\n", Basic.MaximumSize.LowPart,
          Basic.AllocationAttributes);
    NtClose(Handle);
    Print("closed, still there %d; free it: ", One[5] == 7);
    {
        PVOID Base = (PVOID)One;
        ULONG Size = 0;

        Print("%s", StatusName(NtFreeVirtualMemory(SELF, &Base, &Size, MEM_RELEASE)));
    }
    Print(", unmap it inside: %s", StatusName(NtUnmapViewOfSection(SELF, (PVOID)(One + 0x5000))));
    Print(", again: %s, read: %s\n", StatusName(NtUnmapViewOfSection(SELF, (PVOID)One)),
          StatusName(Touch(One, FALSE)));
    NtUnmapViewOfSection(SELF, (PVOID)Two);
    NtUnmapViewOfSection(SELF, (PVOID)Part);
    NtUnmapViewOfSection(SELF, (PVOID)Copy);
}

static VOID Kinds(VOID)
{
    volatile UCHAR *View;
    HANDLE Handle = Section(0x1000, PAGE_READONLY, SEC_COMMIT, NULL);

    Print("of a read-only one, writing: %s\n",
          StatusName(Map(Handle, 0, 0, PAGE_READWRITE, &View)));
    NtClose(Handle);
    Handle = Section(0x10000, PAGE_READWRITE, SEC_RESERVE, NULL);
    Map(Handle, 0, 0, PAGE_READWRITE, &View);
    Print("reserved: %s", StatusName(Touch(View, FALSE)));
    {
        PVOID Base = (PVOID)View;
        ULONG Size = 0x1000;

        Print(", commit a page: %s", StatusName(NtAllocateVirtualMemory(
                                         SELF, &Base, 0, &Size, MEM_COMMIT, PAGE_READWRITE)));
    }
    Print(", %s, the next %s\n", StatusName(Touch(View, TRUE)),
          StatusName(Touch(View + 0x1000, FALSE)));
    NtUnmapViewOfSection(SELF, (PVOID)View);
    NtClose(Handle);
    Print("wrong: attributes ");
    Section(0x1000, PAGE_READWRITE, 0, NULL);
    Print(", protection ");
    Section(0x1000, PAGE_NOACCESS, SEC_COMMIT, NULL);
    Print(", no size ");
    Section(0, PAGE_READWRITE, SEC_COMMIT, NULL);
    Print(", an image of nothing ");
    Section(0x1000, PAGE_EXECUTE, SEC_IMAGE, NULL);
    Print("\n");
}

/* A private page, an image's page before and after it is written. */
static ULONG Data = 1;

static VOID Images(VOID)
{
    volatile UCHAR *Code = (volatile UCHAR *)Images;
    ULONG Old;

    Query("code", (PUCHAR)PAGE_ALIGN(Code));
    Data++;
    Print("data was written: ");
    Print("%s", StatusName(Protect((PUCHAR)&Data, PAGE_READONLY, &Old)));
    Print(", was %lX", Old);
    Protect((PUCHAR)&Data, PAGE_READWRITE, &Old);
    Print("; code made writable: %s", StatusName(Protect(Code, PAGE_EXECUTE_READWRITE, &Old)));
    Print(", was %lX", Old);
    Print(", and asked again: %s", StatusName(Protect(Code, PAGE_EXECUTE_READ, &Old)));
    Print(", was %lX\n", Old);
}

static ULONG Secret = 0x12345678;

static int Child(VOID)
{
    WaitFor(MakeEvent(NotificationEvent), -1);
    return (int)Secret;
}

static VOID OtherProcess(VOID)
{
    HANDLE Process = StartSelf("child");
    ULONG Value = 0, Done = 77, Size = 0x3000;
    UCHAR Buffer[64];
    PVOID Base = NULL;
    PROCESS_BASIC_INFORMATION Basic;
    NTSTATUS Status;

    Sleep(30);
    NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);
    Status = NtReadVirtualMemory(Process, &Secret, &Value, sizeof(Value), &Done);
    Print("read the child's: %s, %lX, %lu bytes\n", StatusName(Status), Value, Done);
    Value = 0x42;
    Status = NtWriteVirtualMemory(Process, &Secret, &Value, sizeof(Value), &Done);
    Print("write it: %s, %lu bytes; ours is %lX\n", StatusName(Status), Done, Secret);
    Status = NtReadVirtualMemory(Process, (PVOID)0x10, Buffer, sizeof(Buffer), &Done);
    Print("what is not there: %s, %lu bytes", StatusName(Status), Done);
    Status = NtWriteVirtualMemory(Process, (PVOID)Child, Buffer, 4, &Done);
    Print(", code: %s, %lu bytes\n", StatusName(Status), Done);
    Status =
        NtAllocateVirtualMemory(Process, &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    Print("allocate there: %s", StatusName(Status));
    Status = NtReadVirtualMemory(Process, (PUCHAR)Base + 0x2FF0, Buffer, sizeof(Buffer), &Done);
    Print(", read over its end: %s, %lu bytes\n", StatusName(Status), Done);
    {
        MEMORY_BASIC_INFORMATION Memory;

        NtQueryVirtualMemory(Process, Base, MemoryBasicInformation, &Memory, sizeof(Memory), NULL);
        Print("asked about: state %lX, %lX bytes\n", Memory.State, Memory.RegionSize);
    }
    NtTerminateProcess(Process, 0x77);
    WaitFor(Process, -1);
    Status = NtReadVirtualMemory(Process, &Secret, &Value, sizeof(Value), &Done);
    Print("ended: read %s", StatusName(Status));
    Base = NULL;
    Print(", allocate %s\n", StatusName(NtAllocateVirtualMemory(Process, &Base, 0, &Size,
                                                                MEM_RESERVE, PAGE_READWRITE)));
    NtClose(Process);
}

static VOID Locks(VOID)
{
    PVOID Base = NULL, At;
    ULONG Size = 0x2000;
    IO_STATUS_BLOCK IoStatus;

    NtAllocateVirtualMemory(SELF, &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    At = (PUCHAR)Base + 5;
    Size = 0x1000;
    Print("lock: %s", StatusName(NtLockVirtualMemory(SELF, &At, &Size, 1)));
    Print(", %lX bytes, again: %s", Size, StatusName(NtLockVirtualMemory(SELF, &At, &Size, 1)));
    Print(", unlock: %s", StatusName(NtUnlockVirtualMemory(SELF, &At, &Size, 1)));
    Print(", again: %s", StatusName(NtUnlockVirtualMemory(SELF, &At, &Size, 1)));
    Print(", flush: %s\n", StatusName(NtFlushVirtualMemory(SELF, &At, &Size, &IoStatus)));
}

/* Takes megabytes until there are no more; then gives them back and has them again. */
static ULONG TakeAll(PVOID *Taken, NTSTATUS *Status)
{
    ULONG Count = 0;

    for (;; Count++) {
        ULONG Size = 0x100000;

        Taken[Count] = NULL;
        *Status = NtAllocateVirtualMemory(SELF, &Taken[Count], 0, &Size, MEM_RESERVE | MEM_COMMIT,
                                          PAGE_READWRITE);
        if (!NT_SUCCESS(*Status)) {
            return Count;
        }
        for (ULONG i = 0; i < 0x100000; i += 0x1000) {
            ((volatile UCHAR *)Taken[Count])[i] = 1;
        }
    }
}

static VOID Limit(VOID)
{
    static PVOID Taken[600];
    NTSTATUS Status, Second;
    ULONG Count = TakeAll(Taken, &Status), Again;

    for (ULONG i = 0; i < Count; i++) {
        ULONG Size = 0;

        NtFreeVirtualMemory(SELF, &Taken[i], &Size, MEM_RELEASE);
    }
    Again = TakeAll(Taken, &Second);
    Print("to the limit: more than 10 MB %d, then %s; freed and had again %d, %s\n", Count > 10,
          StatusName(Status), Again == Count, StatusName(Second));
    Print("everything goes on: %s\n", StatusName(NtYieldExecution()) != NULL ? "yes" : "no");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        return Child();
    }
    Views();
    Kinds();
    Images();
    OtherProcess();
    Locks();
    Limit();
    return 0;
}
