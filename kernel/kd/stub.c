/* SPDX-License-Identifier: MIT */
/* The debug routine while there is no debugger: only the services, and no prompt. */
#include "kd.h"

BOOLEAN KdpStub(PEXCEPTION_RECORD Record, PCONTEXT Context, KPROCESSOR_MODE PreviousMode,
                BOOLEAN SecondChance)
{
    return !SecondChance && KdIsService(Record) && KdpService(Record, Context, PreviousMode);
}
