/* SPDX-License-Identifier: MIT */
/*
 * What a program that needs nothing but ntdll.dll includes. It defines main; user/lib does the
 * rest. Everything here works the same on Windows, and under Wine, but for Mica's own three
 * services (NtMica..., nt/services.h).
 */
#pragma once

#include "ntdll.h"
#include "seh.h"

/*
 * Formatted to standard output, at most 1023 bytes at once. Formats: d i u x X p c s, with flags,
 * width, precision, l, ll, h; NT's ws (WCHAR string), Z and wZ (pointers to counted strings).
 */
VOID Print(PCSTR Format, ...);

/* Reads a line, without its end, into Line; FALSE at the end of the input. */
BOOLEAN ReadLine(PCHAR Line, ULONG Size);

/*
 * Threads, processes and what to wait for (lib/thread.c, lib/process.c). What cannot be made ends
 * the program with a message (Require). Join... waits for the end and closes the handle: the exit
 * status. Milliseconds below 0: for ever. StartSelf: this program again, with one argument.
 */
VOID Require(NTSTATUS Status, PCSTR What);
HANDLE StartThread(PUSER_THREAD_START_ROUTINE Routine, ULONG_PTR Parameter);
NTSTATUS JoinThread(HANDLE Thread);
HANDLE StartSelf(PCSTR Argument);
NTSTATUS StartProgram(PUNICODE_STRING Path, PCSTR CommandLine,
                      PRTL_USER_PROCESS_INFORMATION Information);           /* suspended */
VOID NativePath(PUNICODE_STRING Path, PUNICODE_STRING Native, PWSTR Space); /* for NtOpenFile */
NTSTATUS StartProgramOn(HANDLE Input, PUNICODE_STRING Path, PCSTR CommandLine,
                        PRTL_USER_PROCESS_INFORMATION Information);
NTSTATUS StartDebugged(HANDLE DebugObject, PUNICODE_STRING Path, PCSTR CommandLine,
                       PRTL_USER_PROCESS_INFORMATION Information);
NTSTATUS JoinProcess(HANDLE Process);
NTSTATUS WaitFor(HANDLE Object, LONG Milliseconds);
VOID Sleep(LONG Milliseconds);
HANDLE MakeEvent(EVENT_TYPE Type);
HANDLE MakeMutant(VOID);
HANDLE MakeSemaphore(LONG Count, LONG Limit);

/* The digits that Text begins with, as a number. */
ULONG Number(PCSTR Text);

/* "STATUS_..." or the number, for printing. */
PCSTR StatusName(NTSTATUS Status);
