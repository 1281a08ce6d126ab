/* SPDX-License-Identifier: MIT */
/* The memory and string functions that a freestanding compiler expects to find. */
#include "rtl.h"

void *memcpy(void *Destination, const void *Source, size_t Bytes)
{
    void *Result = Destination;
    size_t Dwords = Bytes / 4;

    Bytes %= 4; /* by dwords: one REP iteration costs as much for a byte as for four */
    __asm__ volatile("rep movsl\n\tmovl %3, %0\n\trep movsb"
                     : "+c"(Dwords), "+D"(Destination), "+S"(Source)
                     : "g"(Bytes)
                     : "memory");
    return Result;
}

void *memmove(void *Destination, const void *Source, size_t Bytes)
{
    PUCHAR To = Destination;
    const UCHAR *From = Source;

    if (To <= From || To >= From + Bytes) {
        return memcpy(Destination, Source, Bytes);
    }
    while (Bytes-- != 0) {
        To[Bytes] = From[Bytes];
    }
    return Destination;
}

void *memset(void *Destination, int Value, size_t Bytes)
{
    void *Result = Destination;
    size_t Dwords = Bytes / 4;

    Bytes %= 4;
    __asm__ volatile("rep stosl\n\tmovl %3, %0\n\trep stosb"
                     : "+c"(Dwords), "+D"(Destination)
                     : "a"((UCHAR)Value * 0x01010101UL), "g"(Bytes)
                     : "memory");
    return Result;
}

int memcmp(const void *A, const void *B, size_t Bytes)
{
    const UCHAR *Left = A;
    const UCHAR *Right = B;

    for (; Bytes != 0; Bytes--, Left++, Right++) {
        if (*Left != *Right) {
            return *Left - *Right;
        }
    }
    return 0;
}

size_t strlen(const char *String)
{
    size_t Length = 0;

    while (String[Length] != 0) {
        Length++;
    }
    return Length;
}

int strcmp(const char *A, const char *B)
{
    while (*A != 0 && *A == *B) {
        A++;
        B++;
    }
    return (UCHAR)*A - (UCHAR)*B;
}

static int RtlpLower(char Character)
{
    return Character >= 'A' && Character <= 'Z' ? Character + 0x20 : (UCHAR)Character;
}

int _stricmp(const char *A, const char *B)
{
    while (*A != 0 && RtlpLower(*A) == RtlpLower(*B)) {
        A++;
        B++;
    }
    return RtlpLower(*A) - RtlpLower(*B);
}
