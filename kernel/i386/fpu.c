/* SPDX-License-Identifier: MIT */
/*
 * Floating point. There is one user thread so far, so its state simply stays in the processor;
 * ring 0 is compiled without floating point. The state is only moved into and out of CONTEXTs.
 */
#include "context.h"
#include "cpu.h"

#define CPUID_FEATURE_FXSR 0x01000000UL
#define NPX_CONTROL_WORD 0x027F /* NT's: all exceptions masked, 53 bits */
#define NPX_MXCSR 0x1F80
#define FXSAVE_MXCSR 0x18 /* offsets in an FXSAVE image */
#define FXSAVE_MXCSR_MASK 0x1C
#define FXSAVE_BYTES 512
#define DEFAULT_MXCSR_MASK 0xFFBF

#define NPX_IE 0x01
#define NPX_DE 0x02
#define NPX_ZE 0x04
#define NPX_OE 0x08
#define NPX_UE 0x10
#define NPX_PE 0x20
#define NPX_SF 0x40

static BOOLEAN KiHasFxsr;
static ULONG KiMxcsrMask;

/* FXSAVE and FXRSTOR want 16-byte alignment; a trap entry gives none. */
typedef struct _KI_FX_BUFFER {
    UCHAR Bytes[FXSAVE_BYTES + 15];
} KI_FX_BUFFER;

static PUCHAR KiAlignFx(KI_FX_BUFFER *Buffer)
{
    return (PUCHAR)(((ULONG)Buffer->Bytes + 15) & ~15UL);
}

static VOID KiCopyBytes(PVOID To, const VOID *From, ULONG Bytes)
{
    __asm__ volatile("rep movsl" : "+D"(To), "+S"(From), "+c"((ULONG){Bytes / 4})::"memory");
}

VOID KiInitializeFpu(VOID)
{
    ULONG Eax, Ebx, Ecx, Edx;
    ULONG Control = NPX_CONTROL_WORD, Mxcsr = NPX_MXCSR;
    KI_FX_BUFFER Buffer;

    KiWriteCr0((KiReadCr0() & ~(CR0_EM | CR0_TS | CR0_AM)) | CR0_MP | CR0_NE);
    __asm__ volatile("fninit\n\tfldcw %0" ::"m"(*(USHORT *)&Control));
    KiCpuid(1, &Eax, &Ebx, &Ecx, &Edx);
    KiHasFxsr = (Edx & CPUID_FEATURE_FXSR) != 0;
    if (KiHasFxsr) {
        PUCHAR Image = KiAlignFx(&Buffer);

        KiWriteCr4(KiReadCr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
        __asm__ volatile("ldmxcsr %0" ::"m"(Mxcsr));
        *(PULONG)(Image + FXSAVE_MXCSR_MASK) = 0;
        __asm__ volatile("fxsave (%0)" ::"r"(Image) : "memory");
        KiMxcsrMask = *(PULONG)(Image + FXSAVE_MXCSR_MASK);
        if (KiMxcsrMask == 0) {
            KiMxcsrMask = DEFAULT_MXCSR_MASK;
        }
    }
}

VOID KiSaveFloatingState(PCONTEXT Context)
{
    KI_FX_BUFFER Buffer = {{0}}; /* FXSAVE leaves parts alone, and all of it goes to ring 3 */

    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_EXTENDED_REGISTERS)) {
        if (KiHasFxsr) {
            PUCHAR Image = KiAlignFx(&Buffer);

            __asm__ volatile("fxsave (%0)" ::"r"(Image) : "memory");
            KiCopyBytes(Context->ExtendedRegisters, Image, FXSAVE_BYTES);
        } else {
            Context->ContextFlags &= ~(CONTEXT_EXTENDED_REGISTERS & ~CONTEXT_i386);
            KiCopyBytes(Context->ExtendedRegisters, Buffer.Bytes, FXSAVE_BYTES);
        }
    }
    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_FLOATING_POINT)) {
        /* FNSAVE initialises the unit, so load it again at once. */
        __asm__ volatile("fnsave %0\n\tfrstor %0" : "+m"(Context->FloatSave)::"memory");
        Context->FloatSave.Cr0NpxState = 0;
    }
}

VOID KiRestoreFloatingState(const CONTEXT *Context)
{
    KI_FX_BUFFER Buffer;

    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_EXTENDED_REGISTERS) && KiHasFxsr) {
        PUCHAR Image = KiAlignFx(&Buffer);

        KiCopyBytes(Image, Context->ExtendedRegisters, FXSAVE_BYTES);
        *(PULONG)(Image + FXSAVE_MXCSR) &= KiMxcsrMask; /* reserved bits would fault here */
        __asm__ volatile("fxrstor (%0)" ::"r"(Image) : "memory");
    }
    if (CONTEXT_HAS(Context->ContextFlags, CONTEXT_FLOATING_POINT)) {
        /* FNINIT first: FRSTOR would wait for, and meet, an exception the program left pending. */
        __asm__ volatile("fninit\n\tfrstor %0" ::"m"(Context->FloatSave));
    }
}

/* nt-facts 2.4 */
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

NTSTATUS KiFloatingErrorStatus(BOOLEAN Simd, ULONG *ErrorOffset, ULONG *DataOffset)
{
    ULONG Environment[7]; /* FNSTENV: CW SW TW, instruction, its selector, data, its selector */
    ULONG Mxcsr;

    if (Simd) {
        __asm__ volatile("stmxcsr %0" : "=m"(Mxcsr));
        return (Mxcsr & ~(Mxcsr >> 7)) & (NPX_IE | NPX_ZE | NPX_DE) ? STATUS_FLOAT_MULTIPLE_TRAPS
                                                                    : STATUS_FLOAT_MULTIPLE_FAULTS;
    }
    __asm__ volatile("fnstenv %0\n\tfldenv %0" : "=m"(Environment)::"memory");
    *ErrorOffset = Environment[3];
    *DataOffset = Environment[5];
    return KiX87Status(Environment[1] & ~Environment[0] & 0x3F, Environment[1]);
}
