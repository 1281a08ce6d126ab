/* SPDX-License-Identifier: MIT */
/* #DF and NMI: report what the machine was doing, from the state the task switch saved, and stop.
 */
#include "i386/cpu.h"
#include "trap.h"

DECLSPEC_NORETURN VOID KiReportTask(ULONG Code, ULONG Parameter)
{
    const KTSS *Tss = (const KTSS *)KI_TSS_ADDRESS;
    KTRAP_FRAME Frame = {
        .Edx = Tss->Edx,
        .Ecx = Tss->Ecx,
        .Eax = Tss->Eax,
        .Edi = Tss->Edi,
        .Esi = Tss->Esi,
        .Ebx = Tss->Ebx,
        .Ebp = Tss->Ebp,
        .Eip = Tss->Eip,
        .TempSegCs = Tss->Cs, /* an edited frame: its ESP is not where it ends */
        .TempEsp = Tss->Esp,
        .EFlags = Tss->EFlags,
    };

    KeBugCheckTrap(Code, Parameter, Tss->Eip, Tss->Esp, Tss->CR3, &Frame);
}
