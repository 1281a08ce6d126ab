/* SPDX-License-Identifier: MIT */
/* The console's line mode: what is typed is echoed, can be rubbed out, and comes as whole lines. */
#pragma once

#include "nt/ntdef.h"

#define CONTROL(c) ((c) - '@')
#define IOP_MAXIMUM_LINE 256UL

/* line.c: a byte that was typed. From an interrupt. */
VOID IopEditLine(CHAR Byte);

/* Line mode is over: the line begun so far is nobody's to edit any more. Interrupts off. */
VOID IopEndLineMode(VOID);

/* console.c: what a reader gets. */
VOID IopPut(CHAR Byte);
VOID IopPutEnd(VOID);
