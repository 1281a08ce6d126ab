/* SPDX-License-Identifier: MIT */
/* uses: kernel/rtl/pe.c kernel/rtl/exports.c kernel/rtl/relocs.c kernel/rtl/memory.c */
/* The PE parser on one good image and on many damaged ones, each with the status NT has for it. */
#include "rtl/pe.h"
#include "rtl/rtl.h"
#include "unit.h"

#define FILE_BYTES 0x1000
#define LFANEW 0x80
#define TEXT_RVA 0x1000
#define DATA_RVA 0x2000
#define EXPORTS (DATA_RVA + 0x40)
#define RELOCS (DATA_RVA + 0x180)

static UCHAR Exact[FILE_BYTES] __attribute__((aligned(16)));
#define File (Exact)
#define Dos ((IMAGE_DOS_HEADER *)File)
#define Nt ((IMAGE_NT_HEADERS32 *)(File + LFANEW))
#define Optional (&Nt->OptionalHeader)
#define Section ((IMAGE_SECTION_HEADER *)(Nt + 1))

/* The bytes of an RVA of .data in the file. */
#define Data(rva) (File + 0x800 + ((rva)-DATA_RVA))

static void BuildExports(void)
{
    static const char Names[] = "dll\0alpha\0beta\0other.Gamma\0delta";
    IMAGE_EXPORT_DIRECTORY *Exports = (void *)Data(EXPORTS);
    ULONG *Functions = (void *)Data(EXPORTS + 0x28), *NameRvas = (void *)Data(EXPORTS + 0x40);
    USHORT *Ordinals = (void *)Data(EXPORTS + 0x50);
    ULONG Text = EXPORTS + 0x60;

    memcpy(Data(Text), Names, sizeof(Names));
    *Exports = (IMAGE_EXPORT_DIRECTORY){.Name = Text,
                                        .Base = 10,
                                        .NumberOfFunctions = 5,
                                        .NumberOfNames = 3,
                                        .AddressOfFunctions = EXPORTS + 0x28,
                                        .AddressOfNames = EXPORTS + 0x40,
                                        .AddressOfNameOrdinals = EXPORTS + 0x50};
    Functions[0] = TEXT_RVA + 1;
    Functions[1] = TEXT_RVA + 2;
    Functions[3] = Text + 15; /* "other.Gamma": a forwarder */
    Functions[4] = TEXT_RVA + 4;
    NameRvas[0] = Text + 4;
    NameRvas[1] = Text + 10;
    NameRvas[2] = Text + 27;
    Ordinals[0] = 0;
    Ordinals[1] = 1;
    Ordinals[2] = 3;
    Optional->DataDirectory[0] = (IMAGE_DATA_DIRECTORY){EXPORTS, 0xA0};
}

static void BuildRelocations(void)
{
    ULONG *Block = (void *)Data(RELOCS);
    USHORT *Entries = (void *)(Block + 2);

    Block[0] = DATA_RVA;
    Block[1] = 8 + 4 * 2;
    Entries[0] = 0x3000;
    Entries[1] = 0x3010;
    Entries[2] = 0x3FFE; /* runs into the next page, which is the last of the image */
    Entries[3] = 0;
    Optional->DataDirectory[5] = (IMAGE_DATA_DIRECTORY){RELOCS, 16};
}

static void Build(void)
{
    memset(File, 0, FILE_BYTES);
    Dos->e_magic = IMAGE_DOS_SIGNATURE;
    Dos->e_lfanew = LFANEW;
    Nt->Signature = IMAGE_NT_SIGNATURE;
    Nt->FileHeader = (IMAGE_FILE_HEADER){.Machine = IMAGE_FILE_MACHINE_I386,
                                         .NumberOfSections = 2,
                                         .SizeOfOptionalHeader = sizeof(IMAGE_OPTIONAL_HEADER32),
                                         .Characteristics = IMAGE_FILE_EXECUTABLE_IMAGE};
    *Optional = (IMAGE_OPTIONAL_HEADER32){.Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC,
                                          .AddressOfEntryPoint = TEXT_RVA,
                                          .ImageBase = 0x400000,
                                          .SectionAlignment = 0x1000,
                                          .FileAlignment = 0x200,
                                          .SizeOfImage = 0x4000,
                                          .SizeOfHeaders = 0x400,
                                          .NumberOfRvaAndSizes = 16};
    Section[0] = (IMAGE_SECTION_HEADER){.VirtualSize = 0x321,
                                        .VirtualAddress = TEXT_RVA,
                                        .SizeOfRawData = 0x400,
                                        .PointerToRawData = 0x400};
    Section[1] = (IMAGE_SECTION_HEADER){.VirtualSize = 0x1004,
                                        .VirtualAddress = DATA_RVA,
                                        .SizeOfRawData = 0x800,
                                        .PointerToRawData = 0x800};
    BuildExports();
    BuildRelocations();
}

static RTL_IMAGE Image;

static NTSTATUS Parse(ULONG Bytes)
{
    return RtlpParseImage(&Image, File, Bytes);
}

#define DAMAGE(status, ...)                                                                        \
    do {                                                                                           \
        Build();                                                                                   \
        __VA_ARGS__;                                                                               \
        CHECK_EQ(Parse(FILE_BYTES), (status));                                                     \
    } while (0)

#define FORMAT STATUS_INVALID_IMAGE_FORMAT

static void Damaged(void)
{
    Build();
    CHECK_EQ(Parse(0), STATUS_MAPPED_FILE_SIZE_ZERO);
    CHECK_EQ(Parse(1), STATUS_INVALID_IMAGE_NOT_MZ);
    CHECK_EQ(Parse(63), STATUS_INVALID_IMAGE_NOT_MZ);
    CHECK_EQ(Parse(64), STATUS_INVALID_IMAGE_PROTECT);
    CHECK_EQ(Parse(LFANEW + 24), STATUS_INVALID_IMAGE_PROTECT);
    CHECK_EQ(Parse(LFANEW + 0x78), FORMAT);
    CHECK_EQ(Parse(0x7FF), FORMAT);
    CHECK_EQ(Parse(FILE_BYTES - 1), FORMAT);
    DAMAGE(STATUS_INVALID_IMAGE_NOT_MZ, Dos->e_magic = 0x5A4E);
    DAMAGE(STATUS_INVALID_IMAGE_PROTECT, Dos->e_lfanew = 0);
    DAMAGE(STATUS_INVALID_IMAGE_PROTECT, Dos->e_lfanew = -4);
    DAMAGE(STATUS_INVALID_IMAGE_PROTECT, Dos->e_lfanew = 0x81);
    DAMAGE(STATUS_INVALID_IMAGE_PROTECT, Dos->e_lfanew = 0x7FFFFFFC);
    DAMAGE(STATUS_INVALID_IMAGE_PROTECT, Dos->e_lfanew = FILE_BYTES - 4);
    DAMAGE(STATUS_INVALID_IMAGE_PROTECT, Nt->Signature = 0);
    DAMAGE(STATUS_INVALID_IMAGE_NE_FORMAT, Nt->Signature = IMAGE_OS2_SIGNATURE);
    DAMAGE(STATUS_INVALID_IMAGE_LE_FORMAT, Nt->Signature = IMAGE_OS2_SIGNATURE_LE);
    DAMAGE(STATUS_INVALID_IMAGE_LE_FORMAT, Nt->Signature = IMAGE_VXD_SIGNATURE_LX);
    DAMAGE(STATUS_INVALID_IMAGE_WIN_64, Optional->Magic = 0x20B);
    DAMAGE(FORMAT, Optional->Magic = 0x107);
    DAMAGE(FORMAT, Nt->FileHeader.Machine = 0x1F0);
    DAMAGE(FORMAT, Nt->FileHeader.Characteristics = 0);
    DAMAGE(FORMAT, Nt->FileHeader.NumberOfSections = 97);
    DAMAGE(FORMAT, Nt->FileHeader.NumberOfSections = 90);
    DAMAGE(FORMAT, Nt->FileHeader.NumberOfSections = 1);
    DAMAGE(FORMAT, Nt->FileHeader.SizeOfOptionalHeader = 0);
    DAMAGE(FORMAT, Nt->FileHeader.SizeOfOptionalHeader = 0xFFFF);
    DAMAGE(FORMAT, Optional->SectionAlignment = 0);
    DAMAGE(FORMAT, Optional->SectionAlignment = 0x200);
    DAMAGE(FORMAT, Optional->SectionAlignment = 0x1800);
    DAMAGE(FORMAT, Optional->FileAlignment = 0);
    DAMAGE(FORMAT, Optional->FileAlignment = 0x2000);
    DAMAGE(FORMAT, Optional->ImageBase = 0x401000);
    DAMAGE(FORMAT, Optional->SizeOfImage = 0);
    DAMAGE(FORMAT, Optional->SizeOfImage = 0x3000);
    DAMAGE(FORMAT, Optional->SizeOfImage = 0xFFFFFFFF);
    DAMAGE(FORMAT, Optional->SizeOfHeaders = 0);
    DAMAGE(FORMAT, Optional->SizeOfHeaders = 0x100);
    DAMAGE(FORMAT, Optional->SizeOfHeaders = FILE_BYTES + 1);
    DAMAGE(FORMAT, Optional->AddressOfEntryPoint = 0x4000);
    DAMAGE(FORMAT, Section[0].VirtualAddress = 0);
    DAMAGE(FORMAT, Section[1].VirtualAddress = TEXT_RVA);
    DAMAGE(FORMAT, Section[1].VirtualAddress = DATA_RVA + 0x1000);
    DAMAGE(FORMAT, Section[1].VirtualSize = 0xFFFFF000);
    DAMAGE(FORMAT, Section[1].VirtualSize = 0, Section[1].SizeOfRawData = 0);
    DAMAGE(FORMAT, Section[0].PointerToRawData = 0xFFFFFF00);
    DAMAGE(FORMAT, Section[1].SizeOfRawData = 0xFFFFFFFF);
    DAMAGE(FORMAT, Section[1].PointerToRawData = 0x900);
    DAMAGE(STATUS_SUCCESS, Optional->NumberOfRvaAndSizes = 0xFFFFFFFF);
    DAMAGE(STATUS_SUCCESS, Optional->NumberOfRvaAndSizes = 0);
    CHECK_EQ(RtlpImageDirectory(&Image, 0).Size, 0);
}

static NTSTATUS Find(PCSTR Name, ULONG Ordinal, RTL_EXPORT *Export)
{
    return RtlpFindExport(&Image, Name, Ordinal, Export);
}

static void Exports(void)
{
    IMAGE_EXPORT_DIRECTORY *Directory = (void *)Data(EXPORTS);
    RTL_EXPORT Export;

    Build();
    CHECK_EQ(Parse(FILE_BYTES), STATUS_SUCCESS);
    CHECK_EQ(Find("alpha", 0, &Export), STATUS_SUCCESS);
    CHECK_EQ(Export.Rva, TEXT_RVA + 1);
    CHECK(Export.Forwarder == NULL);
    CHECK_EQ(Find("beta", 0, &Export), STATUS_SUCCESS);
    CHECK_EQ(Export.Rva, TEXT_RVA + 2);
    CHECK_EQ(Find("delta", 0, &Export), STATUS_SUCCESS);
    CHECK_TEXT(Export.Forwarder, "other.Gamma");
    CHECK_EQ(Find("Alpha", 0, &Export), STATUS_ENTRYPOINT_NOT_FOUND);
    CHECK_EQ(Find("", 0, &Export), STATUS_ENTRYPOINT_NOT_FOUND);
    CHECK_EQ(Find("zeta", 0, &Export), STATUS_ENTRYPOINT_NOT_FOUND);
    CHECK_EQ(Find(NULL, 14, &Export), STATUS_SUCCESS);
    CHECK_EQ(Export.Rva, TEXT_RVA + 4);
    CHECK_EQ(Find(NULL, 12, &Export), STATUS_ORDINAL_NOT_FOUND); /* a hole */
    CHECK_EQ(Find(NULL, 9, &Export), STATUS_ORDINAL_NOT_FOUND);
    CHECK_EQ(Find(NULL, 15, &Export), STATUS_ORDINAL_NOT_FOUND);
    Directory->AddressOfNames = 0x3FFC;
    CHECK_EQ(Find("alpha", 0, &Export), FORMAT);
    Directory->AddressOfNames = EXPORTS + 0x40;
    Directory->NumberOfNames = 0xFFFFFFFF;
    CHECK_EQ(Find("alpha", 0, &Export), FORMAT);
    Directory->NumberOfNames = 3;
    Directory->NumberOfFunctions = 0xFFFFFFFF;
    CHECK_EQ(Find("alpha", 0, &Export), FORMAT);
    Directory->NumberOfFunctions = 5;
    *(ULONG *)Data(EXPORTS + 0x28) = 0x4000;
    CHECK_EQ(Find("alpha", 0, &Export), FORMAT);
    Optional->DataDirectory[0].VirtualAddress = 0xFFFFFFF0;
    CHECK_EQ(Find("alpha", 0, &Export), FORMAT);
    Optional->DataDirectory[0].Size = 0;
    CHECK_EQ(Find("alpha", 0, &Export), STATUS_ENTRYPOINT_NOT_FOUND);
}

static ULONG Relocated, LastRva;

static VOID Note(PVOID Context, ULONG Rva)
{
    CHECK(Context == &Image);
    Relocated++;
    LastRva = Rva;
}

static NTSTATUS Walk(void)
{
    Relocated = 0;
    CHECK_EQ(Parse(FILE_BYTES), STATUS_SUCCESS);
    return RtlpWalkRelocations(&Image, Note, &Image);
}

static void Relocations(void)
{
    ULONG *Block = (void *)Data(RELOCS);
    USHORT *Entries = (void *)(Block + 2);

    Build();
    CHECK_EQ(Walk(), STATUS_SUCCESS);
    CHECK_EQ(Relocated, 3);
    CHECK_EQ(LastRva, DATA_RVA + 0xFFE);
    Entries[3] = 0x1000; /* a type that is not HIGHLOW */
    CHECK_EQ(Walk(), FORMAT);
    CHECK_EQ(Relocated, 0);
    Entries[3] = 0;
    Block[0] = 0x3000; /* now the third entry ends behind the image */
    CHECK_EQ(Walk(), FORMAT);
    Block[0] = 0xFFFFF000;
    CHECK_EQ(Walk(), FORMAT);
    Block[0] = DATA_RVA;
    Block[1] = 4;
    CHECK_EQ(Walk(), FORMAT);
    Block[1] = 0;
    CHECK_EQ(Walk(), FORMAT);
    Block[1] = 17;
    CHECK_EQ(Walk(), FORMAT);
    Block[1] = 0x1000;
    CHECK_EQ(Walk(), FORMAT);
    Block[1] = 16;
    Optional->DataDirectory[5].VirtualAddress = 0x3F00;
    CHECK_EQ(Walk(), FORMAT);
    Optional->DataDirectory[5].Size = 0;
    CHECK_EQ(Walk(), STATUS_CONFLICTING_ADDRESSES);
    Build();
    Nt->FileHeader.Characteristics |= IMAGE_FILE_RELOCS_STRIPPED;
    CHECK_EQ(Walk(), STATUS_CONFLICTING_ADDRESSES);
}

/* Any byte changed to anything: a verdict, never a read outside (built with -fsanitize=address). */
static void Fuzz(void)
{
    ULONG Random = 1;

    for (ULONG i = 0; i < 200000; i++) {
        RTL_EXPORT Export;

        Build();
        for (ULONG k = 0; k < 1 + i % 3; k++) {
            Random = Random * 1664525 + 1013904223;
            File[(Random >> 8) % 0x1C0 + (i & 1 ? 0x820 : 0)] = (UCHAR)(Random >> 24);
        }
        if (NT_SUCCESS(Parse(FILE_BYTES))) {
            Find("beta", 0, &Export);
            Find(NULL, 11, &Export);
            RtlpWalkRelocations(&Image, Note, &Image);
        }
    }
    UnitChecks++;
}

int main(void)
{
    Build();
    CHECK_EQ(Parse(FILE_BYTES), STATUS_SUCCESS);
    Damaged();
    Exports();
    Relocations();
    Fuzz();
    return UnitResult();
}
