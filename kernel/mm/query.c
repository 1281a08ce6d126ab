/* SPDX-License-Identifier: MIT */
/* MmQueryVirtualMemory: what is at an address, and how far that goes. */
#include "ke/fastmutex.h"
#include "mi.h"

/* 0: reserved, not committed. */
static ULONG MiProtectOf(PMMVAD Vad, ULONG Address)
{
    return MiIsPageCommitted(Vad, Address) ? MiToWin32Protection(MiPageProtection(Vad, Address))
                                           : 0;
}

/* How far from Address pages go on that are like it. */
static ULONG MiRegionEnd(PMMVAD Vad, ULONG Address)
{
    ULONG Protect = MiProtectOf(Vad, Address), Va = Address + PAGE_SIZE;

    while (Va - 1 < Vad->End) {
        if (Vad->Segment == NULL && !(*MiGetPde(Va) & MI_PTE_VALID)) {
            if (Protect != 0) {
                return Va;
            }
            Va = (Va | (MI_PAGES_PER_TABLE * PAGE_SIZE - 1)) + 1; /* all of these are reserved */
        } else if (MiProtectOf(Vad, Va) == Protect) {
            Va += PAGE_SIZE;
        } else {
            return Va;
        }
    }
    return Vad->End + 1;
}

static VOID MiDescribeRange(PMMVAD Vad, ULONG Address, MEMORY_BASIC_INFORMATION *Information)
{
    static const ULONG Types[] = {[MiVadPrivate] = MEM_PRIVATE,
                                  [MiVadMapped] = MEM_MAPPED,
                                  [MiVadImage] = MEM_IMAGE,
                                  [MiVadSystem] = MEM_PRIVATE};

    ULONG Protect = MiProtectOf(Vad, Address);

    *Information = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)Address,
        .AllocationBase = (PVOID)Vad->Start,
        .AllocationProtect = MiToWin32Protection(Vad->Protection),
        .RegionSize = MiRegionEnd(Vad, Address) - Address,
        .State = Protect != 0 ? MEM_COMMIT : MEM_RESERVE,
        .Protect = Protect,
        .Type = Types[Vad->Type],
    };
}

static VOID MiDescribeHole(ULONG Address, MEMORY_BASIC_INFORMATION *Information)
{
    PMMVAD Next = MiFindVadAbove(Address);
    ULONG End = Next != NULL ? Next->Start : MM_HIGHEST_VAD_ADDRESS + 1;

    *Information = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)Address,
        .RegionSize = End - Address,
        .State = MEM_FREE,
        .Protect = PAGE_NOACCESS,
    };
}

/* The shared page and the 64 KB above it belong to no descriptor. */
static VOID MiDescribeTop(ULONG Address, MEMORY_BASIC_INFORMATION *Information)
{
    BOOLEAN Shared = Address == MM_SHARED_USER_DATA_VA;

    *Information = (MEMORY_BASIC_INFORMATION){
        .BaseAddress = (PVOID)Address,
        .AllocationBase = (PVOID)MM_SHARED_USER_DATA_VA,
        .AllocationProtect = PAGE_READONLY,
        .RegionSize = Shared ? PAGE_SIZE : MM_USER_PROBE_ADDRESS - Address,
        .State = Shared ? MEM_COMMIT : MEM_RESERVE,
        .Protect = Shared ? PAGE_READONLY : PAGE_NOACCESS,
        .Type = MEM_PRIVATE,
    };
}

NTSTATUS MmQueryVirtualMemory(ULONG Address, MEMORY_BASIC_INFORMATION *Information)
{
    PMMVAD Vad;

    Address = PAGE_ALIGN(Address);
    if (Address > MM_HIGHEST_USER_ADDRESS) {
        return STATUS_INVALID_PARAMETER;
    }
    if (Address > MM_HIGHEST_VAD_ADDRESS) {
        MiDescribeTop(Address, Information);
        return STATUS_SUCCESS;
    }
    MiLockSpace();
    Vad = MiFindVad(Address);
    if (Vad != NULL) {
        MiDescribeRange(Vad, Address, Information);
    } else {
        MiDescribeHole(Address, Information);
    }
    MiUnlockSpace();
    return STATUS_SUCCESS;
}

PCSTR MmQueryMappedFile(ULONG Address)
{
    PMMVAD Vad;
    PCSTR Name = NULL;

    MiLockSpace();
    Vad = MiFindVad(Address);
    if (Vad != NULL && Vad->Segment != NULL) {
        Name = MmSegmentName(Vad->Segment); /* a module's: it stays */
    }
    MiUnlockSpace();
    return Name;
}

ULONG MmQueryImageBase(ULONG Address)
{
    PMMVAD Vad;
    ULONG Base = 0;

    MiLockSpace();
    Vad = MiFindVad(Address);
    if (Vad != NULL && Vad->Segment != NULL && MmSegmentImage(Vad->Segment) != NULL) {
        Base = Vad->Start;
    }
    MiUnlockSpace();
    return Base;
}

static BOOLEAN MiFindImage(ULONG Index, KE_IMAGE *Image)
{
    for (PMMVAD Vad = MiFindVadAbove(0); Vad != NULL; Vad = MiFindVadAbove(Vad->Start)) {
        if (Vad->Type == MiVadImage && Index-- == 0) {
            const MM_IMAGE *Information = &Vad->Segment->Information;

            *Image = (KE_IMAGE){Vad->Segment->File->Name, Vad->Start, Information->SizeOfImage,
                                Information->TimeDateStamp};
            return TRUE;
        }
    }
    return FALSE;
}

/* For reports on the running process. The kernel's own end, on which nothing waits, takes no lock.
 */
static BOOLEAN MiEnumerateImages(ULONG Index, KE_IMAGE *Image)
{
    BOOLEAN Lock = KeGetCurrentIrql() == PASSIVE_LEVEL, Found;

    if (MiCurrentSpace()->PageDirectory == 0) {
        return FALSE;
    }
    if (Lock) {
        MiLockSpace();
    }
    Found = MiFindImage(Index, Image);
    if (Lock) {
        MiUnlockSpace();
    }
    return Found;
}

VOID MiInitializeImageReports(VOID)
{
    KeEnumerateUserImages = MiEnumerateImages;
}
