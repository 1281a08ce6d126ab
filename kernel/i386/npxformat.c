/* SPDX-License-Identifier: MIT */
/*
 * The two forms of floating-point state in a CONTEXT: FloatSave, as FNSAVE writes it (NT 4), and
 * ExtendedRegisters, as FXSAVE does (W2K). Threads are kept in the second; the first is made of it.
 * Intel SDM 1, 8.1.10 and 10.5.1; nt-facts 2.4, 3.10.
 */
#include "npx.h"

#define NPX_IE 0x01
#define NPX_DE 0x02
#define NPX_ZE 0x04
#define NPX_OE 0x08
#define NPX_UE 0x10
#define NPX_SF 0x40
#define NPX_EXCEPTIONS 0x3F

enum { TagValid, TagZero, TagSpecial, TagEmpty }; /* two bits a register in FNSAVE's tag word */

#define ALL_EMPTY 0xFFFFUL
#define REGISTER_BYTES 10 /* 8 of significand, 2 of sign and exponent */
#define FNSAVE_BYTES FIELD_OFFSET(FLOATING_SAVE_AREA, Cr0NpxState)

/* Bytes: a multiple of four. */
static VOID KiCopyNpx(PVOID To, const VOID *From, ULONG Bytes)
{
    __asm__ volatile("rep movsl" : "+D"(To), "+S"(From), "+c"((ULONG){Bytes / 4})::"memory");
}

/* All eight registers from places FromStep bytes apart to places ToStep bytes apart. */
static VOID KiCopyRegisters(UCHAR *To, ULONG ToStep, const UCHAR *From, ULONG FromStep)
{
    for (ULONG i = 0; i < 8; i++, To += ToStep, From += FromStep) {
        ((ULONG *)To)[0] = ((const ULONG *)From)[0];
        ((ULONG *)To)[1] = ((const ULONG *)From)[1];
        ((USHORT *)To)[4] = ((const USHORT *)From)[4];
    }
}

/* FXSAVE only says whether a register is in use; FNSAVE also what kind of number is in it. */
static ULONG KiNpxTag(const UCHAR *Register)
{
    const ULONG *Significand = (const ULONG *)Register;
    ULONG Exponent = *(const USHORT *)(Register + 8) & 0x7FFF;

    if (Exponent == 0x7FFF) {
        return TagSpecial;
    }
    if (Exponent == 0) {
        return (Significand[0] | Significand[1]) == 0 ? TagZero : TagSpecial;
    }
    return Significand[1] & 0x80000000UL ? TagValid : TagSpecial;
}

/* The areas hold ST0 first; the tags belong to the registers behind them, ST0 being number Top. */
static ULONG KiNpxTags(const FXSAVE_FORMAT *Fx)
{
    ULONG Top = Fx->StatusWord >> 11 & 7, Tags = 0;

    if (Fx->TagWord == 0) {
        return ALL_EMPTY; /* most threads, most of the time */
    }
    for (ULONG i = 0; i < 8; i++) {
        ULONG Number = (Top + i) & 7;

        Tags |= (Fx->TagWord & 1U << Number ? KiNpxTag(Fx->Register[i]) : TagEmpty) << 2 * Number;
    }
    return Tags;
}

static VOID KiFxToFn(const FXSAVE_FORMAT *Fx, FLOATING_SAVE_AREA *Fn)
{
    KiCopyRegisters(Fn->RegisterArea, REGISTER_BYTES, Fx->Register[0], sizeof(Fx->Register[0]));
    Fn->ControlWord = Fx->ControlWord;
    Fn->StatusWord = Fx->StatusWord;
    Fn->TagWord = KiNpxTags(Fx);
    Fn->ErrorOffset = Fx->ErrorOffset;
    Fn->ErrorSelector = Fx->ErrorSelector | (ULONG)Fx->ErrorOpcode << 16;
    Fn->DataOffset = Fx->DataOffset;
    Fn->DataSelector = Fx->DataSelector;
}

static VOID KiFnToFx(const FLOATING_SAVE_AREA *Fn, FXSAVE_FORMAT *Fx)
{
    Fx->TagWord = 0;
    for (ULONG i = 0; (Fn->TagWord & ALL_EMPTY) != ALL_EMPTY && i < 8; i++) {
        if ((Fn->TagWord >> 2 * i & 3) != TagEmpty) {
            Fx->TagWord |= (UCHAR)(1U << i);
        }
    }
    KiCopyRegisters(Fx->Register[0], sizeof(Fx->Register[0]), Fn->RegisterArea, REGISTER_BYTES);
    Fx->ControlWord = (USHORT)Fn->ControlWord;
    Fx->StatusWord = (USHORT)Fn->StatusWord;
    Fx->ErrorOffset = Fn->ErrorOffset;
    Fx->ErrorSelector = (USHORT)Fn->ErrorSelector;
    Fx->ErrorOpcode = (USHORT)(Fn->ErrorSelector >> 16 & 0x7FF);
    Fx->DataOffset = Fn->DataOffset;
    Fx->DataSelector = (USHORT)Fn->DataSelector;
}

VOID KiNpxToContext(const FX_SAVE_AREA *Area, PCONTEXT Context)
{
    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_EXTENDED_REGISTERS)) {
        if (!KiHasFxsr) {
            Context->ContextFlags &= ~(CONTEXT_EXTENDED_REGISTERS & ~CONTEXT_i386);
        }
        KiCopyNpx(Context->ExtendedRegisters, Area, sizeof(Context->ExtendedRegisters));
    }
    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_FLOATING_POINT)) {
        if (KiHasFxsr) {
            KiFxToFn(&Area->FxArea, &Context->FloatSave);
        } else {
            KiCopyNpx(&Context->FloatSave, &Area->FnArea, FNSAVE_BYTES);
        }
        Context->FloatSave.Cr0NpxState = 0;
    }
}

/* Both groups may be there; then FloatSave, which every program knows, has the last word. */
VOID KiContextToNpx(const CONTEXT *Context, PFX_SAVE_AREA Area)
{
    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_EXTENDED_REGISTERS) && KiHasFxsr) {
        KiCopyNpx(&Area->FxArea, Context->ExtendedRegisters, sizeof(Area->FxArea));
        Area->FxArea.MXCsr &= KiMXCsrMask; /* a reserved bit would fault in FXRSTOR */
    }
    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_FLOATING_POINT)) {
        if (KiHasFxsr) {
            KiFnToFx(&Context->FloatSave, &Area->FxArea);
        } else {
            KiCopyNpx(&Area->FnArea, &Context->FloatSave, FNSAVE_BYTES);
        }
    }
}

static NTSTATUS KiX87Status(ULONG Unmasked, ULONG StatusWord)
{
    if (Unmasked & NPX_IE) {
        return StatusWord & NPX_SF ? STATUS_FLOAT_STACK_CHECK : STATUS_FLOAT_INVALID_OPERATION;
    }
    return Unmasked & NPX_ZE   ? STATUS_FLOAT_DIVIDE_BY_ZERO
           : Unmasked & NPX_DE ? STATUS_FLOAT_DENORMAL_OPERAND
           : Unmasked & NPX_OE ? STATUS_FLOAT_OVERFLOW
           : Unmasked & NPX_UE ? STATUS_FLOAT_UNDERFLOW
                               : STATUS_FLOAT_INEXACT_RESULT;
}

NTSTATUS KiFloatingErrorStatus(const FX_SAVE_AREA *Area, BOOLEAN Simd, ULONG *ErrorOffset,
                               ULONG *DataOffset)
{
    ULONG Control = KiHasFxsr ? Area->FxArea.ControlWord : Area->FnArea.ControlWord;
    ULONG Status = KiHasFxsr ? Area->FxArea.StatusWord : Area->FnArea.StatusWord;

    if (Simd) {
        ULONG Mxcsr = Area->FxArea.MXCsr;

        return Mxcsr & ~(Mxcsr >> 7) & (NPX_IE | NPX_ZE | NPX_DE) ? STATUS_FLOAT_MULTIPLE_TRAPS
                                                                  : STATUS_FLOAT_MULTIPLE_FAULTS;
    }
    *ErrorOffset = KiHasFxsr ? Area->FxArea.ErrorOffset : Area->FnArea.ErrorOffset;
    *DataOffset = KiHasFxsr ? Area->FxArea.DataOffset : Area->FnArea.DataOffset;
    return KiX87Status(Status & ~Control & NPX_EXCEPTIONS, Status);
}
