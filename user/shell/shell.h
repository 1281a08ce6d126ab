/* SPDX-License-Identifier: MIT */
/* The shell's parts. */
#pragma once

#include "mica.h"

#define MAXIMUM_LINE 256
#define MAXIMUM_WORDS 32

/* edit.c: a line from the terminal, edited; FALSE: there is no more input. */
BOOLEAN EditLine(PCSTR Prompt, PCHAR Line);

/* run.c: programs. Words are what was typed, the first the program's name. */
VOID RunProgram(PCSTR Line, PCSTR Name, BOOLEAN Background);
VOID ReportEnded(VOID); /* those in the background */
VOID WaitForBackground(VOID);

/* A command: Words[0] is its name. */
typedef VOID (*COMMAND)(int Count, PCHAR *Words);
VOID ShowProcesses(int Count, PCHAR *Words); /* processes.c */
VOID Kill(int Count, PCHAR *Words);
VOID SetPriority(int Count, PCHAR *Words);
VOID ShowHandles(int Count, PCHAR *Words); /* handles.c */
VOID ShowObjects(int Count, PCHAR *Words); /* objects.c */
VOID ShowMemory(int Count, PCHAR *Words);  /* memory.c */
VOID ShowPool(int Count, PCHAR *Words);
VOID ListFiles(int Count, PCHAR *Words); /* files.c */
VOID TypeFile(int Count, PCHAR *Words);

/* names.c */
BOOLEAN ParseNumber(PCSTR Text, ULONG *Number);
/* A process by id or by name ("hello" or "hello.exe"); says what is wrong. */
BOOLEAN OpenProcess(PCSTR Text, ACCESS_MASK Access, PHANDLE Process);
/* The answer of a class that does not say its length before: to be freed. NULL: no memory. */
PVOID QuerySystem(ULONG Class);
/* Wide to narrow, cut. */
PCSTR Narrow(const UNICODE_STRING *String, PCHAR Text, ULONG Size);
VOID Complain(PCSTR What, NTSTATUS Status);
