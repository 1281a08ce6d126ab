/* SPDX-License-Identifier: MIT */
/*
 * Floating-point state: the x87's, and the SSE unit's where there is one. Each thread's lies at the
 * top of its kernel stack; ke/npx.c says when it is there and when in the processor.
 */
#pragma once

#include "nt/context.h"
#include "nt/ntstatus.h"

/* What FXSAVE writes (Intel SDM 1, table 10-2). */
typedef struct _FXSAVE_FORMAT {
    /*000*/ USHORT ControlWord, StatusWord;
    /*004*/ UCHAR TagWord; /* a bit for each register, set: in use */
    /*005*/ UCHAR Reserved0;
    /*006*/ USHORT ErrorOpcode;
    /*008*/ ULONG ErrorOffset;
    /*00C*/ USHORT ErrorSelector, Reserved1;
    /*010*/ ULONG DataOffset;
    /*014*/ USHORT DataSelector, Reserved2;
    /*018*/ ULONG MXCsr, MXCsrMask;
    /*020*/ UCHAR Register[8][16]; /* ST0 ... ST7, ten bytes each */
    /*0A0*/ UCHAR Xmm[8][16];
    /*120*/ UCHAR Reserved3[0xE0];
} FXSAVE_FORMAT;

/* NT's FX_SAVE_AREA; without FXSAVE in the processor, an FNSAVE image in its place. */
typedef struct _FX_SAVE_AREA {
    union {
        FXSAVE_FORMAT FxArea;
        FLOATING_SAVE_AREA FnArea;
    };
    /*200*/ ULONG NpxSavedCpu, Cr0NpxState, Reserved[2];
} FX_SAVE_AREA, *PFX_SAVE_AREA;

ASSERT_SIZE(FXSAVE_FORMAT, 0x200);
ASSERT_OFFSET(FXSAVE_FORMAT, MXCsr, 0x18);
ASSERT_OFFSET(FXSAVE_FORMAT, Xmm, 0xA0);
ASSERT_SIZE(FX_SAVE_AREA, 0x210);

/* Set up the unit, and find out which form it has. The state of nobody is in it. Once. */
VOID KiInitializeFpu(VOID);
extern BOOLEAN KiHasFxsr;

/* Between the unit and an area, aligned to 16. Interrupts off, CR0.TS clear. Save keeps it loaded.
 */
VOID KiSaveNpx(PFX_SAVE_AREA Area);
VOID KiLoadNpx(const FX_SAVE_AREA *Area);
VOID KiSetNpxTrap(BOOLEAN Trap); /* CR0.TS: is the next floating-point instruction a #NM? */

/* What a thread begins with: nt-facts 6.3. */
VOID KiInitializeNpxArea(PFX_SAVE_AREA Area);

/* npxformat.c: the floating groups that Context->ContextFlags names, out of an area and into it. */
VOID KiNpxToContext(const FX_SAVE_AREA *Area, PCONTEXT Context);
VOID KiContextToNpx(const CONTEXT *Context, PFX_SAVE_AREA Area);
extern ULONG KiMXCsrMask; /* the bits of MXCSR that do not fault */

/* Which exception an area's unmasked flags are: the x87's (#MF), or with Simd SSE's (#XM). */
NTSTATUS KiFloatingErrorStatus(const FX_SAVE_AREA *Area, BOOLEAN Simd, ULONG *ErrorOffset,
                               ULONG *DataOffset);
