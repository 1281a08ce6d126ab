/* SPDX-License-Identifier: MIT */
/* RTL_USER_PROCESS_PARAMETERS: one block, the strings behind the structure. */
#include "ntdll.h"
#include "rtl/rtl.h"

static PUNICODE_STRING RtlpParameterString(PRTL_USER_PROCESS_PARAMETERS Parameters, ULONG Index)
{
    PUNICODE_STRING Strings[] = {&Parameters->CurrentDirectory.DosPath,
                                 &Parameters->DllPath,
                                 &Parameters->ImagePathName,
                                 &Parameters->CommandLine,
                                 &Parameters->WindowTitle,
                                 &Parameters->DesktopInfo,
                                 &Parameters->ShellInfo,
                                 &Parameters->RuntimeData};

    return Index < ARRAYSIZE(Strings) ? Strings[Index] : NULL;
}

/* Every pointer into the block moves by Delta. */
VOID RtlpMoveParameters(PRTL_USER_PROCESS_PARAMETERS Parameters, ULONG Delta)
{
    PUNICODE_STRING String;

    for (ULONG i = 0; (String = RtlpParameterString(Parameters, i)) != NULL; i++) {
        if (String->Buffer != NULL) {
            String->Buffer = (PWSTR)((ULONG)String->Buffer + Delta);
        }
    }
}

PRTL_USER_PROCESS_PARAMETERS NTAPI
RtlNormalizeProcessParams(PRTL_USER_PROCESS_PARAMETERS Parameters)
{
    if (Parameters != NULL && !(Parameters->Flags & RTL_USER_PROC_PARAMS_NORMALIZED)) {
        RtlpMoveParameters(Parameters, (ULONG)Parameters);
        Parameters->Flags |= RTL_USER_PROC_PARAMS_NORMALIZED;
    }
    return Parameters;
}

PRTL_USER_PROCESS_PARAMETERS NTAPI
RtlDeNormalizeProcessParams(PRTL_USER_PROCESS_PARAMETERS Parameters)
{
    if (Parameters != NULL && Parameters->Flags & RTL_USER_PROC_PARAMS_NORMALIZED) {
        RtlpMoveParameters(Parameters, -(ULONG)Parameters);
        Parameters->Flags &= ~RTL_USER_PROC_PARAMS_NORMALIZED;
    }
    return Parameters;
}

static ULONG RtlpStringRoom(PUNICODE_STRING String)
{
    return String != NULL ? (String->Length + 2 * sizeof(WCHAR) - 1 + 3) & ~3UL : 4;
}

NTSTATUS NTAPI RtlCreateProcessParameters(PRTL_USER_PROCESS_PARAMETERS *Result,
                                          PUNICODE_STRING ImagePathName, PUNICODE_STRING DllPath,
                                          PUNICODE_STRING CurrentDirectory,
                                          PUNICODE_STRING CommandLine, PWSTR Environment,
                                          PUNICODE_STRING WindowTitle, PUNICODE_STRING DesktopInfo,
                                          PUNICODE_STRING ShellInfo, PUNICODE_STRING RuntimeData)
{
    PPEB Peb = NtCurrentTeb()->ProcessEnvironmentBlock;
    PRTL_USER_PROCESS_PARAMETERS Own = Peb->ProcessParameters, Parameters;
    PUNICODE_STRING Sources[] = {CurrentDirectory != NULL ? CurrentDirectory
                                                          : &Own->CurrentDirectory.DosPath,
                                 DllPath != NULL ? DllPath : &Own->DllPath,
                                 ImagePathName,
                                 CommandLine != NULL ? CommandLine : ImagePathName,
                                 WindowTitle,
                                 DesktopInfo,
                                 ShellInfo,
                                 RuntimeData};
    ULONG Bytes = sizeof(*Parameters);
    PUCHAR At;

    for (ULONG i = 0; i < ARRAYSIZE(Sources); i++) {
        Bytes += RtlpStringRoom(Sources[i]);
    }
    Parameters = RtlAllocateHeap(Peb->ProcessHeap, HEAP_ZERO_MEMORY, Bytes);
    if (Parameters == NULL) {
        return STATUS_NO_MEMORY;
    }
    Parameters->MaximumLength = Parameters->Length = Bytes;
    Parameters->Flags = RTL_USER_PROC_PARAMS_NORMALIZED;
    Parameters->Environment = Environment != NULL ? Environment : Own->Environment;
    Parameters->StandardInput = Own->StandardInput;
    Parameters->StandardOutput = Own->StandardOutput;
    Parameters->StandardError = Own->StandardError;
    At = (PUCHAR)(Parameters + 1);
    for (ULONG i = 0; i < ARRAYSIZE(Sources); i++) {
        PUNICODE_STRING String = RtlpParameterString(Parameters, i);

        String->Buffer = (PWSTR)At;
        String->MaximumLength = (USHORT)((Sources[i] != NULL ? Sources[i]->Length : 0) + 2);
        RtlCopyUnicodeString(String, Sources[i]);
        At += RtlpStringRoom(Sources[i]);
    }
    *Result = Parameters;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlDestroyProcessParameters(PRTL_USER_PROCESS_PARAMETERS Parameters)
{
    RtlFreeHeap(NtCurrentTeb()->ProcessEnvironmentBlock->ProcessHeap, 0, Parameters);
    return STATUS_SUCCESS;
}
