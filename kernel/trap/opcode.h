/* SPDX-License-Identifier: MIT */
/* Looking at the instruction that faulted. Its bytes are a program's, and read with care. */
#pragma once

#include "nt/ntstatus.h"

/* TRUE when one of the first four bytes at Eip is F0 (nt-facts 2.1, vector 06). */
BOOLEAN KiHasLockPrefix(ULONG Eip);

/*
 * What a #GP without an error code means (nt-facts 2.2): STATUS_PRIVILEGED_INSTRUCTION,
 * STATUS_ILLEGAL_INSTRUCTION (nothing but prefixes) or STATUS_ACCESS_VIOLATION.
 */
NTSTATUS KiClassifyProtectionFault(ULONG Eip);

/* The same for bytes at hand; Count of them could be read. Tested on the host. */
NTSTATUS KiClassifyBytes(const UCHAR *Bytes, ULONG Count);
