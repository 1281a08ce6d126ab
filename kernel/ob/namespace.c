/* SPDX-License-Identifier: MIT */
/* The namespace as it is at boot: directories, types, links. */
#include "obp.h"
#include "rtl/rtl.h"

POBJECT_DIRECTORY ObpRoot;

static NTSTATUS ObpCreateDirectory(PCSTR Path)
{
    PVOID Directory;
    NTSTATUS Status = ObCreateObject(&ObDirectoryType, sizeof(OBJECT_DIRECTORY), &Directory);

    if (NT_SUCCESS(Status)) {
        Status = ObNameObject(Directory, Path);
        ObDereferenceObject(Directory);
    }
    return Status;
}

NTSTATUS ObInitializeNamespace(VOID)
{
    static const PCSTR Directories[] = {"\\BaseNamedObjects", "\\Device", "\\KnownDlls",
                                        "\\ObjectTypes"};
    NTSTATUS Status;

    ExInitializeFastMutex(&ObpNamespaceMutex);
    ObRegisterType(&ObDirectoryType);
    ObRegisterType(&ObSymbolicLinkType);
    Status = ObCreateObject(&ObDirectoryType, sizeof(OBJECT_DIRECTORY), (PVOID *)&ObpRoot);
    for (ULONG i = 0; NT_SUCCESS(Status) && i < ARRAYSIZE(Directories); i++) {
        Status = ObpCreateDirectory(Directories[i]);
    }
    return Status;
}
