/* SPDX-License-Identifier: MIT */
/* Virtual memory: rounding and statuses, protections that bite, guard pages. As on NT; under Wine.
 */
#include "mica.h"

#define SELF NtCurrentProcess()

static NTSTATUS Allocate(ULONG *Base, ULONG Size, ULONG Type, ULONG Protect, ULONG *Got)
{
    PVOID Address = (PVOID)*Base;
    NTSTATUS Status;

    *Got = Size;
    Status = NtAllocateVirtualMemory(SELF, &Address, 0, Got, Type, Protect);
    *Base = (ULONG)Address;
    return Status;
}

static NTSTATUS Free(ULONG Base, ULONG Size, ULONG Type)
{
    PVOID Address = (PVOID)Base;

    return NtFreeVirtualMemory(SELF, &Address, &Size, Type);
}

static NTSTATUS Touch(ULONG Address, BOOLEAN Write)
{
    __try {
        if (Write) {
            Poke((PVOID)Address, 1);
        } else {
            Peek((PVOID)Address);
        }
        return STATUS_SUCCESS;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
}

static NTSTATUS Protect(ULONG Address, ULONG New, ULONG *Old)
{
    PVOID Base = (PVOID)Address;
    ULONG Size = 1;

    return NtProtectVirtualMemory(SELF, &Base, &Size, New, Old);
}

int main(int argc, char **argv)
{
    ULONG Base = 0, Other, Got, Old = 0;

    (VOID) argc;
    (VOID) argv;
    Print("reserve 1: %s", StatusName(Allocate(&Base, 1, MEM_RESERVE, PAGE_READWRITE, &Got)));
    Print(", granule %d, size %lX\n", (Base & 0xFFFF) == 0, Got);
    Print("touch: %s\n", StatusName(Touch(Base, FALSE)));
    Other = Base + 0x100;
    Print("commit: %s", StatusName(Allocate(&Other, 1, MEM_COMMIT, PAGE_READWRITE, &Got)));
    Print(", at the page %d, size %lX, zero %d\n", Other == Base, Got, Peek((PVOID)Base) == 0);
    Print("write: %s\n", StatusName(Touch(Base, TRUE)));
    Other = Base + 0x1000;
    Print("commit beyond: %s\n", StatusName(Allocate(&Other, 1, MEM_COMMIT, PAGE_READWRITE, &Got)));
    Other = Base;
    Print("reserve again: %s\n",
          StatusName(Allocate(&Other, 1, MEM_RESERVE, PAGE_READWRITE, &Got)));
    Print("release part of nothing: %s\n", StatusName(Free(Base + 0x100000, 0, MEM_RELEASE)));
    Print("release: %s\n", StatusName(Free(Base, 0, MEM_RELEASE)));
    Print("touch: %s\n", StatusName(Touch(Base, FALSE)));
    Print("release twice: %s\n", StatusName(Free(Base, 0, MEM_RELEASE)));

    Base = 0;
    Print("both, 5 pages: %s",
          StatusName(Allocate(&Base, 0x4001, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE, &Got)));
    Print(", size %lX\n", Got);
    Print("protect read-only: %s", StatusName(Protect(Base, PAGE_READONLY, &Old)));
    Print(", was %lX\n", Old);
    Print("read %s", StatusName(Touch(Base, FALSE)));
    Print(", write %s\n", StatusName(Touch(Base, TRUE)));
    Print("protect no access: %s", StatusName(Protect(Base, PAGE_NOACCESS, &Old)));
    Print(", was %lX\n", Old);
    Print("read %s\n", StatusName(Touch(Base, FALSE)));
    Print("protect guard: %s", StatusName(Protect(Base, PAGE_READWRITE | PAGE_GUARD, &Old)));
    Print(", was %lX\n", Old);
    Print("first %s", StatusName(Touch(Base, TRUE)));
    Print(", second %s\n", StatusName(Touch(Base, TRUE)));
    Print("decommit a page: %s\n", StatusName(Free(Base + 0x1000, 0x1000, MEM_DECOMMIT)));
    Print("read %s", StatusName(Touch(Base + 0x1000, FALSE)));
    Print(", next page %s\n", StatusName(Touch(Base + 0x2000, FALSE)));
    Print("protect it: %s\n", StatusName(Protect(Base + 0x1000, PAGE_READONLY, &Old)));
    Print("release inside: %s\n", StatusName(Free(Base + 0x1000, 0, MEM_RELEASE)));
    Print("release: %s\n", StatusName(Free(Base, 0, MEM_RELEASE)));

    Base = 0;
    Print("size 0: %s\n", StatusName(Allocate(&Base, 0, MEM_RESERVE, PAGE_READWRITE, &Got)));
    Print("protection 0: %s\n", StatusName(Allocate(&Base, 1, MEM_RESERVE, 0, &Got)));
    Print("type 0: %s\n", StatusName(Allocate(&Base, 1, 0, PAGE_READWRITE, &Got)));
    Base = 0x80000000;
    Print("kernel half: %s\n", StatusName(Allocate(&Base, 1, MEM_RESERVE, PAGE_READWRITE, &Got)));
    Base = 0;
    Print("2 GB: %s\n", StatusName(Allocate(&Base, 0x7FFFFFFF, MEM_RESERVE, PAGE_READWRITE, &Got)));
    Print("code is read-only: %s\n", StatusName(Touch((ULONG)main, TRUE)));
    Print(
        "headers too: %s\n",
        StatusName(Touch((ULONG)NtCurrentTeb()->ProcessEnvironmentBlock->ImageBaseAddress, TRUE)));
    return 0;
}
