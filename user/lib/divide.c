/* SPDX-License-Identifier: MIT */
/*
 * Division of 64 bits by 64 bits, for which compilers call these four by name: unsigned and signed,
 * quotient and remainder. Stdcall without a suffix. Dividing by 0 raises, as `div` does.
 */
#include "nt/ntdef.h"

ULONGLONG NTAPI DivideUnsigned(ULONGLONG A, ULONGLONG B) __asm__("__aulldiv");
ULONGLONG NTAPI RemainderUnsigned(ULONGLONG A, ULONGLONG B) __asm__("__aullrem");
LONGLONG NTAPI DivideSigned(LONGLONG A, LONGLONG B) __asm__("__alldiv");
LONGLONG NTAPI RemainderSigned(LONGLONG A, LONGLONG B) __asm__("__allrem");

/* Bit by bit from the top. */
static ULONGLONG Divide(ULONGLONG A, ULONGLONG B, ULONGLONG *Remainder)
{
    ULONGLONG Quotient = 0, Rest = 0;

    if (B == 0) {
        __asm__ volatile("divl %0" ::"r"(0), "a"(1), "d"(0));
    }
    for (ULONG i = 0; i < 64; i++) {
        BOOLEAN Carry = Rest >> 63;

        Rest = Rest << 1 | A >> 63;
        A <<= 1;
        Quotient <<= 1;
        if (Carry || Rest >= B) {
            Rest -= B;
            Quotient |= 1;
        }
    }
    *Remainder = Rest;
    return Quotient;
}

static ULONGLONG Magnitude(LONGLONG Value)
{
    return Value < 0 ? -(ULONGLONG)Value : (ULONGLONG)Value;
}

ULONGLONG NTAPI DivideUnsigned(ULONGLONG A, ULONGLONG B)
{
    ULONGLONG Rest;

    return Divide(A, B, &Rest);
}

ULONGLONG NTAPI RemainderUnsigned(ULONGLONG A, ULONGLONG B)
{
    ULONGLONG Rest;

    Divide(A, B, &Rest);
    return Rest;
}

LONGLONG NTAPI DivideSigned(LONGLONG A, LONGLONG B)
{
    ULONGLONG Rest, Quotient = Divide(Magnitude(A), Magnitude(B), &Rest);

    return (A < 0) != (B < 0) ? (LONGLONG)-Quotient : (LONGLONG)Quotient;
}

/* The remainder has the dividend's sign. */
LONGLONG NTAPI RemainderSigned(LONGLONG A, LONGLONG B)
{
    ULONGLONG Rest;

    Divide(Magnitude(A), Magnitude(B), &Rest);
    return A < 0 ? (LONGLONG)-Rest : (LONGLONG)Rest;
}
