/* SPDX-License-Identifier: MIT */
/* From a name or an ordinal to an address, through forwarders if need be. */
#include "ldrp.h"
#include "rtl/rtl.h"

#define MAXIMUM_FORWARDERS 8
#define MAXIMUM_EXPORT 256 /* characters of a name */

/* "DLL.Name" or "DLL.#ordinal"; the DLL may have to be loaded first. */
static NTSTATUS LdrpFollowForwarder(PCSTR Forwarder, ULONG Depth, PVOID *Address)
{
    CHAR Dll[LDRP_MAXIMUM_NAME];
    PLDR_DATA_TABLE_ENTRY Module;
    PCSTR Name = Forwarder;
    ULONG Ordinal = 0;
    NTSTATUS Status;

    for (PCSTR At = Forwarder; *At != 0; At++) {
        Name = *At == '.' ? At + 1 : Name; /* the last dot: a DLL's name may have some */
    }
    if (Name == Forwarder || Name - Forwarder > LDRP_MAXIMUM_NAME || Depth > MAXIMUM_FORWARDERS) {
        return STATUS_INVALID_IMAGE_FORMAT;
    }
    _snprintf(Dll, sizeof(Dll), "%.*s", (int)(Name - Forwarder - 1), Forwarder);
    Status = LdrpLoadDll(Dll, &Module);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    LdrpCountModule(Module, LDRP_PINNED); /* who has the address is not known: it stays */
    if (Name[0] != '#') {
        return LdrpGetProcedureAddress(Module->DllBase, Name, 0, Depth + 1, Address);
    }
    for (Name++; *Name >= '0' && *Name <= '9'; Name++) {
        Ordinal = Ordinal * 10 + (ULONG)(*Name - '0');
    }
    return LdrpGetProcedureAddress(Module->DllBase, NULL, Ordinal, Depth + 1, Address);
}

NTSTATUS LdrpGetProcedureAddress(PVOID Base, PCSTR Name, ULONG Ordinal, ULONG Depth, PVOID *Address)
{
    RTL_IMAGE Image;
    RTL_EXPORT Export;
    NTSTATUS Status;

    RtlpMappedImage(&Image, Base);
    Status = RtlpFindExport(&Image, Name, Ordinal, &Export);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    if (Export.Forwarder != NULL) {
        return LdrpFollowForwarder(Export.Forwarder, Depth, Address);
    }
    *Address = (PUCHAR)Base + Export.Rva;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI LdrGetProcedureAddress(PVOID Base, PANSI_STRING Name, ULONG Ordinal, PVOID *Address)
{
    CHAR Text[MAXIMUM_EXPORT] = "";
    NTSTATUS Status = STATUS_DLL_NOT_FOUND;

    if (Name != NULL) {
        if (Name->Length >= sizeof(Text)) {
            return STATUS_NAME_TOO_LONG;
        }
        memcpy(Text, Name->Buffer, Name->Length);
    }
    RtlEnterCriticalSection(&LdrpLoaderLock);
    if (LdrpFindModuleByBase(Base) != NULL) {
        Status = LdrpGetProcedureAddress(Base, Name != NULL ? Text : NULL, Ordinal, 0, Address);
        if (NT_SUCCESS(Status)) {
            Status = LdrpRunInitializeRoutines(NULL); /* a forwarder may have loaded some */
        } else {
            LdrpUnloadUnused();
        }
    }
    RtlLeaveCriticalSection(&LdrpLoaderLock);
    return Status;
}

NTSTATUS NTAPI LdrGetDllHandle(PWSTR Path, PULONG Flags, PUNICODE_STRING Name, PVOID *Base)
{
    CHAR Text[LDRP_MAXIMUM_NAME];
    PLDR_DATA_TABLE_ENTRY Module;

    (VOID) Path;
    (VOID) Flags;
    Text[RtlpUnicodeToUtf8(Text, sizeof(Text) - 1, Name->Buffer, Name->Length)] = 0;
    RtlEnterCriticalSection(&LdrpLoaderLock);
    Module = LdrpFindModule(Text);
    if (Module != NULL) {
        *Base = Module->DllBase;
    }
    RtlLeaveCriticalSection(&LdrpLoaderLock);
    return Module != NULL ? STATUS_SUCCESS : STATUS_DLL_NOT_FOUND;
}
