/* SPDX-License-Identifier: MIT */
/* Which instruction was it? The prefixes and the privileged opcodes of nt-facts 2.2. */
#include "opcode.h"

#define MAXIMUM_INSTRUCTION 15
#define TWO_BYTE_ESCAPE 0x0F

static BOOLEAN KiIsPrefix(UCHAR Byte)
{
    static const UCHAR Prefixes[] = {0xF2, 0xF3, 0x67, 0xF0, 0x66, 0x2E,
                                     0x3E, 0x26, 0x64, 0x65, 0x36};

    for (ULONG i = 0; i < ARRAYSIZE(Prefixes); i++) {
        if (Prefixes[i] == Byte) {
            return TRUE;
        }
    }
    return FALSE;
}

static BOOLEAN KiIsPrivilegedTwoByte(UCHAR Opcode, UCHAR ModRm)
{
    ULONG Extension = (ModRm >> 3) & 7;

    switch (Opcode) {
    case 0x00: /* lldt, ltr */
        return Extension == 2 || Extension == 3;
    case 0x01: /* lgdt, lidt, lmsw, invlpg */
        return Extension == 2 || Extension == 3 || Extension == 6 || Extension == 7;
    case 0x06: /* clts */
    case 0x08: /* invd */
    case 0x09: /* wbinvd */
    case 0x20: /* mov from and to CR and DR */
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x30: /* wrmsr */
    case 0x32: /* rdmsr */
    case 0x33: /* rdpmc */
    case 0x35: /* sysexit */
        return TRUE;
    default:
        return FALSE;
    }
}

/* IOPL is 0 in ring 3, always: what depends on it is privileged. */
static BOOLEAN KiIsPrivileged(UCHAR Opcode)
{
    return Opcode == 0xF4 || Opcode == 0xFA || Opcode == 0xFB || /* hlt, cli, sti */
           (Opcode >= 0xE4 && Opcode <= 0xE7) || (Opcode >= 0xEC && Opcode <= 0xEF) ||
           (Opcode >= 0x6C && Opcode <= 0x6F); /* in, out, ins, outs */
}

NTSTATUS KiClassifyBytes(const UCHAR *Bytes, ULONG Count)
{
    ULONG i = 0;

    while (i < Count && KiIsPrefix(Bytes[i])) {
        i++;
    }
    if (i == MAXIMUM_INSTRUCTION) {
        return STATUS_ILLEGAL_INSTRUCTION;
    }
    if (i < Count && KiIsPrivileged(Bytes[i])) {
        return STATUS_PRIVILEGED_INSTRUCTION;
    }
    if (i + 1 < Count && Bytes[i] == TWO_BYTE_ESCAPE &&
        KiIsPrivilegedTwoByte(Bytes[i + 1], i + 2 < Count ? Bytes[i + 2] : 0)) {
        return STATUS_PRIVILEGED_INSTRUCTION;
    }
    return STATUS_ACCESS_VIOLATION;
}

#ifndef KI_HOST_TEST
#include "ke/ke.h"

/* As many bytes as can be read: the instruction may end at the end of a page. */
static ULONG KiReadInstruction(ULONG Eip, UCHAR Bytes[MAXIMUM_INSTRUCTION])
{
    ULONG Count = 0;

    if (NT_SUCCESS(KeCopyFromUser(Bytes, (PVOID)Eip, MAXIMUM_INSTRUCTION))) {
        return MAXIMUM_INSTRUCTION;
    }
    while (Count < MAXIMUM_INSTRUCTION &&
           NT_SUCCESS(KeCopyFromUser(&Bytes[Count], (PVOID)(Eip + Count), 1))) {
        Count++;
    }
    return Count;
}

BOOLEAN KiHasLockPrefix(ULONG Eip)
{
    UCHAR Bytes[MAXIMUM_INSTRUCTION];
    ULONG Count = KiReadInstruction(Eip, Bytes);

    for (ULONG i = 0; i < Count && i < 4; i++) {
        if (Bytes[i] == 0xF0) {
            return TRUE;
        }
    }
    return FALSE;
}

NTSTATUS KiClassifyProtectionFault(ULONG Eip)
{
    UCHAR Bytes[MAXIMUM_INSTRUCTION];

    return KiClassifyBytes(Bytes, KiReadInstruction(Eip, Bytes));
}
#endif
