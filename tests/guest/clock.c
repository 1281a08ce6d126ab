/* SPDX-License-Identifier: MIT */
/* What the clocks say after a while: the same in every deterministic run. */
#include "mica.h"

int main(int argc, char **argv)
{
    LARGE_INTEGER Counter, Time, Delay = {.QuadPart = -300000};

    (VOID) argc;
    (VOID) argv;
    NtDelayExecution(FALSE, &Delay);
    NtQueryPerformanceCounter(&Counter, NULL);
    NtQuerySystemTime(&Time);
    Print("%llu %llu %lu %lu\n", Counter.QuadPart, Time.QuadPart, NtGetTickCount(),
          Counter.LowPart);
    return 0;
}
