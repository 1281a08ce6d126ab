/* SPDX-License-Identifier: MIT */
/* The smallest program: prints a line and its arguments. Its status is how many there were. */
#include "mica.h"

int main(int argc, char **argv)
{
    Print("Hello from ring 3.\n");
    for (int i = 1; i < argc; i++) {
        Print("argument %d: %s\n", i, argv[i]);
    }
    return argc - 1;
}
