/* SPDX-License-Identifier: MIT */
/* The debugger's parts. One process is debugged, and one of its threads is looked at. */
#pragma once

#include "mica.h"

#define MAXIMUM_LINE 256
#define MAXIMUM_THREADS 64

typedef struct {
    ULONG Id;
    HANDLE Handle; /* NULL: it has ended */
} THREAD;

/* main.c */
extern HANDLE Process;
extern ULONG ProcessId;
extern DBGUI_WAIT_STATE_CHANGE Event; /* the one that is open */
extern CONTEXT Context;               /* of the thread looked at; Flush writes it back */
extern BOOLEAN ContextChanged;
extern ULONG ThreadId; /* whose it is: the event's, or what ~Ns chose */
VOID Select(ULONG Id);
extern THREAD Threads[MAXIMUM_THREADS];
extern ULONG ThreadCount;
VOID Flush(VOID);
VOID Complain(PCSTR What, NTSTATUS Status);

/* commands.c: asks, and does what is said, until that lets the process go: the answer to Event.
   0: the debugger is to leave. */
NTSTATUS Ask(VOID);

/* events.c: whether a stop is worth a prompt; if so it has been said what it is. */
BOOLEAN ShowEvent(VOID);

/* stops.c */
VOID ShowRegisters(VOID);
VOID ShowStack(VOID);
BOOLEAN FindRegister(PCSTR Name, PULONG *Register);

/* breakpoints.c */
VOID AddBreakpoint(ULONG Address);
VOID ListBreakpoints(VOID);
VOID ClearBreakpoints(PCSTR Which); /* a number, or * */
BOOLEAN AtBreakpoint(VOID);         /* Event is one of ours: Eip is set back to it */
VOID RemoveBreakpoints(VOID);       /* from the process's memory */
VOID ForgetStepping(VOID);
VOID PrepareToRun(VOID);
VOID PrepareToStep(BOOLEAN Over);
BOOLEAN FinishStep(VOID); /* TRUE: the step was for a breakpoint's sake, go on */

/* memory.c. FALSE: nothing there. */
BOOLEAN ReadBytes(ULONG Address, PVOID Buffer, ULONG Bytes);
BOOLEAN WriteBytes(ULONG Address, const VOID *Buffer, ULONG Bytes);
VOID DumpMemory(ULONG Address, ULONG Bytes, ULONG Width);

/* modules.c */
typedef struct _MODULE {
    ULONG Base, Size;
    CHAR Name[32]; /* without its extension */
    PVOID Symbols; /* symbols.c's; NULL: none */
    ULONG SymbolCount;
} MODULE;
MODULE *AddModule(ULONG Base, HANDLE File, ULONG SymbolOffset, ULONG SymbolCount);
VOID RemoveModule(ULONG Base);
VOID ListModules(VOID);
MODULE *FindModule(ULONG Address);
MODULE *FindModuleByName(PCSTR Name, ULONG Length);

/* symbols.c */
VOID LoadSymbols(MODULE *Module, HANDLE File, ULONG Offset, ULONG Count);
ULONG FindSymbol(const MODULE *Module, PCSTR Name); /* 0: none */
/* "module!name+offset", as far as it is known. Valid until the next call. */
PCSTR Describe(ULONG Address);
/* A hexadecimal number, @register, module!name or name, and + what. FALSE: it has said why. */
BOOLEAN Evaluate(PCSTR Text, PULONG Value);
