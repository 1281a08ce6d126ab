/* SPDX-License-Identifier: MIT */
/*
 * Structured exception handling for programs, in two forms.
 *
 * 1. clang's own (--target=i686-pc-windows-msvc): __try, __except, __finally. Only calls are
 *    guarded, so an access that may fault stands in a called function; Peek and Poke are two.
 *    The build checks that (tools/trycheck.py).
 *
 * 2. Macros, for any compiler, which guard bare accesses too:
 *
 *        volatile LONG Value = 0;          // what both sides use is volatile
 *        SEH_TRY {
 *            Value = *Pointer;
 *        } SEH_EXCEPT(SehExecuteHandler) { // or a filter of your own
 *            Value = SEH_CODE();
 *        } SEH_END
 *
 *    The body must not be left by return, break or goto. A filter is a function:
 *    LONG Filter(PEXCEPTION_POINTERS), with __except's results 1, 0 and -1.
 */
#pragma once

#include "nt/exception.h"

#define GetExceptionCode() ((NTSTATUS)_exception_code())
#define GetExceptionInformation() ((PEXCEPTION_POINTERS)_exception_info())

/* Accesses in functions of their own, for __try. user/lib/peek.c */
ULONG Peek(const volatile VOID *Address);
VOID Poke(volatile VOID *Address, ULONG Value);

/* --- the macros --- */

typedef LONG (*PSEH_FILTER)(PEXCEPTION_POINTERS Pointers);

typedef struct _SEH_FRAME {
    /*00*/ EXCEPTION_REGISTRATION_RECORD Registration;
    /*08*/ PSEH_FILTER Filter;
    /*0C*/ ULONG Ebx, Esi, Edi, Ebp, Esp, Eip; /* SehEnter's caller, after it has returned */
    /*24*/ NTSTATUS Code;
} SEH_FRAME;
ASSERT_OFFSET(SEH_FRAME, Ebx, 0x0C);
ASSERT_OFFSET(SEH_FRAME, Eip, 0x20);

enum { SehRegister, SehGuard, SehBody, SehHandler, SehDone };

/* Links Frame and returns SehBody; returns a second time, SehHandler, when its filter accepts. */
__attribute__((returns_twice)) int SehEnter(SEH_FRAME *Frame);
VOID SehLeave(SEH_FRAME *Frame);
LONG SehExecuteHandler(PEXCEPTION_POINTERS Pointers); /* the filter that accepts everything */

/*
 * The frame is an array of variable length, 1: such a one is put below everything that is on the
 * stack already. Frames must lie in the order of their nesting, and for two plain locals of one
 * function a compiler chooses any.
 */
#define SEH_TRY                                                                                    \
    {                                                                                              \
        volatile int SehStep_ = 1;                                                                 \
        _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wvla\"")                 \
        SEH_FRAME Seh_[SehStep_];                                                                  \
        _Pragma("GCC diagnostic pop")                                                              \
        SehStep_ = SehRegister;                                                                    \
        do {                                                                                       \
            if (SehStep_ == SehGuard) {                                                            \
                SehStep_ = SehEnter(Seh_);                                                         \
            }                                                                                      \
            if (SehStep_ == SehBody) {

#define SEH_EXCEPT(filter)                                                                         \
                SehLeave(Seh_);                                                                    \
                SehStep_ = SehDone;                                                                \
            } else if (SehStep_ == SehRegister) {                                                  \
                Seh_->Filter = (filter);                                                           \
                SehStep_ = SehGuard;                                                               \
            } else {                                                                               \
                SehStep_ = SehDone;

#define SEH_END                                                                                    \
            }                                                                                      \
        } while (SehStep_ != SehDone);                                                             \
    }

#define SEH_CODE() (Seh_->Code)
