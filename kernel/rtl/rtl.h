/* SPDX-License-Identifier: MIT */
/*
 * rtl: what both rings run. Compiled once for the kernel and once into ntdll; the host's unit
 * tests compile it a third time. Calls nothing above it but ZwContinue, ZwRaiseException and the
 * five routines below by which each ring adds to the dispatching.
 */
#pragma once

#include "nt/events.h"
#include <stdarg.h>

#include "nt/exception.h"
#include "nt/teb.h"

/* memory.c: the C functions that compilers call by themselves, and the few strings need. */
void *memcpy(void *Destination, const void *Source, size_t Bytes);
void *memmove(void *Destination, const void *Source, size_t Bytes);
void *memset(void *Destination, int Value, size_t Bytes);
int memcmp(const void *A, const void *B, size_t Bytes);
size_t strlen(const char *String);
int strcmp(const char *A, const char *B);
int _stricmp(const char *A, const char *B);

/* unicode.c */
VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING String, PCWSTR Source);
VOID NTAPI RtlInitAnsiString(PANSI_STRING String, PCSTR Source);
/* strings.c */
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
ULONG RtlpUtf8ToUnicode(PWSTR Destination, ULONG MaximumBytes, PCSTR Source, ULONG SourceBytes);
ULONG RtlpUnicodeToUtf8(PCHAR Destination, ULONG MaximumBytes, PCWSTR Source, ULONG SourceBytes);

/* integer.c: unsigned; the divisor is not 0. Remainder may be NULL. */
LARGE_INTEGER NTAPI RtlExtendedLargeIntegerDivide(LARGE_INTEGER Dividend, ULONG Divisor,
                                                  PULONG Remainder);

/* format.c: C's formats, cut to d i u x X p c s, with l, ll, h, and NT's ws, wZ and Z. */
int _vsnprintf(char *Buffer, size_t Count, const char *Format, va_list Arguments);
int _snprintf(char *Buffer, size_t Count, const char *Format, ...);
int sprintf(char *Buffer, const char *Format, ...);

/*
 * debug.c: to the kernel debugger; without one, to the kernel's messages. At most 512 characters.
 * DbgPrompt: the length of the answer; without a debugger a breakpoint exception.
 */
ULONG DbgPrint(PCSTR Format, ...);
ULONG NTAPI DbgPrompt(PCSTR Prompt, PCHAR Response, ULONG MaximumResponseLength);
VOID NTAPI DbgBreakPoint(VOID); /* debug.asm */
ULONG NTAPI RtlpDebugService(ULONG Service, const VOID *Text, ULONG Length, PVOID Reply,
                             ULONG ReplyLength);

/* handlers.asm: calls Handler with a protector frame under it (nt-facts 4.6). */
EXCEPTION_DISPOSITION NTAPI RtlpExecuteHandlerForException(PEXCEPTION_RECORD Record,
                                                           PEXCEPTION_REGISTRATION_RECORD Frame,
                                                           PCONTEXT Context,
                                                           PVOID DispatcherContext,
                                                           PEXCEPTION_ROUTINE Handler);
EXCEPTION_DISPOSITION NTAPI RtlpExecuteHandlerForUnwind(PEXCEPTION_RECORD Record,
                                                        PEXCEPTION_REGISTRATION_RECORD Frame,
                                                        PCONTEXT Context, PVOID DispatcherContext,
                                                        PEXCEPTION_ROUTINE Handler);

/* exception.c: raises a new, noncontinuable exception about Record. */
VOID RtlpRaiseChained(NTSTATUS Code, PEXCEPTION_RECORD Record);

/*
 * What each ring adds to the dispatching: ring 3's vectored handlers and checks on the chain
 * (ntdll/vectored.c, ntdll/chaincheck.c), ring 0's (trap/kernelchain.c).
 * RtlpCallVectoredHandlers: TRUE to go on with *Context, no frame being asked.
 * RtlpCallContinueHandlers: execution is about to go on with *Context.
 * RtlpNoteEvent: for the event log, if one is kept.
 * RtlpChainPolicy: which of the checks below are to be made.
 */
#define RTLP_CHECK_CHAIN 0x01UL    /* SEHOP: the chain as a whole */
#define RTLP_CHECK_HANDLER 0x02UL  /* SafeSEH: each handler before it is called */
#define RTLP_CHECK_IN_IMAGE 0x04UL /* and it must lie in an image */
#define RTLP_CHECK_IN_CODE 0x08UL  /* and in a section of code there, when it lies in one */
VOID RtlpNoteEvent(MICA_EVENT_KIND Kind, ULONG A, ULONG B, ULONG C, ULONG D);
BOOLEAN RtlpCallVectoredHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context);
VOID RtlpCallContinueHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context);
ULONG RtlpChainPolicy(VOID);
BOOLEAN RtlpIsChainValid(ULONG Low, ULONG High);
BOOLEAN RtlpIsHandlerValid(PEXCEPTION_ROUTINE Handler, ULONG Policy, ULONG Low, ULONG High);

/*
 * fs:[0], [4] and [8]: the NT_TIB of the TEB in ring 3, of the KPCR in ring 0.
 * The host's tests bring their own.
 */
#ifndef RTL_HOST_TEST
#define RTLP_FS_READ(type, offset)                                                                 \
    ({                                                                                             \
        ULONG Value_;                                                                              \
        __asm__ volatile("movl %%fs:%c1, %0" : "=r"(Value_) : "i"(offset));                        \
        (type) Value_;                                                                             \
    })
static inline PEXCEPTION_REGISTRATION_RECORD RtlpGetExceptionList(VOID)
{
    return RTLP_FS_READ(PEXCEPTION_REGISTRATION_RECORD, 0);
}
static inline VOID RtlpSetExceptionList(PEXCEPTION_REGISTRATION_RECORD Frame)
{
    __asm__ volatile("movl %0, %%fs:0" ::"r"(Frame) : "memory");
}
static inline VOID RtlpGetStackLimits(ULONG *Low, ULONG *High)
{
    *Low = RTLP_FS_READ(ULONG, 8);
    *High = RTLP_FS_READ(ULONG, 4);
}
#else
PEXCEPTION_REGISTRATION_RECORD RtlpGetExceptionList(VOID);
VOID RtlpSetExceptionList(PEXCEPTION_REGISTRATION_RECORD Frame);
VOID RtlpGetStackLimits(ULONG *Low, ULONG *High);
#endif

/* TRUE when a registration record at Frame is aligned and lies whole inside the stack. */
static inline BOOLEAN RtlpIsFrameInBounds(PEXCEPTION_REGISTRATION_RECORD Frame, ULONG Low,
                                          ULONG High)
{
    ULONG Address = (ULONG)Frame;
    return !(Address & 3) && Address >= Low && High >= sizeof(*Frame) &&
           Address <= High - sizeof(*Frame);
}

/* The two services that dispatching ends in, in either ring. */
NTSTATUS NTAPI ZwContinue(PCONTEXT Context, BOOLEAN TestAlert);
NTSTATUS NTAPI ZwRaiseException(PEXCEPTION_RECORD Record, PCONTEXT Context, BOOLEAN FirstChance);
