/* SPDX-License-Identifier: MIT */
/* For unit tests on the host, in 32 bits: checks that say what was expected and what came. */
#pragma once

extern int printf(const char *, ...);
extern void exit(int) __attribute__((noreturn));

static int UnitChecks, UnitFailures;

#define CHECK_EQ(got, expected)                                                                    \
    do {                                                                                           \
        unsigned long long Got_ = (unsigned long)(got), Expected_ = (unsigned long)(expected);     \
        UnitChecks++;                                                                              \
        if (Got_ != Expected_) {                                                                   \
            UnitFailures++;                                                                        \
            printf("%s:%d: %s\n    expected %08llX\n    got      %08llX\n", __FILE__, __LINE__,    \
                   #got, Expected_, Got_);                                                         \
        }                                                                                          \
    } while (0)

#define CHECK(condition) CHECK_EQ(!!(condition), 1)

#define CHECK_TEXT(got, expected)                                                                  \
    do {                                                                                           \
        UnitChecks++;                                                                              \
        if (UnitCompare((got), (expected)) != 0) {                                                 \
            UnitFailures++;                                                                        \
            printf("%s:%d: %s\n    expected \"%s\"\n    got      \"%s\"\n", __FILE__, __LINE__,    \
                   #got, (expected), (got));                                                       \
        }                                                                                          \
    } while (0)

static inline int UnitCompare(const char *A, const char *B)
{
    while (*A != 0 && *A == *B) {
        A++;
        B++;
    }
    return *A - *B;
}

/* At the end of main: the number of checks, for the runner; 1 when one failed. */
static inline int UnitResult(void)
{
    printf("%d checks, %d failures\n", UnitChecks, UnitFailures);
    return UnitFailures != 0;
}
