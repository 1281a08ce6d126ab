/* SPDX-License-Identifier: MIT */
/*
 * KTRAP_FRAME: what an interrupted thread was, built by the processor (hw) and trap/entry.inc (sw)
 * from high addresses to low. nt-facts 3.9. A ring-0 frame ends after EFlags: the processor
 * pushes no stack pointer, the interrupted stack just goes on there.
 */
#pragma once

#include "nt/executive.h"

typedef struct _KTRAP_FRAME {
    /*00*/ ULONG DbgEbp; /* with DbgEip a frame for debuggers: the interrupted EBP, EIP */
    /*04*/ ULONG DbgEip;
    /*08*/ ULONG DbgArgMark;    /* BADB0D00 */
    /*0C*/ ULONG DbgArgPointer; /* of a service: the caller's arguments */
    /*10*/ ULONG TempSegCs;     /* an edited ring-0 frame: CS and the new ESP */
    /*14*/ ULONG TempEsp;
    /*18*/ ULONG Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;
    /*30*/ ULONG SegGs;
    /*34*/ ULONG SegEs;
    /*38*/ ULONG SegDs;
    /*3C*/ ULONG Edx; /* of a service: the previous Thread->TrapFrame */
    /*40*/ ULONG Ecx;
    /*44*/ ULONG Eax;
    /*48*/ ULONG PreviousPreviousMode;
    /*4C*/ PEXCEPTION_REGISTRATION_RECORD ExceptionList; /* the KPCR's at entry */
    /*50*/ ULONG SegFs;
    /*54*/ ULONG Edi;
    /*58*/ ULONG Esi;
    /*5C*/ ULONG Ebx;
    /*60*/ ULONG Ebp;
    /*64*/ ULONG ErrCode; /* hw, or 0; of an interrupt: its vector */
    /*68*/ ULONG Eip;     /* hw from here */
    /*6C*/ ULONG SegCs;
    /*70*/ ULONG EFlags;
    /*74*/ ULONG HardwareEsp; /* only when the trap came from ring 3 */
    /*78*/ ULONG HardwareSegSs;
    /*7C*/ ULONG V86Es, V86Ds, V86Fs, V86Gs; /* only from virtual-8086 mode: never here */
} KTRAP_FRAME, *PKTRAP_FRAME;

#define KTRAP_FRAME_RING0_LENGTH 0x74 /* where a ring-0 frame ends */
#define KTRAP_FRAME_ARG_MARK 0xBADB0D00UL

#define MODE_MASK 1UL         /* of a CS: set in ring 3 */
#define FRAME_EDITED 0xFFF8UL /* of SegCs: all clear in an edited ring-0 frame */

static inline BOOLEAN KiIsUserFrame(const KTRAP_FRAME *Frame)
{
    return Frame->SegCs & MODE_MASK;
}

ASSERT_OFFSET(KTRAP_FRAME, TempSegCs, 0x10);
ASSERT_OFFSET(KTRAP_FRAME, Dr7, 0x2C);
ASSERT_OFFSET(KTRAP_FRAME, SegGs, 0x30);
ASSERT_OFFSET(KTRAP_FRAME, Edx, 0x3C);
ASSERT_OFFSET(KTRAP_FRAME, PreviousPreviousMode, 0x48);
ASSERT_OFFSET(KTRAP_FRAME, SegFs, 0x50);
ASSERT_OFFSET(KTRAP_FRAME, ErrCode, 0x64);
ASSERT_OFFSET(KTRAP_FRAME, HardwareEsp, KTRAP_FRAME_RING0_LENGTH);
ASSERT_OFFSET(KTRAP_FRAME, V86Es, 0x7C);
ASSERT_SIZE(KTRAP_FRAME, 0x8C);
