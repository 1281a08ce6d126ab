/* SPDX-License-Identifier: MIT */
/* Between a trap frame and a CONTEXT, both ways. nt-facts 3.10, 3.11. */
#pragma once

#include "trapframe.h"

/*
 * Copies the groups that Context->ContextFlags asks for out of the frame; the floating groups
 * are no frame's (ke/npx.c). Ring-0 frames have no ESP and SS: those come from where the frame
 * ends.
 */
VOID KeContextFromKframes(const KTRAP_FRAME *Frame, PCONTEXT Context);

/*
 * The reverse. With Mode UserMode the values come from a program: they are sanitised so that no
 * CONTEXT gives ring 3 more than it had. With KernelMode Frame is a ring-0 frame and its ESP may
 * only grow; a new ESP makes it an edited frame (trapframe.h).
 */
VOID KeContextToKframes(PKTRAP_FRAME Frame, const CONTEXT *Context, KPROCESSOR_MODE Mode);

/* ESP and CS of the interrupted code, whichever kind of frame it is. */
ULONG KiGetFrameEsp(const KTRAP_FRAME *Frame);
ULONG KiGetFrameCs(const KTRAP_FRAME *Frame);

/* The flags that a program may choose, in the form that iret may load. */
ULONG KiSanitizeEFlags(ULONG EFlags, KPROCESSOR_MODE Mode);
