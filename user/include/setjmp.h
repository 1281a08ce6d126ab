/* SPDX-License-Identifier: MIT */
/*
 * setjmp and longjmp as Visual C++ has them on the i386: longjmp unwinds, so __finally blocks
 * between the two run. Two rules of C: setjmp's function must not have returned, and locals that
 * changed in between are volatile.
 */
#pragma once

#include "nt/exception.h"

typedef struct _JUMP_BUFFER {
    /*00*/ ULONG Ebp, Ebx, Edi, Esi, Esp, Eip;
    /*18*/ PEXCEPTION_REGISTRATION_RECORD Registration; /* the chain's head then */
    /*1C*/ ULONG TryLevel;
    /*20*/ ULONG Cookie; /* "VC20": the next member means something */
    /*24*/ VOID(NTAPI *UnwindFunc)(struct _JUMP_BUFFER *Buffer);
    /*28*/ ULONG UnwindData[6];
} JUMP_BUFFER, jmp_buf[1];
ASSERT_OFFSET(JUMP_BUFFER, Cookie, 0x20);
ASSERT_SIZE(JUMP_BUFFER, 0x40);

/* Count: how many of UnwindFunc, TryLevel and UnwindData follow. 0, then longjmp's Value. */
__attribute__((returns_twice)) int _setjmp3(JUMP_BUFFER *Buffer, int Count, ...);
#define setjmp(buffer) _setjmp3((buffer), 0)

/* What clang and Visual C++ name as UnwindFunc in a function that has a __try. */
VOID NTAPI _seh_longjmp_unwind(JUMP_BUFFER *Buffer);
VOID NTAPI _seh_longjmp_unwind4(JUMP_BUFFER *Buffer);

/* Value 0 arrives as 1. STATUS_INVALID_UNWIND_TARGET is raised when the frame is gone. */
DECLSPEC_NORETURN VOID longjmp(JUMP_BUFFER *Buffer, int Value);
