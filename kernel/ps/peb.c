/* SPDX-License-Identifier: MIT */
/* The PEB: what the kernel says in it. Parameters are whoever's who makes the process. */
#include "psp.h"

#define CRITICAL_SECTION_TIMEOUT (-25920000000000LL) /* 30 days */

NTSTATUS PspCreatePeb(PEPROCESS Process, const MM_IMAGE *Image, ULONG Base)
{
    ULONG Address = MM_PEB_ADDRESS;
    PPEB Peb;
    NTSTATUS Status = MmMapSystemPage(&Address, (PVOID *)&Peb);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Peb->Mutant = (HANDLE)0xFFFFFFFF;
    Peb->ImageBaseAddress = (PVOID)Base;
    Peb->NumberOfProcessors = 1;
    Peb->CriticalSectionTimeout.QuadPart = CRITICAL_SECTION_TIMEOUT;
    Peb->NtGlobalFlag = NtGlobalFlag;
    Peb->OSMajorVersion = NT_MAJOR_VERSION;
    Peb->OSMinorVersion = NT_MINOR_VERSION;
    Peb->OSBuildNumber = NT_BUILD_NUMBER;
    Peb->OSCSDVersion = NT_CSD_VERSION;
    Peb->OSPlatformId = VER_PLATFORM_WIN32_NT;
    Peb->ImageSubsystem = Image->Subsystem;
    Peb->ImageSubsystemMajorVersion = Image->SubsystemMajor;
    Peb->ImageSubsystemMinorVersion = Image->SubsystemMinor;
    Process->Peb = (PPEB)MM_PEB_ADDRESS;
    return STATUS_SUCCESS;
}
