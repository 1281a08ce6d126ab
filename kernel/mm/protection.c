/* SPDX-License-Identifier: MIT */
/* PAGE_xxx to NT's protection index and to page table entries. The i386 has no no-execute bit. */
#include "mi.h"

static const UCHAR MiWin32[] = {
    [0] = PAGE_NOACCESS,
    [MM_READONLY] = PAGE_READONLY,
    [MM_EXECUTE] = PAGE_EXECUTE,
    [MM_EXECUTE_READ] = PAGE_EXECUTE_READ,
    [MM_READWRITE] = PAGE_READWRITE,
    [MM_WRITECOPY] = PAGE_WRITECOPY,
    [MM_EXECUTE_READWRITE] = PAGE_EXECUTE_READWRITE,
    [MM_EXECUTE_WRITECOPY] = PAGE_EXECUTE_WRITECOPY,
};

NTSTATUS MiMakeProtection(ULONG Win32Protect, PULONG Protection)
{
    ULONG Access = Win32Protect & 0xFF;

    if (Win32Protect & ~(0xFFUL | PAGE_GUARD | PAGE_NOCACHE)) {
        return STATUS_INVALID_PAGE_PROTECTION;
    }
    if (Access == PAGE_NOACCESS) {
        *Protection = MM_NOACCESS;
        return Win32Protect & (PAGE_GUARD | PAGE_NOCACHE) ? STATUS_INVALID_PAGE_PROTECTION
                                                          : STATUS_SUCCESS;
    }
    for (ULONG i = 1; i < ARRAYSIZE(MiWin32); i++) {
        if (MiWin32[i] == Access) {
            *Protection = i | (Win32Protect & PAGE_GUARD ? MM_GUARD_PAGE : 0) |
                          (Win32Protect & PAGE_NOCACHE ? MM_NOCACHE : 0);
            /* Both at once would be MM_NOACCESS's bits. */
            return *Protection >= MM_NOACCESS ? STATUS_INVALID_PAGE_PROTECTION : STATUS_SUCCESS;
        }
    }
    return STATUS_INVALID_PAGE_PROTECTION;
}

ULONG MiToWin32Protection(ULONG Protection)
{
    if (Protection == MM_NOACCESS) {
        return PAGE_NOACCESS;
    }
    return MiWin32[Protection & 7] | (Protection & MM_GUARD_PAGE ? PAGE_GUARD : 0) |
           (Protection & MM_NOCACHE ? PAGE_NOCACHE : 0);
}

BOOLEAN MiIsAccessible(ULONG Protection)
{
    return !(Protection & MM_GUARD_PAGE); /* MM_NOACCESS has that bit too */
}

BOOLEAN MiIsWritable(ULONG Protection)
{
    ULONG Access = Protection & MM_ACCESS_MASK;

    return Access == MM_READWRITE || Access == MM_EXECUTE_READWRITE;
}

BOOLEAN MiIsCopiedOnWrite(ULONG Protection)
{
    ULONG Access = Protection & MM_ACCESS_MASK;

    return Access == MM_WRITECOPY || Access == MM_EXECUTE_WRITECOPY;
}

ULONG MiAfterCopy(ULONG Protection)
{
    return MiIsCopiedOnWrite(Protection) ? Protection - (MM_WRITECOPY - MM_READWRITE) : Protection;
}

ULONG MiBeforeCopy(ULONG Protection)
{
    return MiIsWritable(Protection) ? Protection + (MM_WRITECOPY - MM_READWRITE) : Protection;
}

/* A write-copy page stays read-only until its first write (fault.c). */
MMPTE MiMakeValidPte(ULONG Frame, ULONG Protection)
{
    return Frame << PAGE_SHIFT | (Protection & MM_ACCESS_MASK) << MI_PTE_ACCESS_SHIFT |
           (Protection & MM_NOCACHE ? MI_PTE_NOCACHE : 0) | MI_PTE_USER | MI_PTE_VALID |
           (MiIsWritable(Protection) ? MI_PTE_WRITE : 0);
}

MMPTE MiMakeSoftPte(ULONG Protection, ULONG Frame)
{
    return Frame << PAGE_SHIFT | (Frame != 0 ? MI_PTE_RESIDENT : 0) | MI_PTE_COMMITTED |
           Protection << MI_PTE_PROTECTION_SHIFT;
}

ULONG MiPteProtection(MMPTE Pte)
{
    if (!(Pte & MI_PTE_VALID)) {
        return (Pte & MI_PTE_PROTECTION_MASK) >> MI_PTE_PROTECTION_SHIFT;
    }
    return (Pte >> MI_PTE_ACCESS_SHIFT & MM_ACCESS_MASK) | (Pte & MI_PTE_NOCACHE ? MM_NOCACHE : 0);
}

C_ASSERT(MM_EXECUTE_WRITECOPY - MM_EXECUTE_READWRITE == MM_WRITECOPY - MM_READWRITE);
