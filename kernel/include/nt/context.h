/* SPDX-License-Identifier: MIT */
/*
 * CONTEXT: a thread's registers as ring 3 sees them. nt-facts 3.10; the 2CC-byte form, whose
 * first CC bytes are the CONTEXT of the seeds' NT 4 (KPRCB.ProcessorState holds just those).
 */
#pragma once

#include "ntdef.h"

#define CONTEXT_i386 0x00010000UL
#define CONTEXT_CONTROL (CONTEXT_i386 | 0x01) /* Ebp Eip SegCs EFlags Esp SegSs */
#define CONTEXT_INTEGER (CONTEXT_i386 | 0x02)
#define CONTEXT_SEGMENTS (CONTEXT_i386 | 0x04)
#define CONTEXT_FLOATING_POINT (CONTEXT_i386 | 0x08)
#define CONTEXT_DEBUG_REGISTERS (CONTEXT_i386 | 0x10)
#define CONTEXT_EXTENDED_REGISTERS (CONTEXT_i386 | 0x20) /* W2K */
#define CONTEXT_FULL (CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_SEGMENTS)

/* A group counts only when all of its bits are set, CONTEXT_i386 included. */
#define CONTEXT_HAS(flags, group) (((flags) & (group)) == (group))

typedef struct _FLOATING_SAVE_AREA {
    /*00*/ ULONG ControlWord;
    /*04*/ ULONG StatusWord;
    /*08*/ ULONG TagWord;
    /*0C*/ ULONG ErrorOffset;
    /*10*/ ULONG ErrorSelector;
    /*14*/ ULONG DataOffset;
    /*18*/ ULONG DataSelector;
    /*1C*/ UCHAR RegisterArea[80];
    /*6C*/ ULONG Cr0NpxState;
} FLOATING_SAVE_AREA;

typedef struct _CONTEXT {
    /*000*/ ULONG ContextFlags;
    /*004*/ ULONG Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;
    /*01C*/ FLOATING_SAVE_AREA FloatSave;
    /*08C*/ ULONG SegGs, SegFs, SegEs, SegDs;
    /*09C*/ ULONG Edi, Esi, Ebx, Edx, Ecx, Eax;
    /*0B4*/ ULONG Ebp, Eip, SegCs, EFlags, Esp, SegSs;
    /*0CC*/ UCHAR ExtendedRegisters[512]; /* an FXSAVE image */
} CONTEXT, *PCONTEXT;

#define CONTEXT_NT4_SIZE 0xCC /* CONTEXT without ExtendedRegisters */

ASSERT_SIZE(FLOATING_SAVE_AREA, 0x70);
ASSERT_OFFSET(CONTEXT, Dr7, 0x18);
ASSERT_OFFSET(CONTEXT, FloatSave, 0x1C);
ASSERT_OFFSET(CONTEXT, SegGs, 0x8C);
ASSERT_OFFSET(CONTEXT, SegDs, 0x98);
ASSERT_OFFSET(CONTEXT, Edi, 0x9C);
ASSERT_OFFSET(CONTEXT, Eax, 0xB0);
ASSERT_OFFSET(CONTEXT, Ebp, 0xB4);
ASSERT_OFFSET(CONTEXT, Eip, 0xB8);
ASSERT_OFFSET(CONTEXT, EFlags, 0xC0);
ASSERT_OFFSET(CONTEXT, Esp, 0xC4);
ASSERT_OFFSET(CONTEXT, ExtendedRegisters, CONTEXT_NT4_SIZE);
ASSERT_SIZE(CONTEXT, 0x2CC);
