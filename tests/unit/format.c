/* SPDX-License-Identifier: MIT */
/* uses: kernel/rtl/format.c kernel/rtl/integer.c kernel/rtl/unicode.c kernel/rtl/memory.c */
/* Formats, and UTF-8 to UTF-16 and back. The host's own snprintf is the judge of the common part.
 */
#include "rtl/rtl.h"
#include "unit.h"

extern int snprintf(char *, size_t, const char *, ...);

#define SAME(format, ...)                                                                          \
    do {                                                                                           \
        char Ours[128], Theirs[128];                                                               \
        CHECK_EQ(_snprintf(Ours, sizeof(Ours), format, __VA_ARGS__),                               \
                 snprintf(Theirs, sizeof(Theirs), format, __VA_ARGS__));                           \
        CHECK_TEXT(Ours, Theirs);                                                                  \
    } while (0)

static void Formats(void)
{
    static const long Numbers[] = {0, 1, -1, 9, 10, 12345, -12345, 0x7FFFFFFF, -0x7FFFFFFF - 1};

    for (unsigned i = 0; i < sizeof(Numbers) / sizeof(*Numbers); i++) {
        SAME("%ld|%5ld|%-5ld|%05ld|%+ld", Numbers[i], Numbers[i], Numbers[i], Numbers[i],
             Numbers[i]);
        SAME("%lu|%lx|%lX|%08lX|%8lx|%-8lx|", Numbers[i], Numbers[i], Numbers[i], Numbers[i],
             Numbers[i], Numbers[i]);
        SAME("%#lx|%.3ld|%8.3ld|%hd|%hu", Numbers[i], Numbers[i], Numbers[i], (short)Numbers[i],
             (unsigned short)Numbers[i]);
        SAME("%lld %llu %llx", Numbers[i] * 1000003LL, Numbers[i] * 1000003ULL,
             Numbers[i] * 1000003ULL);
    }
    SAME("%llu %lld", ~0ULL, -0x7FFFFFFFFFFFFFFFLL);
    SAME("%s|%10s|%-10s|%.2s|%.*s|%c|%%", "text", "text", "text", "text", 3, "text", 'x');
    SAME("%*d|%-*d|%d", 6, 42, 6, 42, 7);
}

static void NtFormats(void)
{
    char Text[64];
    WCHAR Wide[] = {'w', 0xFC, 0x20AC, 0xD83D, 0xDE00, 0};
    UNICODE_STRING Unicode = {4, 4, Wide};
    ANSI_STRING Ansi = {3, 3, "abcdef"};

    _snprintf(Text, sizeof(Text), "%ws", Wide);
    CHECK_TEXT(Text, "w\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80");
    _snprintf(Text, sizeof(Text), "%wZ|%Z|%s|%ws", &Unicode, &Ansi, (char *)0, (PWSTR)0);
    CHECK_TEXT(Text, "w\xC3\xBC|abc|(null)|(null)");
    _snprintf(Text, sizeof(Text), "%p", (void *)0x1234);
    CHECK_TEXT(Text, "00001234");
    Text[3] = '!';
    CHECK_EQ(_snprintf(Text, 3, "%d", 12345), -1); /* cut: no terminator, as NT's */
    CHECK_EQ(Text[2], '3');
    CHECK_EQ(Text[3], '!');
    CHECK_EQ(_snprintf(Text, 5, "%d", 12345), 5);
    _snprintf(Text, sizeof(Text), "100%");
    CHECK_TEXT(Text, "100");
}

static void Utf8(void)
{
    WCHAR Wide[16];
    char Back[64];

    CHECK_EQ(RtlpUtf8ToUnicode(Wide, sizeof(Wide), "a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", 10),
             10);
    CHECK_EQ(Wide[1], 0xFC);
    CHECK_EQ(Wide[2], 0x20AC);
    CHECK_EQ(Wide[3], 0xD83D);
    CHECK_EQ(Wide[4], 0xDE00);
    Back[RtlpUnicodeToUtf8(Back, sizeof(Back), Wide, 10)] = 0;
    CHECK_TEXT(Back, "a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80");
    /* what is no UTF-8: a stray byte, a cut sequence, an overlong one */
    CHECK_EQ(RtlpUtf8ToUnicode(Wide, sizeof(Wide), "\x80\xE2\x82\xC0\x80", 5), 10);
    CHECK_EQ(Wide[0], 0xFFFD);
    CHECK_EQ(Wide[4], 0xFFFD);
    CHECK_EQ(RtlpUtf8ToUnicode(Wide, 4, "abcdef", 6), 4); /* no more than fits */
    Wide[0] = 0xD800;                                     /* half a pair */
    CHECK_EQ(RtlpUnicodeToUtf8(Back, sizeof(Back), Wide, 2), 3);
    CHECK_EQ((UCHAR)Back[0], 0xEF);
}

int main(void)
{
    Formats();
    NtFormats();
    Utf8();
    return UnitResult();
}
