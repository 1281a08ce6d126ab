/* SPDX-License-Identifier: MIT */
/* Standard input to its end: lines, bytes, and STATUS_END_OF_FILE more than once. */
#include "mica.h"

int main(int argc, char **argv)
{
    HANDLE Input = NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardInput;
    IO_STATUS_BLOCK IoStatus;
    UCHAR Bytes[256];
    ULONG Total = 0, Sum = 0;
    NTSTATUS Status;

    (VOID) argc;
    (VOID) argv;
    for (;;) {
        Status = NtReadFile(Input, NULL, NULL, NULL, &IoStatus, Bytes, sizeof(Bytes), NULL, NULL);
        if (!NT_SUCCESS(Status)) {
            break;
        }
        for (ULONG i = 0; i < IoStatus.Information; i++) {
            Sum = Sum * 31 + Bytes[i];
        }
        Total += IoStatus.Information;
    }
    Print("%lu bytes, sum %08lX\n", Total, Sum);
    Print("end: %s, again: %s\n", StatusName(Status),
          StatusName(NtReadFile(Input, NULL, NULL, NULL, &IoStatus, Bytes, 1, NULL, NULL)));
    return 0;
}
