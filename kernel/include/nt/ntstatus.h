/* SPDX-License-Identifier: MIT */
/* STATUS_xxx constants, from the one list ntstatus.def. */
#pragma once

#include "ntdef.h"

enum {
#define STATUS(value, name) STATUS_##name = (NTSTATUS)(value),
#include "ntstatus.def"
#undef STATUS
};

/*
 * Name of a status ("STATUS_ACCESS_VIOLATION"), or NULL for one that ntstatus.def does not list.
 * Any IRQL; the string is constant. In rtl/status.c.
 */
PCSTR RtlpStatusName(NTSTATUS Status);
