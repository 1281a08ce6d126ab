/* SPDX-License-Identifier: MIT */
/* Runs the cases of NtMicaKernelCase that its arguments name, and prints what they say. */
#include "mica.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        CHAR Line[256];
        NTSTATUS Status = NtMicaKernelCase(Number(argv[i]), Line, sizeof(Line));

        Print("%s\n", NT_SUCCESS(Status) ? Line : StatusName(Status));
    }
    return 0;
}
