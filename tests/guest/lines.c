/* SPDX-License-Identifier: MIT */
/* Lines of standard input, each in brackets; the status is how many there were. */
#include "mica.h"

int main(int argc, char **argv)
{
    CHAR Line[128];
    int Count = 0;

    (VOID) argc;
    (VOID) argv;
    while (ReadLine(Line, sizeof(Line))) {
        Print("[%s]\n", Line);
        Count++;
    }
    return Count;
}
