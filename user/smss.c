/* SPDX-License-Identifier: MIT */
/*
 * The session manager: the first process of a system that is more than one program. It starts the
 * shell, and stops the machine when the shell has been left. A shell that ends otherwise is started
 * again.
 */
#include "mica.h"

static NTSTATUS RunShell(NTSTATUS *ExitStatus)
{
    UNICODE_STRING Path;
    RTL_USER_PROCESS_INFORMATION Shell;
    PROCESS_BASIC_INFORMATION Basic;
    NTSTATUS Status;

    RtlInitUnicodeString(&Path, u"\\SystemRoot\\shell.exe");
    Status = StartProgram(&Path, "shell", &Shell);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    NtResumeThread(Shell.ThreadHandle, NULL);
    NtWaitForSingleObject(Shell.ProcessHandle, FALSE, NULL);
    Status = NtQueryInformationProcess(Shell.ProcessHandle, ProcessBasicInformation, &Basic,
                                       sizeof(Basic), NULL);
    *ExitStatus = Basic.ExitStatus;
    NtClose(Shell.ThreadHandle);
    NtClose(Shell.ProcessHandle);
    return Status;
}

int main(int argc, char **argv)
{
    NTSTATUS Status, ExitStatus = STATUS_PENDING;

    (VOID) argc;
    (VOID) argv;
    for (;;) {
        Status = RunShell(&ExitStatus);
        if (!NT_SUCCESS(Status)) {
            Print("smss: shell.exe cannot be started: %s\n", StatusName(Status));
            return Status;
        }
        if (ExitStatus == STATUS_SUCCESS) {
            break;
        }
        Print("\nsmss: the shell has ended with %s, and is started again\n",
              StatusName(ExitStatus));
    }
    NtShutdownSystem(ShutdownPowerOff);
    return 0;
}
