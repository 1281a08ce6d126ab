/* SPDX-License-Identifier: MIT */
/* The report on an exception that nobody handled: to the kernel's messages, before the process
 * ends. */
#include "ps.h"
#include "rtl/rtl.h"

#define MAXIMUM_HANDLERS 16

/* The last one, for a crash report. */
static struct {
    EXCEPTION_RECORD Record;
    CONTEXT Context;
} PspUnhandledException;

/* "prog.exe+1234", or "" outside of every image. */
static PCSTR PspDescribe(ULONG Address, PCHAR Text, ULONG Room)
{
    KE_IMAGE Image;

    Text[0] = 0;
    if (KeFindImage(Address, &Image)) {
        _snprintf(Text, Room, " %s+%lX", Image.Name, Address - Image.Base);
        Text[Room - 1] = 0;
    }
    return Text;
}

/* The chain is the program's, and may be damaged: it is copied link by link and checked. */
static VOID PspReportChain(VOID)
{
    PTEB Teb = PsGetCurrentThread()->Tcb.Teb;
    EXCEPTION_REGISTRATION_RECORD Link = {EXCEPTION_CHAIN_END, NULL};
    PEXCEPTION_REGISTRATION_RECORD Frame = NULL;
    CHAR Where[96];

    if (!NT_SUCCESS(KeCopyFromUser(&Link.Next, &Teb->NtTib.ExceptionList, sizeof(Link.Next)))) {
        KeDisplay("  handlers: the TEB cannot be read\n");
        return;
    }
    KeDisplay("  handlers:%s\n", Link.Next == EXCEPTION_CHAIN_END ? " none" : "");
    for (ULONG i = 0; i < MAXIMUM_HANDLERS && Link.Next != EXCEPTION_CHAIN_END; i++) {
        Frame = Link.Next;
        if (!NT_SUCCESS(KeCopyFromUser(&Link, Frame, sizeof(Link)))) {
            KeDisplay("    frame %08lX cannot be read: the chain is damaged\n", (ULONG)Frame);
            return;
        }
        KeDisplay("    frame %08lX handler %08lX%s\n", (ULONG)Frame, (ULONG)Link.Handler,
                  PspDescribe((ULONG)Link.Handler, Where, sizeof(Where)));
    }
}

VOID PsReportUnhandledException(const EXCEPTION_RECORD *Record, const CONTEXT *Context)
{
    PCSTR Name = RtlpStatusName(Record->ExceptionCode);
    CHAR Where[96];

    HalFreshLine();
    KeDisplay("mica: %s: unhandled exception %08lX %s\n  at %08lX%s, flags %lX",
              PsGetCurrentProcess()->ImageName, Record->ExceptionCode, Name != NULL ? Name : "",
              (ULONG)Record->ExceptionAddress,
              PspDescribe((ULONG)Record->ExceptionAddress, Where, sizeof(Where)),
              Record->ExceptionFlags);
    for (ULONG i = 0; i < Record->NumberParameters && i < EXCEPTION_MAXIMUM_PARAMETERS; i++) {
        KeDisplay(i == 0 ? ", parameters %08lX" : " %08lX", Record->ExceptionInformation[i]);
    }
    KeDisplay("\n  eax=%08lX ebx=%08lX ecx=%08lX edx=%08lX esi=%08lX edi=%08lX\n", Context->Eax,
              Context->Ebx, Context->Ecx, Context->Edx, Context->Esi, Context->Edi);
    KeDisplay("  eip=%08lX esp=%08lX ebp=%08lX efl=%08lX\n", Context->Eip, Context->Esp,
              Context->Ebp, Context->EFlags);
    KeDisplay("  cs=%04lX ss=%04lX ds=%04lX es=%04lX fs=%04lX gs=%04lX\n", Context->SegCs,
              Context->SegSs, Context->SegDs, Context->SegEs, Context->SegFs, Context->SegGs);
    PspReportChain();
    PspUnhandledException.Record = *Record;
    PspUnhandledException.Context = *Context;
    __asm__ volatile("" ::"m"(PspUnhandledException)); /* somebody else reads it */
    HalReportCrash();
}
