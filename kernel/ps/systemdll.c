/* SPDX-License-Identifier: MIT */
/* The names by which the kernel enters ring 3, looked up in ntdll's exports once, at boot. */
#include "ps.h"

ULONG PsSystemDllBase, PspLdrInitializeThunk, PspUserThreadStart;

static const struct {
    PCSTR Name;
    ULONG *Address;
} PspEntryPoints[] = {
    {"LdrInitializeThunk", &PspLdrInitializeThunk},
    {"KiUserApcDispatcher", &KeUserApcDispatcher},
    {"KiUserExceptionDispatcher", &KeUserExceptionDispatcher},
    {"KiUserCallbackDispatcher", &KeUserCallbackDispatcher},
    {"KiUserCallbackExceptionHandler", &KeUserCallbackExceptionHandler},
    {"KiRaiseUserExceptionDispatcher", &KeRaiseUserExceptionDispatcher},
    {"RtlUserThreadStart", &PspUserThreadStart},
};

NTSTATUS PsLocateSystemDll(const VOID *File, ULONG Bytes, ULONG Base, PCSTR *Missing)
{
    RTL_IMAGE Image;
    NTSTATUS Status = RtlpParseImage(&Image, File, Bytes);

    *Missing = "its headers";
    PsSystemDllBase = Base;
    for (ULONG i = 0; NT_SUCCESS(Status) && i < ARRAYSIZE(PspEntryPoints); i++) {
        RTL_EXPORT Export;

        *Missing = PspEntryPoints[i].Name;
        Status = RtlpFindExport(&Image, PspEntryPoints[i].Name, 0, &Export);
        if (NT_SUCCESS(Status)) {
            *PspEntryPoints[i].Address = Base + Export.Rva;
        }
    }
    return Status;
}
