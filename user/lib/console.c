/* SPDX-License-Identifier: MIT */
/* Standard output and input for programs, and what text means. */
#include "mica.h"

VOID Print(PCSTR Format, ...)
{
    PRTL_USER_PROCESS_PARAMETERS Parameters =
        NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters;
    CHAR Text[1024];
    IO_STATUS_BLOCK IoStatus;
    va_list Arguments;
    int Length;

    va_start(Arguments, Format);
    Length = _vsnprintf(Text, sizeof(Text), Format, Arguments);
    va_end(Arguments);
    NtWriteFile(Parameters->StandardOutput, NULL, NULL, NULL, &IoStatus, Text,
                Length < 0 ? sizeof(Text) : (ULONG)Length, NULL, NULL);
}

/* One byte at a time: what comes behind the line stays in the system. */
BOOLEAN ReadLine(PCHAR Line, ULONG Size)
{
    HANDLE Input = NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardInput;
    IO_STATUS_BLOCK IoStatus;
    static BOOLEAN AfterReturn; /* the line before ended with \r: a \n now belongs to it */
    ULONG Length = 0;
    CHAR Byte = 0;

    while (Byte != '\n') {
        NTSTATUS Status = NtReadFile(Input, NULL, NULL, NULL, &IoStatus, &Byte, 1, NULL, NULL);

        if (!NT_SUCCESS(Status) || IoStatus.Information == 0) {
            Line[Length] = 0;
            return Length != 0;
        }
        if (Byte == '\n' && AfterReturn) {
            AfterReturn = FALSE;
            Byte = 0;
            continue;
        }
        AfterReturn = Byte == '\r';
        if (AfterReturn) {
            break; /* a terminal in raw mode sends no more */
        }
        if (Byte != '\n' && Length < Size - 1) {
            Line[Length++] = Byte;
        }
    }
    Line[Length] = 0;
    return TRUE;
}

static const struct {
    NTSTATUS Value;
    PCSTR Name;
} Names[] = {
#define STATUS(value, name) {(NTSTATUS)(value), "STATUS_" #name},
#include "nt/ntstatus.def"
#undef STATUS
};

PCSTR StatusName(NTSTATUS Status)
{
    static CHAR Number[12];

    for (ULONG i = 0; i < ARRAYSIZE(Names); i++) {
        if (Names[i].Value == Status) {
            return Names[i].Name;
        }
    }
    sprintf(Number, "%08lX", Status);
    return Number;
}

ULONG Number(PCSTR Text)
{
    ULONG Value = 0;

    for (; *Text >= '0' && *Text <= '9'; Text++) {
        Value = Value * 10 + (ULONG)(*Text - '0');
    }
    return Value;
}
