/* SPDX-License-Identifier: MIT */
/* uses: kernel/i386/context.c */
/* No CONTEXT gives ring 3 more than it had: nt-facts 3.11, bit by bit; and both directions agree.
 */
#include "i386/context.h"
#include "i386/cpu.h"
#include "unit.h"

#define PATTERN 0xA5A5A5A5UL

static CONTEXT Wild(ULONG Flags)
{
    CONTEXT Context;

    for (ULONG i = 0; i < sizeof(Context) / 4; i++) {
        ((ULONG *)&Context)[i] = 0xC0000000 + i;
    }
    Context.ContextFlags = Flags;
    return Context;
}

static void Selectors(void)
{
    static const ULONG Tried[] = {0,    3,    0x08, 0x10, 0x1B, 0x18,   0x23,    0x28,
                                  0x30, 0x3B, 0x43, 0x48, 0x50, 0xFFFF, 0x10008, 0xFFFFFFFF};

    for (ULONG i = 0; i < ARRAYSIZE(Tried); i++) {
        CONTEXT Context = Wild(CONTEXT_FULL);
        KTRAP_FRAME Frame = {0};

        Context.SegCs = Context.SegSs = Context.SegDs = Context.SegEs = Tried[i];
        Context.SegFs = Context.SegGs = Tried[i];
        KeContextToKframes(&Frame, &Context, UserMode);
        CHECK_EQ(Frame.SegCs, 0x1B);
        CHECK_EQ(Frame.HardwareSegSs, 0x23);
        CHECK_EQ(Frame.SegDs, 0x23);
        CHECK_EQ(Frame.SegEs, 0x23);
        CHECK_EQ(Frame.SegFs, 0x3B);
        CHECK_EQ(Frame.SegGs, 0);
    }
}

static void Flags(void)
{
    for (ULONG Bit = 0; Bit < 32; Bit++) {
        ULONG Got = KiSanitizeEFlags(1UL << Bit, UserMode);
        /* CF, bit 1, PF AF ZF SF TF DF OF RF AC ID are the program's; IF is always on */
        ULONG Own = 1UL << Bit & (0x1 | 0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x100 | 0x400 | 0x800 |
                                  0x10000 | 0x40000 | 0x200000);

        CHECK_EQ(Got, Own | 0x200);
    }
    CHECK_EQ(KiSanitizeEFlags(0xFFFFFFFF, UserMode), 0x250FD7 | 0x200);
    CHECK_EQ(KiSanitizeEFlags(0, UserMode), 0x200);
    CHECK_EQ(KiSanitizeEFlags(0, KernelMode), 0);
    CHECK_EQ(KiSanitizeEFlags(EFLAGS_VM | EFLAGS_NT | EFLAGS_IOPL, KernelMode), 0);
}

/* A group is applied only when all of its bits are there. */
static void Groups(void)
{
    for (ULONG Bits = 0; Bits < 0x40; Bits++) {
        CONTEXT Context = Wild(Bits); /* without CONTEXT_i386: nothing at all */
        KTRAP_FRAME Frame;

        for (ULONG i = 0; i < sizeof(Frame) / 4; i++) {
            ((ULONG *)&Frame)[i] = PATTERN;
        }
        KeContextToKframes(&Frame, &Context, UserMode);
        for (ULONG i = 0; i < sizeof(Frame) / 4; i++) {
            CHECK_EQ(((ULONG *)&Frame)[i], PATTERN);
        }
        Context.ContextFlags = CONTEXT_i386 | Bits;
        KeContextToKframes(&Frame, &Context, UserMode);
        CHECK_EQ(Frame.Eax == Context.Eax, (Bits & 2) != 0);
        CHECK_EQ(Frame.Edi == Context.Edi, (Bits & 2) != 0);
        CHECK_EQ(Frame.Eip == Context.Eip, (Bits & 1) != 0);
        CHECK_EQ(Frame.HardwareEsp == Context.Esp, (Bits & 1) != 0);
        CHECK_EQ(Frame.Ebp == Context.Ebp, (Bits & 1) != 0);
        CHECK_EQ(Frame.SegDs == 0x23, (Bits & 4) != 0);
    }
}

static void RoundTrip(void)
{
    CONTEXT Context = Wild(CONTEXT_FULL), Back;
    KTRAP_FRAME Frame = {0};

    KeContextToKframes(&Frame, &Context, UserMode);
    Back.ContextFlags = CONTEXT_FULL;
    KeContextFromKframes(&Frame, &Back);
    CHECK_EQ(Back.Eax, Context.Eax);
    CHECK_EQ(Back.Ebx, Context.Ebx);
    CHECK_EQ(Back.Ecx, Context.Ecx);
    CHECK_EQ(Back.Edx, Context.Edx);
    CHECK_EQ(Back.Esi, Context.Esi);
    CHECK_EQ(Back.Edi, Context.Edi);
    CHECK_EQ(Back.Ebp, Context.Ebp);
    CHECK_EQ(Back.Esp, Context.Esp);
    CHECK_EQ(Back.Eip, Context.Eip);
    CHECK_EQ(Back.SegCs, 0x1B);
    CHECK_EQ(Back.SegSs, 0x23);
}

/* Ring 0: ESP is where the frame ends; a higher one makes an edited frame, a lower one nothing. */
static void KernelFrames(void)
{
    KTRAP_FRAME Frame = {.SegCs = 8, .EFlags = 0x246};
    ULONG Esp = (ULONG)&Frame.HardwareEsp;
    CONTEXT Context = {.ContextFlags = CONTEXT_FULL};

    KeContextFromKframes(&Frame, &Context);
    CHECK_EQ(Context.Esp, Esp);
    CHECK_EQ(Context.SegSs, 0x10);
    KeContextToKframes(&Frame, &Context, KernelMode);
    CHECK_EQ(Frame.SegCs, 8);
    CHECK_EQ(Frame.EFlags & 0x200, 0x200);
    Context.Esp = Esp - 16;
    KeContextToKframes(&Frame, &Context, KernelMode);
    CHECK_EQ(Frame.SegCs, 8);
    Context.Esp = Esp + 64;
    KeContextToKframes(&Frame, &Context, KernelMode);
    CHECK_EQ(Frame.SegCs, 0);
    CHECK_EQ(Frame.TempSegCs, 8);
    CHECK_EQ(Frame.TempEsp, Esp + 64);
    Context.Esp = 0;
    KeContextFromKframes(&Frame, &Context);
    CHECK_EQ(Context.Esp, Esp + 64);
    CHECK_EQ(Context.SegCs, 8);
    Context.SegCs = 0x1B;
    KeContextToKframes(&Frame, &Context, KernelMode);
    CHECK_EQ(Frame.TempSegCs, 8);
}

/* Debug registers: what is armed, and only for addresses of ring 3 (nt-facts 3.11). */
static void DebugRegisters(void)
{
    CONTEXT Context = {.ContextFlags = CONTEXT_DEBUG_REGISTERS,
                       .Dr0 = 0x7FFEFFFF,
                       .Dr1 = 0x7FFF0000,
                       .Dr2 = 0x80000000,
                       .Dr3 = 0xFFFFFFFF,
                       .Dr6 = 0xFFFFFFFF};
    KTRAP_FRAME Frame = {.SegCs = 0x1B};

    for (ULONG Bit = 0; Bit < 32; Bit++) {
        Context.Dr7 = 1UL << Bit | 1;
        KeContextToKframes(&Frame, &Context, UserMode);
        CHECK_EQ(Frame.Dr7, (1UL << Bit & 0xFFFF0155) | 1);
        Context.Dr7 = 1UL << Bit & ~0x55UL;
        KeContextToKframes(&Frame, &Context, UserMode);
        CHECK_EQ(Frame.Dr7, 0);
    }
    Context.Dr7 = 0x55;
    KeContextToKframes(&Frame, &Context, UserMode);
    CHECK_EQ(Frame.Dr0, 0x7FFEFFFF);
    CHECK_EQ(Frame.Dr1, 0);
    CHECK_EQ(Frame.Dr2, 0);
    CHECK_EQ(Frame.Dr3, 0);
    CHECK_EQ(Frame.Dr6, 0xE00F);
    Frame.Dr7 = 0x455; /* as the processor reads back */
    Frame.Dr6 = 0xFFFF4FF1;
    KeContextFromKframes(&Frame, &Context);
    CHECK_EQ(Context.Dr7, 0x55);
    CHECK_EQ(Context.Dr6, 0x4001);
    Frame.Dr7 = 0;
    KeContextFromKframes(&Frame, &Context);
    CHECK_EQ(Context.Dr0 | Context.Dr6 | Context.Dr7, 0);
    Context = (CONTEXT){.ContextFlags = CONTEXT_DEBUG_REGISTERS, .Dr0 = 0x1000, .Dr7 = 1};
    Frame = (KTRAP_FRAME){.SegCs = 8};
    KeContextToKframes(&Frame, &Context, KernelMode);
    CHECK_EQ(Frame.Dr7, 0);
}

int main(void)
{
    DebugRegisters();
    Selectors();
    Flags();
    Groups();
    RoundTrip();
    KernelFrames();
    return UnitResult();
}
