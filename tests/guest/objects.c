/* SPDX-License-Identifier: MIT */
/*
 * Names, links, handles: how they are found, what they allow, what is left of them. Wine has most
 * of it; what it says otherwise is in tests/oracle.
 */
#include "mica.h"

static OBJECT_ATTRIBUTES Named(PCWSTR Text, ULONG Flags, HANDLE Root)
{
    static UNICODE_STRING Names[4];
    static ULONG Next;
    PUNICODE_STRING Name = &Names[Next++ % 4];
    OBJECT_ATTRIBUTES Attributes;

    RtlInitUnicodeString(Name, Text);
    InitializeObjectAttributes(&Attributes, Name, Flags, Root, NULL);
    return Attributes;
}

static NTSTATUS CreateEvent(PCWSTR Name, ULONG Flags, HANDLE Root, PHANDLE Event)
{
    OBJECT_ATTRIBUTES Attributes = Named(Name, Flags, Root);

    return NtCreateEvent(Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE);
}

static NTSTATUS OpenEvent(PCWSTR Name, ULONG Flags, HANDLE Root)
{
    OBJECT_ATTRIBUTES Attributes = Named(Name, Flags, Root);
    HANDLE Event;
    NTSTATUS Status = NtOpenEvent(&Event, EVENT_ALL_ACCESS, &Attributes);

    if (NT_SUCCESS(Status)) {
        NtClose(Event);
    }
    return Status;
}

static VOID Names(VOID)
{
    HANDLE Event, Again, Mutant;
    OBJECT_ATTRIBUTES Attributes;

    Print("create: %s", StatusName(CreateEvent(u"\\BaseNamedObjects\\Eve", 0, NULL, &Event)));
    Print(", again: %s", StatusName(CreateEvent(u"\\BaseNamedObjects\\Eve", 0, NULL, &Again)));
    Print(", or open: %s\n",
          StatusName(CreateEvent(u"\\BaseNamedObjects\\Eve", OBJ_OPENIF, NULL, &Again)));
    NtClose(Again);
    Print("open: %s", StatusName(OpenEvent(u"\\BaseNamedObjects\\Eve", 0, NULL)));
    Print(", other case: %s", StatusName(OpenEvent(u"\\basenamedobjects\\eve", 0, NULL)));
    Print(", case ignored: %s\n",
          StatusName(OpenEvent(u"\\basenamedobjects\\eve", OBJ_CASE_INSENSITIVE, NULL)));
    Attributes = Named(u"\\BaseNamedObjects\\Eve", 0, NULL);
    Print("as a mutant: %s", StatusName(NtOpenMutant(&Mutant, MUTANT_ALL_ACCESS, &Attributes)));
    Attributes = Named(u"\\BaseNamedObjects\\Eve", OBJ_OPENIF, NULL);
    Print(", created as one: %s\n",
          StatusName(NtCreateMutant(&Mutant, MUTANT_ALL_ACCESS, &Attributes, FALSE)));
    Print("no such name: %s", StatusName(OpenEvent(u"\\BaseNamedObjects\\Adam", 0, NULL)));
    Print(", path: %s", StatusName(OpenEvent(u"\\Nowhere\\Eve", 0, NULL)));
    Print(", through an event: %s\n",
          StatusName(OpenEvent(u"\\BaseNamedObjects\\Eve\\x", 0, NULL)));
    Print("no backslash: %s", StatusName(OpenEvent(u"Eve", 0, NULL)));
    Print(", an empty part: %s", StatusName(OpenEvent(u"\\BaseNamedObjects\\\\Eve", 0, NULL)));
    Print(", one at the end: %s\n", StatusName(OpenEvent(u"\\BaseNamedObjects\\Eve\\", 0, NULL)));
    NtClose(Event);
    Print("closed, it is gone: %s\n", StatusName(OpenEvent(u"\\BaseNamedObjects\\Eve", 0, NULL)));
}

static VOID Directories(VOID)
{
    HANDLE Directory, Event, Link;
    UNICODE_STRING Target;
    WCHAR Buffer[64];
    UNICODE_STRING Read = {0, sizeof(Buffer), Buffer};
    OBJECT_ATTRIBUTES Attributes = Named(u"\\Garden", 0, NULL);

    Print("a directory: %s",
          StatusName(NtCreateDirectoryObject(&Directory, DIRECTORY_ALL_ACCESS, &Attributes)));
    Print(", in it by its handle: %s", StatusName(CreateEvent(u"Tree", 0, Directory, &Event)));
    Print(", by its path: %s", StatusName(OpenEvent(u"\\Garden\\Tree", 0, NULL)));
    Print(", a path behind a handle: %s\n", StatusName(OpenEvent(u"\\Tree", 0, Directory)));
    RtlInitUnicodeString(&Target, u"\\Garden");
    Attributes = Named(u"\\Eden", 0, NULL);
    Print("a link: %s", StatusName(NtCreateSymbolicLinkObject(&Link, SYMBOLIC_LINK_ALL_ACCESS,
                                                              &Attributes, &Target)));
    Print(", through it: %s", StatusName(OpenEvent(u"\\Eden\\Tree", 0, NULL)));
    Print(", its target: %s", StatusName(NtQuerySymbolicLinkObject(Link, &Read, NULL)));
    Print(" %wZ", &Read);
    Read.MaximumLength = 4;
    Print(", in 4 bytes: %s\n", StatusName(NtQuerySymbolicLinkObject(Link, &Read, NULL)));
    NtClose(Link);
    RtlInitUnicodeString(&Target, u"\\Circle");
    Attributes = Named(u"\\Circle", 0, NULL);
    NtCreateSymbolicLinkObject(&Link, SYMBOLIC_LINK_ALL_ACCESS, &Attributes, &Target);
    Print("a link to itself: %s\n", StatusName(OpenEvent(u"\\Circle\\x", 0, NULL)));
    NtClose(Link);
    NtClose(Directory);
    Print("the directory closed, its name is gone: %s",
          StatusName(OpenEvent(u"\\Garden\\Tree", 0, NULL)));
    NtClose(Event);
    Print(", whoever is in it: %s\n", StatusName(OpenEvent(u"\\Garden\\Tree", 0, NULL)));
}

static VOID Permanent(VOID)
{
    HANDLE Event;
    OBJECT_ATTRIBUTES Attributes = Named(u"\\BaseNamedObjects\\Stone", 0, NULL);

    CreateEvent(u"\\BaseNamedObjects\\Stone", OBJ_PERMANENT, NULL, &Event);
    NtClose(Event);
    Print("permanent, closed: %s", StatusName(OpenEvent(u"\\BaseNamedObjects\\Stone", 0, NULL)));
    NtOpenEvent(&Event, DELETE, &Attributes);
    Print(", made temporary: %s", StatusName(NtMakeTemporaryObject(Event)));
    NtClose(Event);
    Print(", closed: %s\n", StatusName(OpenEvent(u"\\BaseNamedObjects\\Stone", 0, NULL)));
}

static VOID Queries(VOID)
{
    struct {
        union {
            OBJECT_BASIC_INFORMATION Basic;
            OBJECT_TYPE_INFORMATION Type;
            UNICODE_STRING Name;
            OBJECT_HANDLE_FLAG_INFORMATION Flags;
        };
        WCHAR More[64];
    } Answer;
    OBJECT_HANDLE_FLAG_INFORMATION Protect = {FALSE, TRUE};
    ULONG Length = 0;
    HANDLE Event, Copy;

    CreateEvent(u"\\BaseNamedObjects\\Known", 0, NULL, &Event);
    NtDuplicateObject(NtCurrentProcess(), Event, NtCurrentProcess(), &Copy, EVENT_QUERY_STATE, 0,
                      0);
    NtQueryObject(Copy, ObjectBasicInformation, &Answer, sizeof(Answer.Basic), NULL);
    Print("basic: access %lX, %lu handles\n", Answer.Basic.GrantedAccess, Answer.Basic.HandleCount);
    NtQueryObject(Copy, ObjectTypeInformation, &Answer, sizeof(Answer), NULL);
    Print("type: %wZ\n", &Answer.Type.TypeName);
    Print("name: %s", StatusName(NtQueryObject(Copy, ObjectNameInformation, &Answer, 4, &Length)));
    Print(", needs %lu", Length);
    NtQueryObject(Copy, ObjectNameInformation, &Answer, sizeof(Answer), NULL);
    Print(", %wZ\n", &Answer.Name);
    Print("set with the lesser handle: %s\n", StatusName(NtSetEvent(Copy, NULL)));
    NtSetInformationObject(Copy, ObjectHandleFlagInformation, &Protect, sizeof(Protect));
    Print("protected: %s", StatusName(NtClose(Copy)));
    Protect.ProtectFromClose = FALSE;
    NtSetInformationObject(Copy, ObjectHandleFlagInformation, &Protect, sizeof(Protect));
    Print(", no more: %s", StatusName(NtClose(Copy)));
    Print(", twice: %s\n", StatusName(NtClose(Copy)));
    Print("class 99: %s\n", StatusName(NtQueryObject(Event, 99, &Answer, sizeof(Answer), NULL)));
    NtClose(Event);
}

/* Numbers that nobody gave out. */
static VOID Forged(VOID)
{
    static const ULONG Numbers[] = {0,          1,          3,          0x7FFC,
                                    0x80000000, 0x12345678, 0xFFFFFFFC, 0xFFFFFFFD};
    ULONG Refused = 0;
    HANDLE Event = MakeEvent(NotificationEvent);

    for (ULONG i = 0; i < ARRAYSIZE(Numbers); i++) {
        Refused += NtSetEvent((HANDLE)Numbers[i], NULL) == STATUS_INVALID_HANDLE;
    }
    Print("forged: %lu of %d refused", Refused, (int)ARRAYSIZE(Numbers));
    Print(", the low two bits are ours: %s", StatusName(NtSetEvent((PUCHAR)Event + 3, NULL)));
    Print(", the process is no event: %s\n", StatusName(NtSetEvent(NtCurrentProcess(), NULL)));
    NtClose(Event);
}

/* The child has what it inherits, and what the parent puts there; not the parent's numbers. */
static int Child(PCSTR Text)
{
    HANDLE Handle = (HANDLE)Number(Text);

    Print("  child: a handle of the parent's: %s\n", StatusName(NtSetEvent(Handle, NULL)));
    return 0;
}

static VOID AcrossProcesses(VOID)
{
    PUNICODE_STRING Path =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->ImagePathName;
    RTL_USER_PROCESS_INFORMATION Information;
    HANDLE Event = MakeEvent(NotificationEvent), There, Back;
    CHAR Line[64];

    _snprintf(Line, sizeof(Line), "self child %lu", (ULONG)Event);
    StartProgram(Path, Line, &Information);
    Print("into the child: %s",
          StatusName(NtDuplicateObject(NtCurrentProcess(), Event, Information.ProcessHandle, &There,
                                       0, 0, DUPLICATE_SAME_ACCESS)));
    Print(", and back: %s",
          StatusName(NtDuplicateObject(Information.ProcessHandle, There, NtCurrentProcess(), &Back,
                                       0, 0, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)));
    Print(", it has it no more: %s\n",
          StatusName(NtDuplicateObject(Information.ProcessHandle, There, NtCurrentProcess(), &Back,
                                       0, 0, DUPLICATE_SAME_ACCESS)));
    NtResumeThread(Information.ThreadHandle, NULL);
    JoinProcess(Information.ProcessHandle);
}

int main(int argc, char **argv)
{
    if (argc > 2) {
        return Child(argv[2]);
    }
    Names();
    Directories();
    Permanent();
    Queries();
    Forged();
    AcrossProcesses();
    return 0;
}
