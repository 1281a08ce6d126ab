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
/*
 * What waits for a lower IRQL: bits 1 and 2, the software interrupts of those levels; bit 4 + n,
 * IRQ n. As in NT's HAL.
 */
static volatile ULONG *HalpIrr;
#define IRR_SOFTWARE 0x0FUL
#define IRR_IRQ(irq) (1UL << ((irq) + 4))
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
        *HalpIrr |= IRR_IRQ(Irq);
        return FALSE;
    }
    *HalpIrql = HAL_IRQ_LEVEL(Irq);
    return TRUE;
}

VOID HalEndSystemInterrupt(KIRQL OldIrql)
{
    KfLowerIrql(OldIrql);
}

static VOID (*HalpSoftwareRoutine[DISPATCH_LEVEL + 1])(VOID);

VOID HalRegisterSoftwareInterrupt(KIRQL Level, VOID (*Routine)(VOID))
{
    HalpSoftwareRoutine[Level] = Routine;
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

VOID (*HalWrongIrql)(KIRQL Old, KIRQL New, BOOLEAN Raise);

static VOID HalpCheckIrql(KIRQL NewIrql, BOOLEAN Raise)
{
#ifdef CHECKED
    if ((Raise ? NewIrql < *HalpIrql : NewIrql > *HalpIrql) && HalWrongIrql != NULL) {
        HalWrongIrql(*HalpIrql, NewIrql, Raise);
    }
#else
    (VOID) NewIrql;
    (VOID) Raise;
#endif
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    KIRQL Old = *HalpIrql;

    HalpCheckIrql(NewIrql, TRUE);
    *HalpIrql = NewIrql;
    return Old;
}

/* Takes the highest of what waits and stands above Irql out of IRR, and serves it. */
static BOOLEAN HalpServePending(KIRQL Irql)
{
    for (ULONG Irq = 0; *HalpIrr & ~IRR_SOFTWARE && Irq < HAL_IRQ_COUNT; Irq++) {
        if (*HalpIrr & IRR_IRQ(Irq) && HAL_IRQ_LEVEL(Irq) > Irql) {
            *HalpIrr &= ~IRR_IRQ(Irq);
            HalpReplay(Irq);
            return TRUE;
        }
    }
    for (KIRQL Level = DISPATCH_LEVEL; Level > Irql; Level--) {
        if (*HalpIrr >> Level & 1) {
            *HalpIrr &= ~(1UL << Level);
            *HalpIrql = Level;
            HalpSoftwareRoutine[Level]();
            *HalpIrql = Irql;
            return TRUE;
        }
    }
    return FALSE;
}

/* Irql is in force; interrupts on or off. */
static VOID HalpDeliver(KIRQL Irql)
{
    ULONG Flags = HalpDisableInterrupts();

    while (HalpServePending(Irql)) {
    }
    HalpRestoreInterrupts(Flags);
}

VOID KfLowerIrql(KIRQL NewIrql)
{
    HalpCheckIrql(NewIrql, FALSE);
    *HalpIrql = NewIrql;
    if (*HalpIrr >> (NewIrql < DISPATCH_LEVEL ? NewIrql + 1 : DISPATCH_LEVEL + 1) != 0) {
        HalpDeliver(NewIrql);
    }
}

VOID HalRequestSoftwareInterrupt(KIRQL Level)
{
    ULONG Flags = HalpDisableInterrupts();

    *HalpIrr |= 1UL << Level;
    HalpRestoreInterrupts(Flags);
    if (*HalpIrql < Level) {
        HalpDeliver(*HalpIrql);
    }
}
