/* SPDX-License-Identifier: MIT */
/*
 * The console's line mode: what is typed is echoed, can be rubbed out, and comes as whole lines.
 * All of it happens when somebody reads: until then the keys lie in the ring as they came, and may
 * yet be for somebody who wants them raw. At DISPATCH_LEVEL.
 */
#pragma once

#include "nt/ntdef.h"

#define CONTROL(c) ((c) - '@')
#define IOP_MAXIMUM_LINE 256UL /* bytes, with its end */

/* The next key. TRUE: the line is done; IopTakeLine until it is gone, before there is another. */
BOOLEAN IopEditLine(CHAR Byte);
/* What there is of it, done or not, at most Room bytes. 0: nothing. */
ULONG IopTakeLine(PCHAR Bytes, ULONG Room);
BOOLEAN IopIsLineDone(VOID);

/* console.c: Ctrl+D or Ctrl+Z was typed at a line's beginning. */
VOID IopPutEnd(VOID);
