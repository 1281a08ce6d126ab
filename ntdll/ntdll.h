/* SPDX-License-Identifier: MIT */
/* What ntdll exports beside the services (nt/services.h) and rtl's (nt/exception.h). */
#pragma once

#include <stdarg.h>

#include "nt/peb.h"
#include "nt/services.h"
#include "nt/teb.h"

PTEB NTAPI NtCurrentTeb(VOID);
VOID NTAPI DbgBreakPoint(VOID);
VOID NTAPI DbgUserBreakPoint(VOID);

/* To the kernel debugger; without one, to the kernel's messages. At most 512 characters. */
ULONG DbgPrint(PCSTR Format, ...);

/* Asks the kernel debugger's user: the answer's length. Without a debugger, a breakpoint. */
ULONG NTAPI DbgPrompt(PCSTR Prompt, PCHAR Response, ULONG MaximumResponseLength);

/*
 * Vectored handlers (XP), asked before all frames; First: before the other ones too. The result is
 * for removing it: 1, or 0 when it is not registered. NULL: no memory. Continue handlers (2003) are
 * told when execution goes on.
 */
PVOID NTAPI RtlAddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
ULONG NTAPI RtlRemoveVectoredExceptionHandler(PVOID Handle);
PVOID NTAPI RtlAddVectoredContinueHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler);
ULONG NTAPI RtlRemoveVectoredContinueHandler(PVOID Handle);

/* What the outermost frame of every thread asks (Vista; in NT 4 it is kernel32's). NULL: nobody. */
VOID NTAPI RtlSetUnhandledExceptionFilter(PTOP_LEVEL_EXCEPTION_FILTER Filter);

/*
 * Vista: makes Frame, on the caller's stack, the end of its chain when SEHOP is on for the process.
 * A thread begins with that; it is for code that brings a stack of its own.
 */
VOID NTAPI RtlInitializeExceptionChain(PEXCEPTION_REGISTRATION_RECORD Frame);

typedef NTSTATUS(NTAPI *PUSER_THREAD_START_ROUTINE)(PVOID Parameter);
DECLSPEC_NORETURN VOID RtlpRunThread(PUSER_THREAD_START_ROUTINE StartRoutine, PVOID Parameter);

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING String, PCWSTR Source);
VOID NTAPI RtlInitAnsiString(PANSI_STRING String, PCSTR Source);
WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR Character);
LONG NTAPI RtlCompareUnicodeString(const UNICODE_STRING *A, const UNICODE_STRING *B,
                                   BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlEqualUnicodeString(const UNICODE_STRING *A, const UNICODE_STRING *B,
                                    BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlPrefixUnicodeString(const UNICODE_STRING *Prefix, const UNICODE_STRING *String,
                                     BOOLEAN CaseInsensitive);
VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING Destination, const UNICODE_STRING *Source);
NTSTATUS NTAPI RtlAppendUnicodeStringToString(PUNICODE_STRING Destination,
                                              const UNICODE_STRING *Source);
NTSTATUS NTAPI RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);

/* Base address of a loaded module. Path and Flags are not looked at. STATUS_DLL_NOT_FOUND. */
NTSTATUS NTAPI LdrGetDllHandle(PWSTR Path, PULONG Flags, PUNICODE_STRING Name, PVOID *Base);

/* An export by name or, with Name NULL, by ordinal; forwarders are followed. */
NTSTATUS NTAPI LdrGetProcedureAddress(PVOID Base, PANSI_STRING Name, ULONG Ordinal, PVOID *Address);

int _vsnprintf(char *Buffer, size_t Count, const char *Format, va_list Arguments);
int _snprintf(char *Buffer, size_t Count, const char *Format, ...);
int sprintf(char *Buffer, const char *Format, ...);
void *memcpy(void *Destination, const void *Source, size_t Bytes);
void *memmove(void *Destination, const void *Source, size_t Bytes);
void *memset(void *Destination, int Value, size_t Bytes);
int memcmp(const void *A, const void *B, size_t Bytes);
size_t strlen(const char *String);
int strcmp(const char *A, const char *B);
int _stricmp(const char *A, const char *B);
