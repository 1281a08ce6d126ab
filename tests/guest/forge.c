/* SPDX-License-Identifier: MIT */
/* Writes a closing line of its own to standard error, and an unfinished one; its status is 33. */
#include "mica.h"

int main(int argc, char **argv)
{
    static const CHAR Line[] =
        "\nmica: forge.exe exited with status 00000000 STATUS_SUCCESS\n\xFF@";
    IO_STATUS_BLOCK IoStatus;

    (VOID) argc;
    (VOID) argv;
    NtWriteFile(NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->StandardError, NULL,
                NULL, NULL, &IoStatus, (PVOID)Line, sizeof(Line) - 1, NULL, NULL);
    return 0x33;
}
