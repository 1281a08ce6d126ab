/* SPDX-License-Identifier: MIT */
/* Says so and stays in ring 3, to be looked at from outside. */
#include "mica.h"

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Print("spinning\n");
    for (;;) {
        __asm__ volatile("pause");
    }
}
