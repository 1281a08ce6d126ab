/* SPDX-License-Identifier: MIT */
/* The end of a run. */
#include "halp.h"

#define DEBUG_EXIT_PORT 0xF4 /* QEMU's isa-debug-exit */
#define PVPANIC_PORT 0x505   /* QEMU's pvpanic */
#define PVPANIC_PANICKED 1
#define PIIX4_PM_CONTROL 0x604 /* where SeaBIOS puts it */
#define PM_SLEEP_S5 0x2000

VOID HalReportCrash(VOID)
{
    HalSerialFlush();
    HalpOut8(PVPANIC_PORT, PVPANIC_PANICKED);
}

DECLSPEC_NORETURN VOID HalReturnToHost(ULONG Code)
{
    HalSerialFlush();
    HalpOut32(DEBUG_EXIT_PORT, Code);
    if (Code == HAL_EXIT_PROGRAM_ENDED) {
        HalpOut16(PIIX4_PM_CONTROL, PM_SLEEP_S5);
    }
    HalDisplayString("It is now safe to turn off your computer.\n"); /* neither was there */
    for (;;) {
        __asm__ volatile("cli\n\thlt");
    }
}
