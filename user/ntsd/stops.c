/* SPDX-License-Identifier: MIT */
/* Where the thread stands: registers, the place, the stack. */
#include "ntsd.h"

#define MAXIMUM_FRAMES 32

/* The flags as debuggers abbreviate them, set and clear. */
static const struct {
    ULONG Bit;
    PCSTR Set, Clear;
} Flags[] = {{0x800, "ov", "nv"}, {0x400, "dn", "up"}, {0x200, "ei", "di"}, {0x80, "ng", "pl"},
             {0x40, "zr", "nz"},  {0x10, "ac", "na"},  {0x04, "pe", "po"},  {0x01, "cy", "nc"}};

VOID ShowRegisters(VOID)
{
    UCHAR Code[8];
    ULONG Count = sizeof(Code);

    Print("eax=%08lx ebx=%08lx ecx=%08lx edx=%08lx esi=%08lx edi=%08lx\n", Context.Eax, Context.Ebx,
          Context.Ecx, Context.Edx, Context.Esi, Context.Edi);
    Print("eip=%08lx esp=%08lx ebp=%08lx iopl=%lu        ", Context.Eip, Context.Esp, Context.Ebp,
          (Context.EFlags >> 12) & 3);
    for (ULONG i = 0; i < ARRAYSIZE(Flags); i++) {
        Print(" %s", Context.EFlags & Flags[i].Bit ? Flags[i].Set : Flags[i].Clear);
    }
    Print("\ncs=%04lx  ss=%04lx  ds=%04lx  es=%04lx  fs=%04lx  gs=%04lx             efl=%08lx\n",
          Context.SegCs, Context.SegSs, Context.SegDs, Context.SegEs, Context.SegFs, Context.SegGs,
          Context.EFlags);
    Print("%s:\n%08lx ", Describe(Context.Eip), Context.Eip);
    while (Count != 0 && !ReadBytes(Context.Eip, Code, Count)) {
        Count--; /* up to the end of the page */
    }
    for (ULONG i = 0; i < Count; i++) {
        Print("%02x", Code[i]);
    }
    Print(Count != 0 ? "\n" : "??\n");
}

/* At a function's first two instructions, PUSH EBP and MOV EBP, ESP, its frame is not there yet,
   but its return address is on the stack. */
static BOOLEAN ReturnsTo(PULONG Address)
{
    UCHAR Code[2] = {0, 0};

    if (!ReadBytes(Context.Eip - 1, Code, sizeof(Code))) {
        return FALSE;
    }
    if (Code[1] == 0x55) {
        return ReadBytes(Context.Esp, Address, sizeof(*Address));
    }
    return Code[0] == 0x55 && (Code[1] == 0x89 || Code[1] == 0x8B) &&
           ReadBytes(Context.Esp + sizeof(ULONG), Address, sizeof(*Address));
}

/* By EBP: a function without a frame of its own is left out. */
VOID ShowStack(VOID)
{
    ULONG Frame[2] = {Context.Ebp, Context.Eip}; /* saved EBP, return address */
    ULONG Ebp = Context.Ebp, Caller;

    Print("ChildEBP RetAddr\n");
    if (ReturnsTo(&Caller)) {
        Print("%08lx %08lx %s\n", Context.Esp, Caller, Describe(Context.Eip));
        Frame[1] = Caller;
    }
    for (ULONG i = 0; i < MAXIMUM_FRAMES && Frame[1] != 0; i++) {
        ULONG Eip = Frame[1];

        if (!ReadBytes(Ebp, Frame, sizeof(Frame))) {
            Frame[1] = 0;
        }
        Print("%08lx %08lx %s\n", Ebp, Frame[1], Describe(Eip));
        if (Frame[0] <= Ebp) {
            break; /* stacks lead upwards */
        }
        Ebp = Frame[0];
    }
}

BOOLEAN FindRegister(PCSTR Name, PULONG *Register)
{
    const struct {
        PCSTR Name;
        PULONG Register;
    } Registers[] = {{"eax", &Context.Eax},   {"ebx", &Context.Ebx}, {"ecx", &Context.Ecx},
                     {"edx", &Context.Edx},   {"esi", &Context.Esi}, {"edi", &Context.Edi},
                     {"eip", &Context.Eip},   {"esp", &Context.Esp}, {"ebp", &Context.Ebp},
                     {"efl", &Context.EFlags}};

    for (ULONG i = 0; i < ARRAYSIZE(Registers); i++) {
        if (_stricmp(Registers[i].Name, Name) == 0) {
            *Register = Registers[i].Register;
            return TRUE;
        }
    }
    return FALSE;
}
