/* SPDX-License-Identifier: MIT */
/*
 * The HAL: the machine around the processor. This header is the whole contract.
 * Everything here may be called at any IRQL, with interrupts on or off, unless it says otherwise.
 */
#pragma once

#include "nt/ntdef.h"

/* IRQLs, as NT's HAL for the two 8259s numbers them: IRQ n is 27 - n, the clock stands above. */
typedef UCHAR KIRQL, *PKIRQL;
#define PASSIVE_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CLOCK2_LEVEL 28
#define HIGH_LEVEL 31
#define HAL_IRQ_LEVEL(irq) ((KIRQL)((irq) == HAL_IRQ_CLOCK ? CLOCK2_LEVEL : 27 - (irq)))

#define HAL_IRQ_COUNT 16
#define HAL_IRQ_CLOCK 0
#define HAL_IRQ_KEYBOARD 1
#define HAL_IRQ_COM2 3
#define HAL_IRQ_COM1 4
#define HAL_VECTOR_BASE 0x30 /* IRQ n arrives on vector 30h + n */

/* One clock tick, in 100 ns units. */
#define HAL_CLOCK_INCREMENT 100000UL

/* Serial lines and text screen, so that HalDisplayString works. First of all. */
VOID HalInitializeDisplay(VOID);

/*
 * Takes over the machine: where the processor's KPCR keeps IRQL, IRR and IDR; the PICs on 30-3F
 * with every line masked. Interrupts are off. Once.
 */
VOID HalInitializeSystem(volatile UCHAR *Irql, volatile ULONG *Irr, volatile ULONG *Idr);

/* Starts the clock and unmasks the interrupts that trap/interrupt.c serves. Interrupts off. */
VOID HalStartInterrupts(VOID);

/* pic.c: IRQL is a number in the KPCR; the PICs are only touched when an interrupt comes early. */
KIRQL KeGetCurrentIrql(VOID);
KIRQL KfRaiseIrql(KIRQL NewIrql); /* returns the old one */
VOID KfLowerIrql(KIRQL NewIrql);  /* interrupts held back by the old level arrive now */
/* Checked builds: told of a raise that lowers, and of a lowering that raises. */
extern VOID (*HalWrongIrql)(KIRQL Old, KIRQL New, BOOLEAN Raise);

/*
 * Software interrupts, which NT's lazy IRQL is for: APC_LEVEL and DISPATCH_LEVEL are asked for here
 * and come when IRQL is below, at once or by the lowering that lets them. Routine is called at that
 * level, interrupts off, and returns so; between it may enable them, and switch threads.
 */
VOID HalRegisterSoftwareInterrupt(KIRQL Level, VOID (*Routine)(VOID));
VOID HalRequestSoftwareInterrupt(KIRQL Level);

/*
 * Entry and exit of an interrupt on Vector, interrupts off. Begin raises to the line's IRQL and
 * acknowledges; FALSE: spurious, or below the current IRQL (kept until that is lowered): return
 * from the interrupt at once, End is not called.
 */
BOOLEAN HalBeginSystemInterrupt(ULONG Vector, PKIRQL OldIrql);
VOID HalEndSystemInterrupt(KIRQL OldIrql);

/* pit.c */
#define HAL_PERFORMANCE_FREQUENCY 1193182UL
ULONGLONG HalQueryPerformanceCounter(VOID); /* never runs backwards */
VOID HalClockTick(VOID);                    /* the clock interrupt reports here, interrupts off */
VOID HalStallExecution(ULONG Microseconds); /* busy wait of at most 50,000 */

/* rtc.c: the battery clock's time, in 100 ns since 1601-01-01 (read as UTC). Interrupts off. */
ULONGLONG HalQueryRealTimeClock(VOID);

/*
 * serial.c: COM1 is the program's console; kernel messages go to COM2, or to COM1 where a
 * machine has no second port.
 */
#define HAL_COM1 0
#define HAL_COM2 1
VOID HalSerialWrite(ULONG Port, PCSTR Bytes, ULONG Count); /* waits for room */
BOOLEAN HalSerialRead(ULONG Port, PUCHAR Byte);            /* FALSE: nothing has come */
VOID HalSerialHold(ULONG Port, BOOLEAN Hold);        /* TRUE: no more receive interrupts for now */
VOID HalSerialWriteKernel(PCSTR Bytes, ULONG Count); /* to the kernel's port */
VOID HalSerialFlush(VOID);                           /* returns when the last byte has left */

/* keyboard.c: what the key just pressed means, or 0; read in its interrupt. */
CHAR HalReadKeyboard(VOID);

/* screen.c: the 80 x 25 text screen. */
VOID HalScreenWrite(PCSTR Bytes, ULONG Count);
VOID HalScreenBlue(VOID); /* clears it to white on blue, for a bugcheck */

/* display.c: a kernel message, to screen and kernel port. */
VOID HalDisplayString(PCSTR String);
VOID HalFreshLine(VOID); /* ends the line, if somebody left one unfinished */

/* power.c: how a run ended, told to the host by QEMU's isa-debug-exit. */
#define HAL_EXIT_PROGRAM_ENDED 0x10 /* QEMU's exit status is 2n + 1: 33 */
#define HAL_EXIT_BUGCHECK 0x11      /* 35 */
#define HAL_EXIT_NOT_STARTED 0x12   /* 37 */
DECLSPEC_NORETURN VOID HalReturnToHost(ULONG Code);
/* Something has gone wrong that a host which watches may want to look at: QEMU's pvpanic stops the
   machine until it has. Elsewhere nothing happens. Any IRQL. */
VOID HalReportCrash(VOID);
