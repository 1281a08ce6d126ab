/* SPDX-License-Identifier: MIT */
/* The entry point: splits the command line, as Windows programs do, and calls main. */
#include "mica.h"
#include "scopes.h"

#define MAXIMUM_ARGUMENTS 2048
#define MAXIMUM_LINE 4096

int main(int argc, char **argv); /* or without arguments: cdecl does not mind */
int mainCRTStartup(VOID);

static CHAR Line[3 * MAXIMUM_LINE];
static CHAR Text[3 * MAXIMUM_LINE];

/* The command line is UTF-16; arguments are handed out as UTF-8. */
static VOID CopyCommandLine(VOID)
{
    const UNICODE_STRING *Source =
        &NtCurrentTeb()->ProcessEnvironmentBlock->ProcessParameters->CommandLine;
    ULONG Count = Source->Length / sizeof(WCHAR);

    if (Count > MAXIMUM_LINE - 1) {
        Count = MAXIMUM_LINE - 1;
    }
    _snprintf(Line, sizeof(Line), "%.*ws", (int)Count, Source->Buffer);
}

/*
 * Microsoft's rules: blanks separate; a quote begins or ends a quoted part; 2n backslashes and a
 * quote are n backslashes and that quote; 2n + 1 are n backslashes and a literal quote.
 */
static int SplitCommandLine(char **Arguments)
{
    PCHAR In = Line, Out = Text;
    int Count = 0;

    for (;;) {
        BOOLEAN Quoted = FALSE;

        while (*In == ' ' || *In == '\t') {
            In++;
        }
        if (*In == 0 || Count == MAXIMUM_ARGUMENTS) {
            Arguments[Count] = NULL;
            return Count;
        }
        Arguments[Count++] = Out;
        while (*In != 0 && (Quoted || (*In != ' ' && *In != '\t'))) {
            ULONG Slashes = 0;

            while (*In == '\\') {
                Slashes++;
                In++;
            }
            for (ULONG i = 0; i < (*In == '"' ? Slashes / 2 : Slashes); i++) {
                *Out++ = '\\';
            }
            if (*In == '"' && !(Slashes & 1)) {
                Quoted = !Quoted;
                In++;
            } else if (*In != 0 && (Slashes == 0 || *In == '"')) {
                *Out++ = *In++;
            }
        }
        *Out++ = 0;
    }
}

int mainCRTStartup(VOID)
{
    static char *Arguments[MAXIMUM_ARGUMENTS + 1];

    SehpInitializeCookie();
    CopyCommandLine();
    RtlExitUserProcess(main(SplitCommandLine(Arguments), Arguments));
}

/* GCC for Windows has main call this, for constructors; there are none. */
VOID __main(VOID);
VOID __main(VOID)
{
}
