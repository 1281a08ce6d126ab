/* SPDX-License-Identifier: MIT */
/* uses: kernel/i386/gdt.c kernel/i386/idt.c */
/* The makers of descriptors and gates against nt-facts 1.1's raw quadwords and Intel's examples. */
#include "i386/descriptors.h"
#include "unit.h"

KTASK_STATE KiDoubleFaultTss, KiNmiTss;

static void Row(unsigned long Base, unsigned long Limit, int Access, int Flags, unsigned long High,
                unsigned long Low)
{
    KGDT_ROW Input = {0, Base, Limit, (UCHAR)Access, (UCHAR)Flags};
    KGDTENTRY Entry = KiMakeDescriptor(&Input);

    CHECK_EQ(((unsigned long *)&Entry)[0], Low);
    CHECK_EQ(((unsigned long *)&Entry)[1], High);
}

int main(void)
{
    Row(0, 0xFFFFFFFF, 0x1B, 0xC0, 0x00CF9B00, 0x0000FFFF);
    Row(0, 0xFFFFFFFF, 0x13, 0xC0, 0x00CF9300, 0x0000FFFF);
    Row(0, 0xFFFFFFFF, 0x7B, 0xC0, 0x00CFFB00, 0x0000FFFF);
    Row(0, 0xFFFFFFFF, 0x73, 0xC0, 0x00CFF300, 0x0000FFFF);
    Row(0x8024D000, 0x20AB, 0x0B, 0, 0x80008B24, 0xD00020AB);
    Row(0xFFDFF000, 0x1FFF, 0x13, 0xC0, 0xFFC093DF, 0xF0000001);
    Row(0x7FFD9000, 0xFFF, 0x73, 0x40, 0x7F40F3FD, 0x90000FFF);
    Row(0x400, 0xFFFF, 0x73, 0, 0x0000F300, 0x0400FFFF);
    Row(0x80149F60, 0x68, 0x09, 0, 0x80008914, 0x9F600068);
    Row(0x80149FC8, 0x68, 0x09, 0, 0x80008914, 0x9FC80068);
    Row(0x22940, 0xFFFF, 0x13, 0, 0x00009302, 0x2940FFFF);
    Row(0xB8000, 0x3FFF, 0x13, 0, 0x0000930B, 0x80003FFF);
    Row(0xFFFF7000, 0x3FF, 0x13, 0, 0xFF0093FF, 0x700003FF);
    Row(0x80400000, 0xFFFF, 0x1B, 0, 0x80009B40, 0x0000FFFF);
    Row(0x80117DB0, 0x28D, 0x19, 0, 0x80009911, 0x7DB0028D);
    Row(0x12345678, 0xABCDE, 0x13, 0x40, 0x124A9334, 0x5678BCDE); /* limit above 64 KB in bytes */

    KIDTENTRY Gate = KiMakeGate(8, 0x8013DD20, IDT_INTERRUPT_GATE | IDT_DPL3);
    CHECK_EQ(((unsigned long *)&Gate)[0], 0x0008DD20);
    CHECK_EQ(((unsigned long *)&Gate)[1], 0x8013EE00);
    Gate = KiMakeGate(0x50, 0, IDT_TASK_GATE);
    CHECK_EQ(((unsigned long *)&Gate)[0], 0x00500000);
    CHECK_EQ(((unsigned long *)&Gate)[1], 0x00008500);
    return UnitResult();
}
