/* SPDX-License-Identifier: MIT */
/* RTL_USER_PROCESS_PARAMETERS and the environment, as pages of the new process. */
#include "psp.h"
#include "rtl/rtl.h"

#define SYSTEM_ROOT "\\SystemRoot\\"

/* The block is written to ring 3 piece by piece; this is how far it has come. */
typedef struct _PSP_BLOCK {
    ULONG Base;
    ULONG Used;
    ULONG Size;
    NTSTATUS Status;
} PSP_BLOCK;

static VOID PspAppendText(PSP_BLOCK *Block, PUNICODE_STRING String, PCSTR Text)
{
    ULONG Length = 0;

    *String = (UNICODE_STRING){.Buffer = (PWSTR)(Block->Base + Block->Used)};
    for (ULONG Left = (ULONG)strlen(Text); NT_SUCCESS(Block->Status) && Left != 0;) {
        WCHAR Part[128];
        ULONG Bytes = Left < 64 ? Left : 64;
        ULONG Written;

        while (Bytes < Left && Bytes > 60 && ((UCHAR)Text[Bytes] & 0xC0) == 0x80) {
            Bytes--; /* do not cut a character */
        }
        Written = RtlpUtf8ToUnicode(Part, sizeof(Part), Text, Bytes);
        Block->Status = KeCopyToUser((PUCHAR)String->Buffer + Length, Part, Written);
        Text += Bytes;
        Left -= Bytes;
        Length += Written;
    }
    String->Length = (USHORT)Length;
    String->MaximumLength = (USHORT)(Length + sizeof(WCHAR)); /* fresh pages are zero */
    Block->Used += (Length + 2 * sizeof(WCHAR) - 1 + 3) & ~3UL;
}

static NTSTATUS PspAllocate(ULONG Bytes, PSP_BLOCK *Block)
{
    *Block = (PSP_BLOCK){.Size = Bytes};
    Block->Status = MmAllocateVirtualMemory(&Block->Base, &Block->Size, MM_HIGHEST_VAD_ADDRESS,
                                            MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    return Block->Status;
}

/* Two variables and the empty one that ends the list. */
static NTSTATUS PspCreateEnvironment(PWSTR *Environment)
{
    static const WCHAR Variables[] = u"SystemRoot=\\SystemRoot\0Path=\\SystemRoot\0";
    PSP_BLOCK Block;
    NTSTATUS Status = PspAllocate(PAGE_SIZE, &Block);

    *Environment = (PWSTR)Block.Base;
    return NT_SUCCESS(Status) ? KeCopyToUser(*Environment, Variables, sizeof(Variables)) : Status;
}

NTSTATUS PspCreateParameters(const LOADER_BLOCK *Loader, PCSTR ImageName,
                             PRTL_USER_PROCESS_PARAMETERS *Parameters)
{
    RTL_USER_PROCESS_PARAMETERS Local;
    CHAR Path[sizeof(SYSTEM_ROOT) + BL_MAXIMUM_NAME];
    PSP_BLOCK Block;
    NTSTATUS Status;

    memset(&Local, 0, sizeof(Local));
    Status = PspCreateEnvironment(&Local.Environment);
    if (NT_SUCCESS(Status)) {
        /* Strings: the command line at two bytes a character, and some short ones. */
        Status = PspAllocate(sizeof(Local) + 2 * BL_MAXIMUM_COMMAND_LINE + PAGE_SIZE, &Block);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Block.Used = sizeof(Local);
    sprintf(Path, SYSTEM_ROOT "%s", ImageName);
    PspAppendText(&Block, &Local.CurrentDirectory.DosPath, SYSTEM_ROOT);
    PspAppendText(&Block, &Local.DllPath, SYSTEM_ROOT);
    PspAppendText(&Block, &Local.ImagePathName, Path);
    PspAppendText(&Block, &Local.CommandLine,
                  Loader->CommandLine[0] != 0 ? Loader->CommandLine : ImageName);
    PspAppendText(&Block, &Local.WindowTitle, ImageName);
    Local.MaximumLength = Block.Size;
    Local.Length = Block.Used;
    Local.Flags = RTL_USER_PROC_PARAMS_NORMALIZED;
    Status =
        IoOpenStandardHandles(&Local.StandardInput, &Local.StandardOutput, &Local.StandardError);
    *Parameters = (PRTL_USER_PROCESS_PARAMETERS)Block.Base;
    return !NT_SUCCESS(Block.Status) ? Block.Status
           : NT_SUCCESS(Status)      ? KeCopyToUser(*Parameters, &Local, sizeof(Local))
                                     : Status;
}
