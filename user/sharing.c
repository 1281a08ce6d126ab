/* SPDX-License-Identifier: MIT */
/*
 * Two processes, one section: the same pages at different addresses. The parent creates it with a
 * name, the child opens it by that name, and each sees what the other writes at once.
 */
#include "mica.h"

#define SIZE 0x2000

static OBJECT_ATTRIBUTES Named(PUNICODE_STRING Name)
{
    OBJECT_ATTRIBUTES Attributes;

    RtlInitUnicodeString(Name, u"\\BaseNamedObjects\\SharingDemo");
    InitializeObjectAttributes(&Attributes, Name, 0, NULL, NULL);
    return Attributes;
}

static volatile ULONG *Map(HANDLE Section, PVOID Where)
{
    ULONG Size = 0;
    NTSTATUS Status = NtMapViewOfSection(Section, NtCurrentProcess(), &Where, 0, 0, NULL, &Size,
                                         ViewUnmap, 0, PAGE_READWRITE);

    if (!NT_SUCCESS(Status)) {
        Print("no view: %s\n", StatusName(Status));
    }
    return Where;
}

static int Child(VOID)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes = Named(&Name);
    volatile ULONG *View;
    HANDLE Section;
    NTSTATUS Status = NtOpenSection(&Section, SECTION_MAP_READ | SECTION_MAP_WRITE, &Attributes);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    View = Map(Section, (PVOID)0x20000000);
    Print("child:  at %08lX, reads %lu and writes %lu\n", (ULONG)View, View[0], View[0] + 1);
    View[1] = View[0] + 1;
    return 0;
}

int main(int argc, char **argv)
{
    LARGE_INTEGER Size = {.QuadPart = SIZE};
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes = Named(&Name);
    volatile ULONG *View;
    HANDLE Section;
    NTSTATUS Status;

    if (argc > 1 && strcmp(argv[1], "child") == 0) {
        return Child();
    }
    Status = NtCreateSection(&Section, SECTION_ALL_ACCESS, &Attributes, &Size, PAGE_READWRITE,
                             SEC_COMMIT, NULL);
    Print("parent: a section of %d bytes: %s\n", SIZE, StatusName(Status));
    View = Map(Section, (PVOID)0x10000000);
    View[0] = 41;
    Print("parent: at %08lX, writes %lu\n", (ULONG)View, View[0]);
    Print("child ended: %s\n", StatusName(JoinProcess(StartSelf("child"))));
    Print("parent: reads %lu\n", View[1]);
    return 0;
}
