/* SPDX-License-Identifier: MIT */
/*
 * The base types of NT, for kernel, ntdll, programs and host tests alike.
 * 32-bit everywhere: LONG and ULONG are `long` as in NT's own headers.
 */
#pragma once

#include <stddef.h>

#define VOID void
typedef char CHAR, CCHAR, *PCHAR;
typedef const char *PCSTR;
typedef unsigned char UCHAR, BOOLEAN, *PUCHAR, *PBOOLEAN;
typedef short SHORT, CSHORT;
typedef unsigned short USHORT, WCHAR, *PUSHORT, *PWSTR;
typedef const WCHAR *PCWSTR;
typedef long LONG, NTSTATUS, *PLONG;
typedef unsigned long ULONG, ULONG_PTR, SIZE_T, KAFFINITY, *PULONG, *PULONG_PTR;
typedef long long LONGLONG;
typedef unsigned long long ULONGLONG;
typedef void *PVOID, *HANDLE, **PHANDLE;

/* Aligned as in ring 3's ABI, where the kernel's own would have it at 4. */
typedef union __attribute__((aligned(8))) _LARGE_INTEGER {
    struct {
        ULONG LowPart;
        LONG HighPart;
    };
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY;

typedef struct _STRING {
    USHORT Length; /* bytes in use, no terminator counted */
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, ANSI_STRING, *PANSI_STRING;

typedef struct _UNICODE_STRING {
    USHORT Length; /* bytes in use, no terminator counted */
    USHORT MaximumLength;
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;

#define TRUE 1
#define FALSE 0
#ifndef NULL
#define NULL ((void *)0)
#endif

#define NTAPI __attribute__((stdcall))
#define DECLSPEC_NORETURN __attribute__((noreturn))
#define DECLSPEC_NOINLINE __attribute__((noinline))

#define C_ASSERT(e) _Static_assert(e, #e)
#define FIELD_OFFSET(type, field) ((ULONG)offsetof(type, field))
#define ASSERT_OFFSET(type, field, off) C_ASSERT(offsetof(type, field) == (off))
#define ASSERT_SIZE(type, size) C_ASSERT(sizeof(type) == (size))
#define CONTAINING_RECORD(address, type, field) ((type *)((PCHAR)(address)-offsetof(type, field)))
#define ARRAYSIZE(a) (sizeof(a) / sizeof((a)[0]))

#define NT_SUCCESS(status) ((NTSTATUS)(status) >= 0)

#define PAGE_SIZE 0x1000UL
#define PAGE_SHIFT 12
#define PAGE_ALIGN(va) ((ULONG)(va) & ~(PAGE_SIZE - 1))
#define ROUND_TO_PAGES(bytes) (((ULONG)(bytes) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))

/* CLIENT_ID: who a thread is, as ring 3 sees it in TEB+20. */
typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

ASSERT_SIZE(LARGE_INTEGER, 8);
ASSERT_SIZE(UNICODE_STRING, 8);
