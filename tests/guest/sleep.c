/* SPDX-License-Identifier: MIT */
/* Says so and sleeps, for longer than any test waits. */
#include "mica.h"

int main(int argc, char **argv)
{
    LARGE_INTEGER Delay = {.QuadPart = -36000000000LL}; /* an hour */

    (VOID) argc;
    (VOID) argv;
    Print("sleeping\n");
    NtDelayExecution(FALSE, &Delay);
    return 0;
}
