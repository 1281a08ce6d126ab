/* SPDX-License-Identifier: MIT */
/*
 * The two 8259s, and IRQL on top of them. Raising IRQL only writes the KPCR's byte (NT's lazy
 * IRQL); an interrupt that arrives too early is acknowledged, noted in IRR and replayed by the
 * lowering of IRQL that lets it through.
 */
#include "halp.h"

#define PIC1 0x20
#define PIC2 0xA0
#define PIC_DATA 1 /* offset of the data port */
#define ICW1_INIT_ICW4 0x11
#define ICW4_8086 0x01
#define OCW2_EOI 0x20
#define OCW3_READ_IRR 0x0A
#define OCW3_READ_ISR 0x0B
#define PIC_CASCADE 2

static volatile UCHAR *HalpIrql;
static volatile ULONG *HalpIrr; /* bit n: IRQ n waits for a lower IRQL */
static volatile ULONG *HalpIdr; /* bit n: IRQ n is masked at the PIC */

static VOID HalpSetMask(ULONG Mask)
{
    *HalpIdr = Mask;
    HalpOut8(PIC1 + PIC_DATA, (UCHAR)Mask);
    HalpOut8(PIC2 + PIC_DATA, (UCHAR)(Mask >> 8));
}

VOID HalpInitializePics(volatile UCHAR *Irql, volatile ULONG *Irr, volatile ULONG *Idr)
{
    HalpIrql = Irql;
    HalpIrr = Irr;
    HalpIdr = Idr;
    HalpOut8(PIC1, ICW1_INIT_ICW4);
    HalpOut8(PIC2, ICW1_INIT_ICW4);
    HalpOut8(PIC1 + PIC_DATA, HAL_VECTOR_BASE);
    HalpOut8(PIC2 + PIC_DATA, HAL_VECTOR_BASE + 8);
    HalpOut8(PIC1 + PIC_DATA, 1 << PIC_CASCADE);
    HalpOut8(PIC2 + PIC_DATA, PIC_CASCADE);
    HalpOut8(PIC1 + PIC_DATA, ICW4_8086);
    HalpOut8(PIC2 + PIC_DATA, ICW4_8086);
    HalpSetMask(0xFFFF & ~(1UL << PIC_CASCADE));
}

VOID HalpEnableIrq(ULONG Irq)
{
    HalpSetMask(*HalpIdr & ~(1UL << Irq));
}

BOOLEAN HalpIsIrqRequested(ULONG Irq)
{
    HalpOut8(PIC1, OCW3_READ_IRR);
    return (HalpIn8(PIC1) >> Irq) & 1;
}

/* IRQ 7 and 15 also come when a request vanished; then the ISR bit is clear. */
static BOOLEAN HalpIsSpurious(ULONG Irq)
{
    USHORT Pic = Irq < 8 ? PIC1 : PIC2;

    if ((Irq & 7) != 7) {
        return FALSE;
    }
    HalpOut8(Pic, OCW3_READ_ISR);
    return !(HalpIn8(Pic) & 0x80);
}

BOOLEAN HalBeginSystemInterrupt(ULONG Vector, PKIRQL OldIrql)
{
    ULONG Irq = Vector - HAL_VECTOR_BASE;

    if (HalpIsSpurious(Irq)) {
        if (Irq > 7) {
            HalpOut8(PIC1, OCW2_EOI); /* the cascade line was real */
        }
        return FALSE;
    }
    if (Irq > 7) {
        HalpOut8(PIC2, OCW2_EOI);
    }
    HalpOut8(PIC1, OCW2_EOI);
    *OldIrql = *HalpIrql;
    if (*OldIrql >= HAL_IRQ_LEVEL(Irq)) {
        *HalpIrr |= 1UL << Irq;
        return FALSE;
    }
    *HalpIrql = HAL_IRQ_LEVEL(Irq);
    return TRUE;
}

VOID HalEndSystemInterrupt(KIRQL OldIrql)
{
    KfLowerIrql(OldIrql);
}

/* The highest line in IRR that is above IRQL, or HAL_IRQ_COUNT. */
static ULONG HalpPendingIrq(KIRQL Irql)
{
    for (ULONG Irq = 0; Irq < HAL_IRQ_COUNT; Irq++) {
        if ((*HalpIrr >> Irq & 1) && HAL_IRQ_LEVEL(Irq) > Irql) {
            return Irq;
        }
    }
    return HAL_IRQ_COUNT;
}

/* `int 30h+n`: as if the line had been raised now. The EOI it sends finds nothing in service. */
static VOID HalpReplay(ULONG Irq)
{
#define REPLAY(n)                                                                                  \
    case n:                                                                                        \
        __asm__ volatile("int %0" ::"i"(HAL_VECTOR_BASE + (n)) : "memory");                        \
        break;
    switch (Irq) {
        REPLAY(HAL_IRQ_CLOCK)
        REPLAY(HAL_IRQ_KEYBOARD)
        REPLAY(HAL_IRQ_COM2)
        REPLAY(HAL_IRQ_COM1)
    }
#undef REPLAY
}

KIRQL KeGetCurrentIrql(VOID)
{
    return *HalpIrql;
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    KIRQL Old = *HalpIrql;

    *HalpIrql = NewIrql;
    return Old;
}

VOID KfLowerIrql(KIRQL NewIrql)
{
    ULONG Flags, Irq;

    *HalpIrql = NewIrql;
    if (*HalpIrr == 0) {
        return;
    }
    Flags = HalpDisableInterrupts();
    while ((Irq = HalpPendingIrq(NewIrql)) != HAL_IRQ_COUNT) {
        *HalpIrr &= ~(1UL << Irq);
        HalpReplay(Irq);
    }
    HalpRestoreInterrupts(Flags);
}
