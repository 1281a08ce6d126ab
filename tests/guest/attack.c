/* SPDX-License-Identifier: MIT */
/*
 * The classic: input that overruns a buffer writes over the registration record behind it, and the
 * next exception calls what the input says. Arguments: which handler the input names (stack,
 * gadget, data, elsewhere), and what becomes of the chain (broken, kept, circle).
 *
 * SafeSEH needs an image that lists its handlers. This one does, at __load_config_used, but GNU ld
 * does not put that into the header as Microsoft's linker would: tests/test_hardening.py does, in a
 * copy, build/guest-listed/attack.exe.
 */
#include "mica.h"

#include "nt/image.h"

static volatile ULONG Won;

/* This image's list of handlers: Trusted, and nothing else. */
extern const ULONG HandlerTable[];
__asm__(
    ".section .rdata,\"dr\"\n\t.globl _HandlerTable\n_HandlerTable:\n\t.long _Trusted@IMGREL\n\t"
    ".globl __load_config_used\n__load_config_used:\n\t.long 0x48\n\t.zero 0x3C\n\t"
    ".long _HandlerTable\n\t.long 1\n\t.text");

/* mov eax, [esp+C] (the CONTEXT); add dword [eax+B8], 2; mov dword [Won], 1; xor eax, eax; ret */
static const UCHAR Shellcode[] = {0x8B, 0x44, 0x24, 0x0C, 0x83, 0x80, 0xB8, 0, 0, 0,    2,    0xC7,
                                  0x05, 0,    0,    0,    0,    1,    0,    0, 0, 0x33, 0xC0, 0xC3};
#define SHELLCODE_TARGET 13

static VOID CopyShellcode(PVOID To)
{
    memcpy(To, Shellcode, sizeof(Shellcode));
    *(volatile ULONG **)((PUCHAR)To + SHELLCODE_TARGET) = &Won;
}

EXCEPTION_DISPOSITION Trusted(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                              PCONTEXT Context, PVOID Dispatcher);

/* The victim's own handler, in the table. */
EXCEPTION_DISPOSITION Trusted(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                              PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Record;
    (VOID) Frame;
    (VOID) Dispatcher;
    Context->Eip += 2;
    return ExceptionContinueExecution;
}

/* Code of the image that was never meant as a handler: it happens to do what the attacker likes. */
static EXCEPTION_DISPOSITION Gadget(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                    PCONTEXT Context, PVOID Dispatcher)
{
    Won = 1;
    return Trusted(Record, Frame, Context, Dispatcher);
}

typedef struct _VICTIM {
    CHAR Buffer[16];
    EXCEPTION_REGISTRATION_RECORD Registration;
    UCHAR More[32];
} VICTIM;

/* What came in: 16 bytes of nothing, then Next and Handler, then code. */
typedef struct _INPUT {
    CHAR Filler[16];
    PVOID Next, Handler;
    UCHAR Code[32];
} INPUT;

static UCHAR Data[sizeof(Shellcode)] = {1};

static PVOID Elsewhere(VOID)
{
    PVOID Base = NULL;
    ULONG Size = PAGE_SIZE;

    NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT,
                            PAGE_EXECUTE_READWRITE);
    CopyShellcode(Base);
    return Base;
}

int main(int argc, char **argv)
{
    VICTIM Victim = {.Registration = {NtCurrentTeb()->NtTib.ExceptionList, Trusted}};
    PCSTR What = argc > 1 ? argv[1] : "", Chain = argc > 2 ? argv[2] : "";
    INPUT Input = {.Next = (PVOID)0x909006EB}; /* "jmp +6", as published attacks have it */
    ULONG Flags, Size = sizeof(Input);

    for (int i = 3; i < argc; i++) {
        BOOLEAN ImageOnly = strcmp(argv[i], "image-only") == 0;

        if (ImageOnly || strcmp(argv[i], "code-only") == 0) {
            NtQueryInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, &Flags,
                                      sizeof(Flags), NULL);
            Flags &= ImageOnly ? ~MEM_EXECUTE_OPTION_IMAGE_DISPATCH_ENABLE
                               : ~MEM_EXECUTE_OPTION_EXECUTE_DISPATCH_ENABLE;
            NtSetInformationProcess(NtCurrentProcess(), ProcessExecuteFlags, &Flags, sizeof(Flags));
        }
    }
    NtCurrentTeb()->NtTib.ExceptionList = &Victim.Registration;
    if (strcmp(Chain, "kept") == 0) {
        Input.Next = Victim.Registration.Next;
    } else if (strcmp(Chain, "circle") == 0) {
        Input.Next = &Victim.Registration;
    }
    CopyShellcode(Input.Code);
    if (strcmp(What, "stack") == 0) {
        Input.Handler = Victim.More;
    } else if (strcmp(What, "gadget") == 0) {
        Input.Handler = Gadget;
    } else if (strcmp(What, "data") == 0) {
        CopyShellcode(Data);
        Input.Handler = Data;
    } else if (strcmp(What, "elsewhere") == 0) {
        Input.Handler = Elsewhere();
    } else {
        Size = sizeof(Input.Filler); /* as long as the buffer: nothing happens */
    }
    memcpy(Victim.Buffer, &Input, Size); /* the overrun */
    __asm__ volatile("ud2" ::: "memory");
    NtCurrentTeb()->NtTib.ExceptionList = EXCEPTION_CHAIN_END;
    Print(Won ? "the attacker's code ran\n" : "the program's handler ran\n");
    return Won ? 66 : 0;
}
