/* SPDX-License-Identifier: MIT */
/*
 * Thread-local storage: the .tls sections of the program and the DLLs it imports. Each gets an
 * index; each thread an array of blocks (TEB+2C), one an index, copied from the images. A DLL that
 * is loaded later has none, as on NT before Vista.
 */
#include "ldrp.h"
#include "rtl/rtl.h"

#define MAXIMUM_TLS 32UL

static struct {
    const IMAGE_TLS_DIRECTORY32 *Directory;
    PVOID Base;
} LdrpTls[MAXIMUM_TLS];
static ULONG LdrpTlsCount;

VOID LdrpAddTls(PLDR_DATA_TABLE_ENTRY Module)
{
    RTL_IMAGE Image;
    IMAGE_DATA_DIRECTORY Directory;
    const IMAGE_TLS_DIRECTORY32 *Tls;

    RtlpMappedImage(&Image, Module->DllBase);
    Directory = RtlpImageDirectory(&Image, IMAGE_DIRECTORY_ENTRY_TLS);
    Tls =
        Directory.Size != 0 ? RtlpImageData(&Image, Directory.VirtualAddress, sizeof(*Tls)) : NULL;
    if (Tls == NULL || LdrpTlsCount == MAXIMUM_TLS) {
        return;
    }
    *(ULONG *)Tls->AddressOfIndex = LdrpTlsCount;
    LdrpTls[LdrpTlsCount].Directory = Tls;
    LdrpTls[LdrpTlsCount++].Base = Module->DllBase;
    Module->TlsIndex = 0xFFFF;
}

NTSTATUS LdrpAllocateTls(VOID)
{
    PTEB Teb = NtCurrentTeb();
    PVOID *Blocks;

    if (LdrpTlsCount == 0) {
        return STATUS_SUCCESS;
    }
    Blocks = RtlAllocateHeap(RtlProcessHeap(), HEAP_ZERO_MEMORY, LdrpTlsCount * sizeof(PVOID));
    if (Blocks == NULL) {
        return STATUS_NO_MEMORY;
    }
    Teb->ThreadLocalStoragePointer = Blocks;
    for (ULONG i = 0; i < LdrpTlsCount; i++) {
        const IMAGE_TLS_DIRECTORY32 *Tls = LdrpTls[i].Directory;
        ULONG Bytes = Tls->EndAddressOfRawData - Tls->StartAddressOfRawData;

        Blocks[i] =
            RtlAllocateHeap(RtlProcessHeap(), HEAP_ZERO_MEMORY, Bytes + Tls->SizeOfZeroFill);
        if (Blocks[i] == NULL) {
            LdrpFreeTls();
            return STATUS_NO_MEMORY;
        }
        memcpy(Blocks[i], (PVOID)Tls->StartAddressOfRawData, Bytes);
    }
    return STATUS_SUCCESS;
}

VOID LdrpFreeTls(VOID)
{
    PTEB Teb = NtCurrentTeb();
    PVOID *Blocks = Teb->ThreadLocalStoragePointer;

    Teb->ThreadLocalStoragePointer = NULL;
    for (ULONG i = 0; Blocks != NULL && i < LdrpTlsCount; i++) {
        RtlFreeHeap(RtlProcessHeap(), 0, Blocks[i]);
    }
    RtlFreeHeap(RtlProcessHeap(), 0, Blocks);
}

VOID LdrpCallTls(PVOID Base, ULONG Reason)
{
    for (ULONG i = 0; i < LdrpTlsCount; i++) {
        PLDRP_TLS_CALLBACK *Callback =
            (PLDRP_TLS_CALLBACK *)LdrpTls[i].Directory->AddressOfCallBacks;

        for (; LdrpTls[i].Base == Base && Callback != NULL && *Callback != NULL; Callback++) {
            (*Callback)(Base, Reason, NULL);
        }
    }
}
