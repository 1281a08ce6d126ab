/* SPDX-License-Identifier: MIT */
/*
 * Variables of which each thread has its own, __declspec(thread): what compiler and linker expect
 * to find. The loader gives the image its index, and copies [Start, End) for each thread; the
 * program's code reads the copy's address at fs:[2C] + 4 * _tls_index. A program that has such
 * variables is linked with this, and no other. A callback, a PIMAGE_TLS_CALLBACK in the section
 * .CRT$XLB, is told of the process and its threads as a DllMain is.
 */
#include "nt/image.h"

#define SECTION(name) __attribute__((section(name), used))

/* The linker sorts by what is behind the dollar. */
static SECTION(".tls") ULONG Start = 0;
static SECTION(".tls$ZZZ") ULONG End = 0;
static SECTION(".CRT$XLA") PVOID FirstCallback = NULL;
static SECTION(".CRT$XLZ") PVOID LastCallback = NULL;

extern ULONG _tls_index;
extern const IMAGE_TLS_DIRECTORY32 _tls_used; /* the linker makes a directory entry of it */
ULONG _tls_index;
__asm__(".globl __tls_array\n__tls_array = 0x2C");

const IMAGE_TLS_DIRECTORY32 _tls_used = {
    .StartAddressOfRawData = (ULONG)&Start,
    .EndAddressOfRawData = (ULONG)&End,
    .AddressOfIndex = (ULONG)&_tls_index,
    .AddressOfCallBacks = (ULONG)(&FirstCallback + 1),
};
