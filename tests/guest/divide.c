/* SPDX-License-Identifier: MIT */
/* Division of 64 bits, which compilers leave to a library (user/lib/divide.c). */
#include "mica.h"

static volatile ULONGLONG Unsigned[][2] = {
    {100, 7},       {~0ULL, 10}, {1ULL << 63, 3},         {5, 1ULL << 40},
    {~0ULL, ~0ULL}, {0, 9},      {1ULL << 63, 1ULL << 63}};
static volatile LONGLONG Signed[][2] = {
    {-100, 7}, {100, -7}, {-100, -7}, {-1, 1LL << 40}, {-9223372036854775807LL, 10}};

static DECLSPEC_NOINLINE ULONGLONG ByZero(VOID)
{
    return Unsigned[0][0] / Unsigned[5][0];
}

int main(void)
{
    LARGE_INTEGER Time;

    for (ULONG i = 0; i < ARRAYSIZE(Unsigned); i++) {
        ULONGLONG A = Unsigned[i][0], B = Unsigned[i][1];

        Print("%llu / %llu = %llu, %llu\n", A, B, A / B, A % B);
    }
    for (ULONG i = 0; i < ARRAYSIZE(Signed); i++) {
        LONGLONG A = Signed[i][0], B = Signed[i][1];

        Print("%lld / %lld = %lld, %lld\n", A, B, A / B, A % B);
    }
    __try {
        Print("%llu\n", ByZero());
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("by zero: %s\n", StatusName(GetExceptionCode()));
    }
    NtQuerySystemTime(&Time);
    Print("a year above 1601: %d\n", Time.QuadPart / 10000000 / 86400 / 365 > 100);
    return 0;
}
