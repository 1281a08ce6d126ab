/* SPDX-License-Identifier: MIT */
/* Where the kernel enters ring 3, and the entry that a service chooses for itself. */
#include "i386/cpu.h"
#include "ke.h"

ULONG KeUserExceptionDispatcher, KeUserApcDispatcher, KeUserCallbackDispatcher;
ULONG KeUserCallbackExceptionHandler, KeRaiseUserExceptionDispatcher;
ULONG NtGlobalFlag;

/*
 * The dispatcher finds the code in the TEB and, in EAX, where the service would have returned to.
 * A TEB that cannot be written is the program's own doing: then the status is just returned.
 */
NTSTATUS KeRaiseUserException(NTSTATUS Status)
{
    PKTHREAD Thread = KeGetCurrentThread();
    PKTRAP_FRAME Frame = Thread->TrapFrame;
    ULONG ReturnAddress = Frame->Eip;

    if (!NT_SUCCESS(KeCopyToUser(&Thread->Teb->ExceptionCode, &Status, sizeof(Status)))) {
        return Status;
    }
    Frame->Eip = KeRaiseUserExceptionDispatcher;
    Frame->EFlags &= ~EFLAGS_DISPATCHER_CLEAR;
    return (NTSTATUS)ReturnAddress;
}
