/* SPDX-License-Identifier: MIT */
/* Processes in one line each. */
#include "mica.h"

#define MAXIMUM_PATH 260

/* Windows tells a program its path in DOS's form, C:\..., and wants \??\C:\... back. */
VOID NativePath(PUNICODE_STRING Path, PUNICODE_STRING Native, PWSTR Space)
{
    static const WCHAR Prefix[] = L"\\??\\";

    *Native = *Path;
    if (Path->Length > 2 * sizeof(WCHAR) && Path->Buffer[1] == ':' &&
        Path->Length + sizeof(Prefix) <= MAXIMUM_PATH * sizeof(WCHAR)) {
        Native->Buffer = Space;
        memcpy(Space, Prefix, sizeof(Prefix) - sizeof(WCHAR));
        memcpy(Space + 4, Path->Buffer, Path->Length);
        Native->Length = Path->Length + 4 * sizeof(WCHAR);
        Native->MaximumLength = Native->Length;
    }
}

static HANDLE OwnInput(VOID)
{
    return NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardInput;
}

static NTSTATUS Start(HANDLE Input, HANDLE DebugPort, PUNICODE_STRING Path, PCSTR CommandLine,
                      PRTL_USER_PROCESS_INFORMATION Information)
{
    PRTL_USER_PROCESS_PARAMETERS Parameters;
    WCHAR Space[MAXIMUM_PATH];
    UNICODE_STRING Line, Native;
    NTSTATUS Status = STATUS_NO_MEMORY;

    NativePath(Path, &Native, Space);
    if (!RtlCreateUnicodeStringFromAsciiz(&Line, CommandLine)) {
        return Status;
    }
    Status = RtlCreateProcessParameters(&Parameters, Path, NULL, NULL, &Line, NULL, NULL, NULL,
                                        NULL, NULL);
    if (NT_SUCCESS(Status)) {
        Parameters->StandardInput = Input;
        Status = RtlCreateUserProcess(&Native, OBJ_CASE_INSENSITIVE, Parameters, NULL, NULL, NULL,
                                      FALSE, DebugPort, NULL, Information);
        RtlDestroyProcessParameters(Parameters);
    }
    RtlFreeUnicodeString(&Line);
    return Status;
}

NTSTATUS StartProgramOn(HANDLE Input, PUNICODE_STRING Path, PCSTR CommandLine,
                        PRTL_USER_PROCESS_INFORMATION Information)
{
    return Start(Input, NULL, Path, CommandLine, Information);
}

NTSTATUS StartProgram(PUNICODE_STRING Path, PCSTR CommandLine,
                      PRTL_USER_PROCESS_INFORMATION Information)
{
    return Start(OwnInput(), NULL, Path, CommandLine, Information);
}

NTSTATUS StartDebugged(HANDLE DebugObject, PUNICODE_STRING Path, PCSTR CommandLine,
                       PRTL_USER_PROCESS_INFORMATION Information)
{
    return Start(OwnInput(), DebugObject, Path, CommandLine, Information);
}

/* The same program once more: what NtCurrentProcess() was started from. */
HANDLE StartSelf(PCSTR Argument)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Information;
    CHAR Line[128];

    _snprintf(Line, sizeof(Line) - 1, "self %s", Argument);
    Line[sizeof(Line) - 1] = 0;
    Require(StartProgram(Path, Line, &Information), "process");
    NtResumeThread(Information.ThreadHandle, NULL);
    NtClose(Information.ThreadHandle);
    return Information.ProcessHandle;
}

NTSTATUS JoinProcess(HANDLE Process)
{
    PROCESS_BASIC_INFORMATION Basic = {.ExitStatus = STATUS_UNSUCCESSFUL};

    NtWaitForSingleObject(Process, FALSE, NULL);
    NtQueryInformationProcess(Process, ProcessBasicInformation, &Basic, sizeof(Basic), NULL);
    NtClose(Process);
    return Basic.ExitStatus;
}
