/* SPDX-License-Identifier: MIT */
/* What the three files of NtMicaKernelCase's cases share. */
#pragma once

#include "nt/ntdef.h"

/* testkernel.c: adds to the line that the case writes about itself. */
VOID KiNote(PCHAR Line, PCSTR Format, ULONG Value);

/* testdispatch.c: cases from 8 up; testcrash.c: from 24 up. NULL: no such case. */
typedef VOID KI_CASE(PCHAR Line);
KI_CASE *KiDispatchCase(ULONG Number);
KI_CASE *KiCrashCase(ULONG Number);
