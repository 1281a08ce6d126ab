/* SPDX-License-Identifier: MIT */
/* A thread's TEB. */
#include "psp.h"

/* Filled through the kernel's view of its page; it is the program's to write as soon as it runs. */
NTSTATUS PspCreateTeb(const INITIAL_TEB *Stack, const CLIENT_ID *Cid, PTEB *Address)
{
    ULONG Place = 0;
    PTEB Teb;
    NTSTATUS Status = MmMapSystemPage(&Place, (PVOID *)&Teb);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    *Address = (PTEB)Place;
    Teb->NtTib.ExceptionList = EXCEPTION_CHAIN_END;
    Teb->NtTib.StackBase = Stack->StackBase;
    Teb->NtTib.StackLimit = Stack->StackLimit;
    Teb->NtTib.Version = 0x1E00; /* NT's OS/2 heritage: FiberData holds this until there is one */
    Teb->NtTib.Self = (PNT_TIB)Place;
    Teb->ClientId = Teb->RealClientId = *Cid;
    Teb->ProcessEnvironmentBlock = (PPEB)MM_PEB_ADDRESS;
    Teb->StaticUnicodeString.MaximumLength = sizeof(Teb->StaticUnicodeBuffer);
    Teb->StaticUnicodeString.Buffer = (*Address)->StaticUnicodeBuffer;
    Teb->DeallocationStack = Stack->StackAllocationBase;
    return STATUS_SUCCESS;
}
