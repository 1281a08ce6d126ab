/* SPDX-License-Identifier: MIT */
/* ProcessExecuteFlags (XP), by which a process chooses its checks, and RtlInitializeExceptionChain.
 */
#include "mica.h"

static ULONG Query(NTSTATUS *Status)
{
    ULONG Flags = 0x99;

    *Status = NtQueryInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, &Flags,
                                        sizeof(Flags), NULL);
    return Flags;
}

static NTSTATUS Set(ULONG Flags)
{
    return NtSetInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, &Flags, sizeof(Flags));
}

static ULONG Handled(VOID)
{
    __try {
        Peek((PVOID)0x10);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    PVOID Chain = NtCurrentTeb()->NtTib.ExceptionList;
    EXCEPTION_REGISTRATION_RECORD End;
    ULONG Flags = 0x100;
    NTSTATUS Status;
    ULONG Value = Query(&Status);

    (VOID) argc;
    (VOID) argv;
    Print("default: %s %lX\n", StatusName(Status), Value);
    Print("short: %s\n",
          StatusName(NtSetInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, &Flags, 2)));
    Print("unknown bit: %s\n", StatusName(Set(0x100)));
    Print("other class: %s\n",
          StatusName(NtSetInformationProcess(NtCurrentProcess(), 0, &Flags, 4)));
    Print("other process: %s\n",
          StatusName(NtSetInformationProcess((HANDLE)0x1234, ProcessExecuteFlags, &Flags, 4)));
    Print("no pointer: %s\n",
          StatusName(NtSetInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, NULL, 4)));
    Status = Set(0x32); /* both checks on */
    Value = Query(&Status);
    Print("set: %s, now %lX\n", StatusName(Status), Value);
    /* This thread began without SEHOP, so its chain need not have the end. */
    Print("a chain without its end: handled %lu\n", Handled());
    RtlInitializeExceptionChain(&End);
    Value = Handled();
    NtCurrentTeb()->NtTib.ExceptionList = &End;
    Print("attached: handled %lu, then %lu\n", Value, Handled());
    NtCurrentTeb()->NtTib.ExceptionList = Chain;
    Set(0xF2);
    Status = Set(0x3A);
    Value = (ULONG)Set(0xF2);
    Print("permanent: %s, again %s, ", StatusName(Status), StatusName((NTSTATUS)Value));
    Print("still %lX\n", Query(&Status));
    return 0;
}
