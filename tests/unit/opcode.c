/* SPDX-License-Identifier: MIT */
/* uses: kernel/trap/opcode.c */
/* What a #GP means, from the bytes of the instruction: the table of nt-facts 2.2. */
#include "trap/opcode.h"
#include "unit.h"

#define KIND(expected, ...)                                                                        \
    do {                                                                                           \
        static const UCHAR Bytes[] = {__VA_ARGS__};                                                \
        CHECK_EQ(KiClassifyBytes(Bytes, sizeof(Bytes)), (expected));                               \
    } while (0)

int main(void)
{
    enum { P = (int)STATUS_PRIVILEGED_INSTRUCTION, A = (int)STATUS_ACCESS_VIOLATION };
    static const UCHAR OneByte[] = {0xF4, 0xFA, 0xFB, 0xE4, 0xE5, 0xE6, 0xE7, 0xEC,
                                    0xED, 0xEE, 0xEF, 0x6C, 0x6D, 0x6E, 0x6F};
    static const UCHAR TwoByte[] = {0x06, 0x08, 0x09, 0x20, 0x21, 0x22,
                                    0x23, 0x30, 0x32, 0x33, 0x35};
    static const UCHAR Prefixes[] = {0xF2, 0xF3, 0x67, 0xF0, 0x66, 0x2E,
                                     0x3E, 0x26, 0x64, 0x65, 0x36};

    for (unsigned i = 0; i < 256; i++) {
        UCHAR Byte = (UCHAR)i;
        int Privileged = 0;

        for (unsigned k = 0; k < sizeof(OneByte); k++) {
            Privileged |= OneByte[k] == Byte;
        }
        CHECK_EQ(KiClassifyBytes(&Byte, 1), Privileged ? P : A);
    }
    for (unsigned i = 0; i < sizeof(TwoByte); i++) {
        UCHAR Bytes[2] = {0x0F, TwoByte[i]};

        CHECK_EQ(KiClassifyBytes(Bytes, 2), P);
    }
    for (unsigned i = 0; i < 8; i++) {
        UCHAR Zero[3] = {0x0F, 0x00, (UCHAR)(0xC0 | i << 3)};
        UCHAR One[3] = {0x0F, 0x01, (UCHAR)(i << 3)};

        CHECK_EQ(KiClassifyBytes(Zero, 3), i == 2 || i == 3 ? P : A);
        CHECK_EQ(KiClassifyBytes(One, 3), i == 2 || i == 3 || i == 6 || i == 7 ? P : A);
    }
    for (unsigned i = 0; i < sizeof(Prefixes); i++) {
        UCHAR Bytes[15];

        for (unsigned k = 0; k < 15; k++) {
            Bytes[k] = Prefixes[i];
        }
        CHECK_EQ(KiClassifyBytes(Bytes, 15), STATUS_ILLEGAL_INSTRUCTION);
        Bytes[14] = 0xF4;
        CHECK_EQ(KiClassifyBytes(Bytes, 15), P);
    }
    KIND(A, 0x0F);
    KIND(A, 0x0F, 0x31);
    KIND(A, 0xCD, 0x20);
    CHECK_EQ(KiClassifyBytes(OneByte, 0), A);
    return UnitResult();
}
