/* SPDX-License-Identifier: MIT */
/* NtQuerySystemInformation's parts. */
#pragma once

#include "psp.h"

/* Where an answer goes: Used counts on when there is no more room, so that it can be told. */
typedef struct _PSP_SINK {
    PUCHAR Buffer;
    ULONG Length, Used;
    NTSTATUS Status;
} PSP_SINK;

VOID PspPut(PSP_SINK *Sink, const VOID *Bytes, ULONG Count);

/* systemprocess.c */
VOID PspPutProcesses(PSP_SINK *Sink);
VOID PspPutHandles(PSP_SINK *Sink);
