/* SPDX-License-Identifier: MIT */
/*
 * Files, their directory and the console, as services see them; and the objects of a directory one
 * by one. Mica's \SystemRoot holds what was on the boot medium, and cannot be written.
 */
#include "mica.h"

static UNICODE_STRING Name;

static OBJECT_ATTRIBUTES Named(PCWSTR Text)
{
    OBJECT_ATTRIBUTES Attributes;

    RtlInitUnicodeString(&Name, Text);
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return Attributes;
}

static NTSTATUS Open(PCWSTR Text, ACCESS_MASK Access, ULONG Options, PHANDLE File)
{
    OBJECT_ATTRIBUTES Attributes = Named(Text);
    IO_STATUS_BLOCK IoStatus;

    return NtOpenFile(File, Access | SYNCHRONIZE, &Attributes, &IoStatus, FILE_SHARE_READ, Options);
}

static PCSTR Try(PCWSTR Text, ACCESS_MASK Access, ULONG Options)
{
    HANDLE File;
    NTSTATUS Status = Open(Text, Access, Options, &File);

    if (NT_SUCCESS(Status)) {
        NtClose(File);
    }
    return StatusName(Status);
}

static VOID Opening(VOID)
{
    OBJECT_ATTRIBUTES Attributes = Named(u"\\SystemRoot\\new.txt");
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;

    Print("open: %s", Try(u"\\SystemRoot\\files.exe", FILE_READ_DATA, 0));
    Print(", in capitals: %s", Try(u"\\SYSTEMROOT\\FILES.EXE", FILE_READ_DATA, 0));
    Print(", to write: %s", Try(u"\\SystemRoot\\files.exe", FILE_WRITE_DATA, 0));
    Print(", as a directory: %s\n",
          Try(u"\\SystemRoot\\files.exe", FILE_READ_DATA, FILE_DIRECTORY_FILE));
    Print("nothing: %s", Try(u"\\SystemRoot\\nothing.exe", FILE_READ_DATA, 0));
    Print(", below a file: %s", Try(u"\\SystemRoot\\files.exe\\part", FILE_READ_DATA, 0));
    Print(", below nothing: %s", Try(u"\\SystemRoot\\nothing\\part", FILE_READ_DATA, 0));
    Print(", the directory: %s", Try(u"\\SystemRoot\\", FILE_READ_DATA, FILE_DIRECTORY_FILE));
    Print(", as a file: %s\n", Try(u"\\SystemRoot\\", FILE_READ_DATA, FILE_NON_DIRECTORY_FILE));
    Print("a new one: %s", StatusName(NtCreateFile(&File, FILE_WRITE_DATA, &Attributes, &IoStatus,
                                                   NULL, 0, 0, FILE_CREATE, 0, NULL, 0)));
    Attributes = Named(u"\\SystemRoot\\files.exe");
    Print(", the old one: %s",
          StatusName(NtCreateFile(&File, FILE_READ_DATA | SYNCHRONIZE, &Attributes, &IoStatus, NULL,
                                  0, 0, FILE_OPEN, 0, NULL, 0)));
    Print(", opened %lu\n", IoStatus.Information);
    NtClose(File);
}

/* Names below a handle: of the directory, of a file, of what has no names at all. */
static VOID Relative(VOID)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Roots[3], File;

    Open(u"\\SystemRoot\\", FILE_READ_DATA, FILE_DIRECTORY_FILE, &Roots[0]);
    Open(u"\\SystemRoot\\files.exe", FILE_READ_DATA, 0, &Roots[1]);
    Roots[2] = MakeEvent(NotificationEvent);
    Attributes = Named(u"files.exe");
    Print("below the directory, a file, an event:");
    for (ULONG i = 0; i < ARRAYSIZE(Roots); i++) {
        Attributes.RootDirectory = Roots[i];
        Print(" %s", StatusName(NtOpenFile(&File, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0)));
    }
    Attributes = Named(u"\\files.exe");
    Attributes.RootDirectory = Roots[0];
    Print(", with a separator: %s\n",
          StatusName(NtOpenFile(&File, FILE_READ_DATA, &Attributes, &IoStatus, 0, 0)));
}

static VOID ReadAt(HANDLE File, LONGLONG Place, ULONG Bytes)
{
    UCHAR Buffer[64];
    IO_STATUS_BLOCK IoStatus = {0, 0};
    LARGE_INTEGER Offset = {.QuadPart = Place};
    NTSTATUS Status = NtReadFile(File, NULL, NULL, NULL, &IoStatus, Buffer, Bytes, &Offset, NULL);

    Print("  %s, %lu bytes", StatusName(Status), NT_SUCCESS(Status) ? IoStatus.Information : 0);
    Print(NT_SUCCESS(Status) ? ", %02X %02X\n" : "\n", Buffer[0], Buffer[1]);
}

static VOID NTAPI Done(PVOID Context, PVOID IoStatus, ULONG Reserved)
{
    Print("  its routine: %lX, %lu bytes, %lu\n", (ULONG)Context,
          ((PIO_STATUS_BLOCK)IoStatus)->Information, Reserved);
}

static VOID Reading(VOID)
{
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK IoStatus;
    HANDLE File, Event = MakeEvent(NotificationEvent);
    UCHAR Bytes[4];
    NTSTATUS Status;

    Open(u"\\SystemRoot\\files.exe", FILE_READ_DATA, FILE_SYNCHRONOUS_IO_NONALERT, &File);
    Print("asked: %s", StatusName(NtQueryInformationFile(
                           File, &IoStatus, &Standard, sizeof(Standard), FileStandardInformation)));
    Print(", a directory %d, %lu link, of no length %d", Standard.Directory, Standard.NumberOfLinks,
          Standard.EndOfFile.QuadPart == 0);
    Print(", in 4 bytes: %s", StatusName(NtQueryInformationFile(File, &IoStatus, &Standard, 4,
                                                                FileStandardInformation)));
    Print(", class 999: %s\n",
          StatusName(NtQueryInformationFile(File, &IoStatus, &Standard, sizeof(Standard), 999)));
    Print("read the beginning, its last bytes, behind it, before it\n");
    ReadAt(File, 0, 64);
    ReadAt(File, Standard.EndOfFile.QuadPart - 3, 64);
    ReadAt(File, Standard.EndOfFile.QuadPart, 64);
    ReadAt(File, -1, 64);
    ReadAt(File, 0, 60);
    Status = NtReadFile(File, Event, NULL, NULL, &IoStatus, Bytes, 4, NULL, NULL);
    Print("then where it is: %s, at the header's offset %d, the event is set: %s\n",
          StatusName(Status), *(ULONG *)Bytes >= 64 && *(ULONG *)Bytes < 512,
          StatusName(WaitFor(Event, 0)));
    ReadAt(File, 0, 0);
    Print("with a routine: %s\n", StatusName(NtReadFile(File, NULL, (PVOID)Done, (PVOID)0x5A,
                                                        &IoStatus, Bytes, 3, NULL, NULL)));
    Print("  then let it come: %s\n", StatusName(NtTestAlert()));
    Print("into the kernel: %s", StatusName(NtReadFile(File, NULL, NULL, NULL, &IoStatus,
                                                       (PVOID)0x80100000, 2, NULL, NULL)));
    Print(", write: %s",
          StatusName(NtWriteFile(File, NULL, NULL, NULL, &IoStatus, Bytes, 2, NULL, NULL)));
    Print(", control: %s\n", StatusName(NtDeviceIoControlFile(File, NULL, NULL, NULL, &IoStatus,
                                                              0x222000, NULL, 0, NULL, 0)));
    NtClose(File);
}

/* The names come in no order that a program could count on. */
static VOID Directory(VOID)
{
    struct {
        FILE_DIRECTORY_INFORMATION Row;
        WCHAR More[64];
    } Buffer;
    UNICODE_STRING Found, Wanted;
    IO_STATUS_BLOCK IoStatus;
    ULONG Count = 0, Seen = 0;
    HANDLE File;
    NTSTATUS Status;

    Open(u"\\SystemRoot\\", FILE_READ_DATA, FILE_DIRECTORY_FILE, &File);
    for (;;) {
        Status = NtQueryDirectoryFile(File, NULL, NULL, NULL, &IoStatus, &Buffer, sizeof(Buffer),
                                      FileDirectoryInformation, TRUE, NULL, FALSE);
        if (!NT_SUCCESS(Status)) {
            break;
        }
        Found = (UNICODE_STRING){(USHORT)Buffer.Row.FileNameLength, 0, Buffer.Row.FileName};
        RtlInitUnicodeString(&Wanted, u"FILES.EXE");
        Seen += RtlEqualUnicodeString(&Found, &Wanted, TRUE);
        Count++;
    }
    Print("the directory: %s, more than one name: %d, this program: %lu", StatusName(Status),
          Count > 1, Seen);
    Status = NtQueryDirectoryFile(File, NULL, NULL, NULL, &IoStatus, &Buffer, sizeof(Buffer),
                                  FileDirectoryInformation, TRUE, NULL, TRUE);
    Print(", from the start again: %s", StatusName(Status));
    Status = NtQueryDirectoryFile(File, NULL, NULL, NULL, &IoStatus, &Buffer, 8,
                                  FileDirectoryInformation, TRUE, NULL, TRUE);
    Print(", in 8 bytes: %s\n", StatusName(Status));
    NtClose(File);
}

static VOID Namespace(VOID)
{
    OBJECT_ATTRIBUTES Attributes = Named(u"\\BaseNamedObjects\\Yard");
    HANDLE Yard, Event, Mutant, Opened;
    ULONG Context = 0, Returned;
    union {
        OBJECT_DIRECTORY_INFORMATION Row;
        UCHAR Bytes[256];
    } Buffer;
    ULONG Events = 0, Mutants = 0;
    NTSTATUS Status;

    NtCreateDirectoryObject(&Yard, DIRECTORY_ALL_ACCESS, &Attributes);
    Attributes = Named(u"Bell");
    Attributes.RootDirectory = Yard;
    NtCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE);
    Attributes = Named(u"Gate");
    Attributes.RootDirectory = Yard;
    NtCreateMutant(&Mutant, MUTANT_ALL_ACCESS, &Attributes, FALSE);
    Attributes = Named(u"\\BaseNamedObjects\\Yard");
    Print("open it: %s", StatusName(NtOpenDirectoryObject(&Opened, DIRECTORY_QUERY, &Attributes)));
    Attributes = Named(u"\\BaseNamedObjects\\Yard\\Bell");
    Print(", as a semaphore: %s",
          StatusName(NtOpenSemaphore(&Opened, SEMAPHORE_ALL_ACCESS, &Attributes)));
    Print(", a timer: %s", StatusName(NtOpenTimer(&Opened, TIMER_ALL_ACCESS, &Attributes)));
    Print(", a section: %s\n", StatusName(NtOpenSection(&Opened, SECTION_ALL_ACCESS, &Attributes)));
    for (;;) {
        Status =
            NtQueryDirectoryObject(Yard, &Buffer, sizeof(Buffer), TRUE, FALSE, &Context, &Returned);
        if (Status != STATUS_SUCCESS) {
            break;
        }
        Events += Buffer.Row.TypeName.Buffer[0] == 'E' && Buffer.Row.Name.Buffer[0] == 'B';
        Mutants += Buffer.Row.TypeName.Buffer[0] == 'M' && Buffer.Row.Name.Buffer[0] == 'G';
    }
    Print("in it: %lu event, %lu mutant, then %s", Events, Mutants, StatusName(Status));
    Context = 0;
    Status = NtQueryDirectoryObject(Yard, &Buffer, 8, TRUE, TRUE, &Context, &Returned);
    Print("; in 8 bytes: %s", StatusName(Status));
    Status =
        NtQueryDirectoryObject(Event, &Buffer, sizeof(Buffer), TRUE, TRUE, &Context, &Returned);
    Print(", of the event: %s\n", StatusName(Status));
}

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Opening();
    Relative();
    Reading();
    Directory();
    Namespace();
    return 0;
}
