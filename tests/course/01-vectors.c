/* SPDX-License-Identifier: MIT */
/*
 * The vectors that instructions reach by themselves: which exception, at which address, and where a
 * handler would go on. Source: nt-facts 2.1, whose rows come from Wine's tests on Windows. Left out
 * because QEMU's TCG does not do it: ICEBP (#UD there), LOCK MOV (no
 * exception there).
 */
#include "course.h"

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    CASE("#DE, vector 0: a division by zero and a quotient that does not fit are one code");
    ROW("div ecx, by 0", 0xF7, 0xF1);
    ROW("div cl, by 0", 0xF6, 0xF1);
    ROW("idiv: 80000000 / -1", 0xB8, 0, 0, 0, 0x80, 0x83, 0xCA, 0xFF, 0x83, 0xC9, 0xFF, 0xF7, 0xF9);
    ROW("div: quotient too large", 0xBA, 2, 0, 0, 0, 0xB9, 1, 0, 0, 0, 0xF7, 0xF1);
    ROW("aam 0", 0xD4, 0);

    CASE("#DB, vector 1: the instruction that sets TF is not stepped, the next one is");
    ROW("popf with tf", 0x9C, 0x80, 0x4C, 0x24, 0x01, 0x01, 0x9D, 0x90, 0x90);

    CASE("#BP, vector 3: address and EIP are the breakpoint's; CD 03 is told as if it were CC");
    ROW("int3", 0xCC);
    ROW("cd 03", 0xCD, 0x03);
    ROW("nop, int3", 0x90, 0xCC);

    CASE("#OF, vector 4: a trap; the address is INTO's, EIP is behind it");
    ROW("into after overflow", 0xB0, 0x7F, 0x04, 0x01, 0xCE);
    ROW("into without", 0x30, 0xC0, 0xCE);
    ROW("cd 04", 0xCD, 0x04);

    CASE("#BR, vector 5");
    Scratch[0] = 10;
    Scratch[1] = 20;
    ROW("bound: 1 of 10..20", 0x62, 0x03);
    Scratch[0] = 1;
    ROW("bound: 1 of 1..20", 0x62, 0x03);
    Scratch[0] = (ULONG)-2;
    Scratch[1] = 0;
    ROW("bound: 1 of -2..0", 0x62, 0x03);

    CASE("#UD, vector 6");
    ROW("ud2", 0x0F, 0x0B);
    ROW("0f ff", 0x0F, 0xFF);
    ROW("mov cs, ax", 0x8E, 0xC8);
    ROW("lea of a register", 0x8D, 0xC0);

    CASE("#UD with a lock prefix among the first four bytes is another code");
    ROW("lock nop", 0xF0, 0x90);
    ROW("operand size, lock nop", 0x66, 0xF0, 0x90);
    ROW("lock add of memory", 0xF0, 0x01, 0x03);
    ROW("lock add of a register", 0xF0, 0x01, 0xC0);

    CASE("alignment checks are off: AC in a program's flags does nothing");
    ROW("misaligned read with ac", 0x9C, 0x81, 0x0C, 0x24, 0, 0, 0x04, 0, 0x9D, 0x8B, 0x43, 0x01,
        0x9C, 0x81, 0x24, 0x24, 0xFF, 0xFF, 0xFB, 0xFF, 0x9D);

    CASE("no exception at all");
    ROW("nop", 0x90);
    ROW("cpuid", 0x53, 0x0F, 0xA2, 0x5B);
    ROW("rdtsc", 0x0F, 0x31);
    ROW("smsw ax", 0x66, 0x0F, 0x01, 0xE0);
    ROW("pushf, popf with iopl", 0x9C, 0x81, 0x0C, 0x24, 0, 0x30, 0, 0, 0x9D);
    return 0;
}
