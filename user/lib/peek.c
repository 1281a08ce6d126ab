/* SPDX-License-Identifier: MIT */
/* Accesses that may fault, in functions of their own: a __try guards the call. */
#include "seh.h"

ULONG Peek(const volatile VOID *Address)
{
    return *(const volatile ULONG *)Address;
}

VOID Poke(volatile VOID *Address, ULONG Value)
{
    *(volatile ULONG *)Address = Value;
}
