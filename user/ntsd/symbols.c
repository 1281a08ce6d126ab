/* SPDX-License-Identifier: MIT */
/*
 * Names and addresses. An image's COFF symbol table is where its header says (the debug event
 * repeats it); GNU ld writes one. Names have C's decorations, which are not shown: _name@4.
 */
#include "ntsd.h"
#include "nt/image.h"

#define MAXIMUM_NAME 64
#define CLASS_EXTERNAL 2
#define CLASS_STATIC 3
#define TYPE_FUNCTION 0x20

#pragma pack(push, 1)
typedef struct {
    union {
        CHAR Short[8];
        struct {
            ULONG Zero, Offset; /* Zero 0: in the strings behind the table */
        } Long;
    } Name;
    ULONG Value;
    SHORT Section;
    USHORT Type;
    UCHAR Class, Auxiliary; /* so many entries of other shape follow */
} SYMBOL;
#pragma pack(pop)
ASSERT_SIZE(SYMBOL, 18);

static BOOLEAN ReadFile(HANDLE File, ULONG Offset, PVOID Buffer, ULONG Bytes)
{
    LARGE_INTEGER At = {.QuadPart = Offset};
    IO_STATUS_BLOCK IoStatus;

    return NT_SUCCESS(NtReadFile(File, NULL, NULL, NULL, &IoStatus, Buffer, Bytes, &At, NULL)) &&
           IoStatus.Information == Bytes;
}

/* A symbol's value counts from its section, whose place the image's header has. */
static VOID MakeAbsolute(const MODULE *Module, SYMBOL *Symbol)
{
    LONG Headers;
    IMAGE_SECTION_HEADER Section;
    ULONG First;

    if (Symbol->Section > 0 && ReadBytes(Module->Base + FIELD_OFFSET(IMAGE_DOS_HEADER, e_lfanew),
                                         &Headers, sizeof(Headers))) {
        First = Module->Base + (ULONG)Headers + sizeof(IMAGE_NT_HEADERS32);
        if (ReadBytes(First + ((ULONG)Symbol->Section - 1) * sizeof(Section), &Section,
                      sizeof(Section))) {
            Symbol->Value += Module->Base + Section.VirtualAddress;
        }
    }
}

/* Entries that are not a symbol get section 0. */
VOID LoadSymbols(MODULE *Module, HANDLE File, ULONG Offset, ULONG Count)
{
    ULONG Bytes = Count * sizeof(SYMBOL), Strings;
    SYMBOL *Table;

    if (!ReadFile(File, Offset + Bytes, &Strings, sizeof(Strings))) {
        return;
    }
    Table = RtlAllocateHeap(RtlProcessHeap(), 0, Bytes + Strings + 1);
    if (Table == NULL || !ReadFile(File, Offset, Table, Bytes + Strings)) {
        RtlFreeHeap(RtlProcessHeap(), 0, Table);
        return;
    }
    ((PCHAR)Table)[Bytes + Strings] = 0;
    for (ULONG i = 0; i < Count; i++) {
        ULONG Auxiliary = Table[i].Auxiliary;

        if (Table[i].Class != CLASS_EXTERNAL &&
            !(Table[i].Class == CLASS_STATIC && Table[i].Type == TYPE_FUNCTION)) {
            Table[i].Section = 0;
        }
        MakeAbsolute(Module, &Table[i]);
        for (; Auxiliary != 0 && i + 1 < Count; Auxiliary--) {
            Table[++i].Section = 0;
        }
    }
    Module->Symbols = Table;
    Module->SymbolCount = Count;
}

static VOID NameSymbol(const MODULE *Module, const SYMBOL *Symbol, PCHAR Name)
{
    const SYMBOL *Table = Module->Symbols;
    PCSTR Source = Symbol->Name.Short;
    ULONG Limit = sizeof(Symbol->Name.Short), Length = 0;

    if (Symbol->Name.Long.Zero == 0) {
        Source = (PCSTR)(Table + Module->SymbolCount) + Symbol->Name.Long.Offset;
        Limit = MAXIMUM_NAME - 1;
    }
    if (*Source == '_') {
        Source++;
        Limit--;
    }
    while (Length < Limit && Source[Length] != 0 && Source[Length] != '@') {
        Name[Length] = Source[Length];
        Length++;
    }
    Name[Length] = 0;
}

ULONG FindSymbol(const MODULE *Module, PCSTR Wanted)
{
    const SYMBOL *Table = Module->Symbols;
    CHAR Name[MAXIMUM_NAME];

    for (ULONG i = 0; i < Module->SymbolCount; i++) {
        NameSymbol(Module, &Table[i], Name);
        if (Table[i].Section > 0 && strcmp(Name, Wanted) == 0) {
            return Table[i].Value;
        }
    }
    return 0;
}

PCSTR Describe(ULONG Address)
{
    static CHAR Text[128];
    CHAR Name[MAXIMUM_NAME];
    const MODULE *Module = FindModule(Address);
    const SYMBOL *Table, *Best = NULL;

    if (Module == NULL) {
        sprintf(Text, "%08lx", Address);
        return Text;
    }
    Table = Module->Symbols;
    for (ULONG i = 0; i < Module->SymbolCount; i++) {
        if (Table[i].Section > 0 && Table[i].Value <= Address &&
            (Best == NULL || Table[i].Value > Best->Value)) {
            Best = &Table[i];
        }
    }
    if (Best == NULL) {
        sprintf(Text, "%s+0x%lx", Module->Name, Address - Module->Base);
        return Text;
    }
    NameSymbol(Module, Best, Name);
    sprintf(Text, Best->Value == Address ? "%s!%s" : "%s!%s+0x%lx", Module->Name, Name,
            Address - Best->Value);
    return Text;
}

static BOOLEAN Hexadecimal(PCSTR Text, PULONG Value)
{
    *Value = 0;
    for (PCSTR At = Text; *At != 0; At++) {
        CHAR Digit = *At | ('a' ^ 'A');

        if (*At >= '0' && *At <= '9') {
            *Value = *Value * 16 + (ULONG)(*At - '0');
        } else if (Digit >= 'a' && Digit <= 'f') {
            *Value = *Value * 16 + (ULONG)(Digit - 'a') + 10;
        } else if (!(At == Text + 1 && Text[0] == '0' && Digit == 'x')) {
            return FALSE;
        }
    }
    return Text[0] != 0;
}

/* "module!name"; without a module the program's, then ntdll's. */
static ULONG NameToAddress(PCSTR Text)
{
    ULONG Length = 0, Value = 0;
    const MODULE *Module, *Ntdll;

    while (Text[Length] != 0 && Text[Length] != '!') {
        Length++;
    }
    if (Text[Length] == '!') {
        Module = FindModuleByName(Text, Length);
        return Module != NULL ? FindSymbol(Module, Text + Length + 1) : 0;
    }
    Module = FindModuleByName(NULL, 0);
    Ntdll = FindModuleByName("ntdll", 5);
    Value = Module != NULL ? FindSymbol(Module, Text) : 0;
    return Value == 0 && Ntdll != NULL ? FindSymbol(Ntdll, Text) : Value;
}

static BOOLEAN EvaluatePart(PCSTR Text, PULONG Value)
{
    PULONG Register;

    if (Text[0] == '@' && FindRegister(Text + 1, &Register)) {
        *Value = *Register;
        return TRUE;
    }
    if (!Hexadecimal(Text, Value)) {
        *Value = NameToAddress(Text);
    }
    if (*Value == 0 && strcmp(Text, "0") != 0) {
        Print("ntsd: %s: no number, register or name%s\n", Text,
              FindRegister(Text, &Register) ? " (a register is @name)" : "");
        return FALSE;
    }
    return TRUE;
}

BOOLEAN Evaluate(PCSTR Text, PULONG Value)
{
    CHAR Part[MAXIMUM_LINE];
    ULONG Term;

    *Value = 0;
    do {
        ULONG Length = 0;

        while (Text[Length] != 0 && Text[Length] != '+') {
            Length++;
        }
        memcpy(Part, Text, Length);
        Part[Length] = 0;
        if (!EvaluatePart(Part, &Term)) {
            return FALSE;
        }
        *Value += Term;
        Text += Length + (Text[Length] == '+');
    } while (*Text != 0);
    return TRUE;
}
