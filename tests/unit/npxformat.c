/* SPDX-License-Identifier: MIT */
/* uses: kernel/i386/npxformat.c */
/*
 * FXSAVE's form of floating-point state and FNSAVE's, against the processor's own two instructions;
 * and which status unmasked flags are (nt-facts 2.4).
 */
#include "i386/npx.h"
#include "unit.h"

BOOLEAN KiHasFxsr = TRUE;
ULONG KiMXCsrMask = 0xFFBF;

static FX_SAVE_AREA Area __attribute__((aligned(16))), Back __attribute__((aligned(16)));
static FLOATING_SAVE_AREA Own;
static CONTEXT Context;

/* Both images of the state that is in the host's processor now; then it is emptied. */
static void Take(void)
{
    __asm__ volatile("fxsave %0\n\tfnsave %1\n\tfninit" : "=m"(Area.FxArea), "=m"(Own));
}

static void Compare(void)
{
    Context.ContextFlags = CONTEXT_FLOATING_POINT | CONTEXT_EXTENDED_REGISTERS;
    KiNpxToContext(&Area, &Context);
    CHECK_EQ(Context.FloatSave.ControlWord & 0xFFFF, Own.ControlWord & 0xFFFF);
    CHECK_EQ(Context.FloatSave.StatusWord & 0xFFFF, Own.StatusWord & 0xFFFF);
    CHECK_EQ(Context.FloatSave.TagWord & 0xFFFF, Own.TagWord & 0xFFFF);
    if (Own.StatusWord & 0x80) { /* else AMD's FXSAVE leaves the pointers out */
        CHECK_EQ(Context.FloatSave.ErrorOffset, Own.ErrorOffset);
        CHECK_EQ(Context.FloatSave.DataOffset, Own.DataOffset);
    }
    for (ULONG i = 0; i < sizeof(Own.RegisterArea); i++) {
        CHECK_EQ(Context.FloatSave.RegisterArea[i], Own.RegisterArea[i]);
    }
    for (ULONG i = 0; i < sizeof(Context.ExtendedRegisters); i++) {
        CHECK_EQ(Context.ExtendedRegisters[i], ((UCHAR *)&Area)[i]);
    }
    /* And back, each way alone. */
    Context.ContextFlags = CONTEXT_FLOATING_POINT;
    Back = (FX_SAVE_AREA){{{0}}};
    KiContextToNpx(&Context, &Back);
    CHECK_EQ(Back.FxArea.TagWord, Area.FxArea.TagWord);
    CHECK_EQ(Back.FxArea.StatusWord, Area.FxArea.StatusWord);
    CHECK_EQ(Back.FxArea.ErrorOffset, Area.FxArea.ErrorOffset);
    for (ULONG i = 0; i < 80; i++) {
        CHECK_EQ(Back.FxArea.Register[i / 10][i % 10], Area.FxArea.Register[i / 10][i % 10]);
    }
    CHECK_EQ(Back.FxArea.MXCsr, 0);
}

static void Images(void)
{
    static const double Denormal = 4.9e-324;
    static const ULONG Pseudo[3] = {1, 0x40000000, 0x3FFF}; /* no integer bit: special */
    static double Zero;

    Take(); /* whatever was there */
    Take();
    Compare();
    for (int Depth = 1; Depth <= 8; Depth++) {
        for (int i = 0; i < Depth; i++) {
            switch ((i + Depth) % 5) {
            case 0:
                __asm__ volatile("fldpi");
                break;
            case 1:
                __asm__ volatile("fldz");
                break;
            case 2:
                __asm__ volatile("fld1\n\tfdivl %0" ::"m"(Zero));
                break;
            case 3:
                __asm__ volatile("fldl %0" ::"m"(Denormal));
                break;
            case 4:
                __asm__ volatile("fldt %0" ::"m"(*Pseudo));
                break;
            }
        }
        Take();
        Compare();
    }
    for (int Turn = 0; Turn < 8; Turn++) { /* every position of the top of the stack */
        for (int i = 0; i < Turn; i++) {
            __asm__ volatile("fincstp");
        }
        __asm__ volatile("fldpi\n\tfldz\n\tfld1");
        Take();
        Compare();
    }
}

static void Sanitised(void)
{
    Context.ContextFlags = CONTEXT_EXTENDED_REGISTERS;
    for (ULONG i = 0; i < sizeof(Context.ExtendedRegisters); i++) {
        Context.ExtendedRegisters[i] = 0xFF;
    }
    KiContextToNpx(&Context, &Back);
    CHECK_EQ(Back.FxArea.MXCsr, 0xFFBF);
    __asm__ volatile("fxrstor %0\n\tfninit" ::"m"(Back.FxArea)); /* does not fault */
    Context.ContextFlags = CONTEXT_i386 | 0x7; /* neither group: nothing is touched */
    Back.FxArea.ControlWord = 0x1234;
    KiContextToNpx(&Context, &Back);
    CHECK_EQ(Back.FxArea.ControlWord, 0x1234);
}

static void Statuses(void)
{
    static const struct {
        USHORT Status;
        NTSTATUS Code;
    } Rows[] = {
        {0x41, STATUS_FLOAT_STACK_CHECK},       {0x01, STATUS_FLOAT_INVALID_OPERATION},
        {0x02, STATUS_FLOAT_DENORMAL_OPERAND},  {0x04, STATUS_FLOAT_DIVIDE_BY_ZERO},
        {0x06, STATUS_FLOAT_DIVIDE_BY_ZERO},    {0x08, STATUS_FLOAT_OVERFLOW},
        {0x10, STATUS_FLOAT_UNDERFLOW},         {0x20, STATUS_FLOAT_INEXACT_RESULT},
        {0x38, STATUS_FLOAT_OVERFLOW},          {0x30, STATUS_FLOAT_UNDERFLOW},
        {0x3F, STATUS_FLOAT_INVALID_OPERATION},
    };
    ULONG Address, Data;

    for (ULONG i = 0; i < ARRAYSIZE(Rows); i++) {
        Area = (FX_SAVE_AREA){.FxArea = {.ControlWord = 0x340,
                                         .StatusWord = Rows[i].Status,
                                         .ErrorOffset = 0x401000,
                                         .DataOffset = 0x402000}};
        CHECK_EQ(KiFloatingErrorStatus(&Area, FALSE, &Address, &Data), Rows[i].Code);
        CHECK_EQ(Address, 0x401000);
        CHECK_EQ(Data, 0x402000);
    }
    Area.FxArea.StatusWord = 0x05; /* invalid is masked: the other one it is */
    Area.FxArea.ControlWord = 0x341;
    CHECK_EQ(KiFloatingErrorStatus(&Area, FALSE, &Address, &Data), STATUS_FLOAT_DIVIDE_BY_ZERO);
    for (ULONG Bit = 0; Bit < 6; Bit++) {
        Area.FxArea.MXCsr = 1UL << Bit; /* all unmasked */
        CHECK_EQ(KiFloatingErrorStatus(&Area, TRUE, &Address, &Data),
                 Bit < 3 ? STATUS_FLOAT_MULTIPLE_TRAPS : STATUS_FLOAT_MULTIPLE_FAULTS);
        Area.FxArea.MXCsr = 1UL << Bit | 1UL << (Bit + 7) | 0x20; /* masked: precision it was */
        CHECK_EQ(KiFloatingErrorStatus(&Area, TRUE, &Address, &Data), STATUS_FLOAT_MULTIPLE_FAULTS);
    }
}

int main(void)
{
    Images();
    Sanitised();
    Statuses();
    return UnitResult();
}
