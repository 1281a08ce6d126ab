/* SPDX-License-Identifier: MIT */
/* The shell: reads a line, does what it says, says how it went. */
#include "shell.h"

static VOID Help(int Count, PCHAR *Words);
static VOID Exit(int Count, PCHAR *Words);
static VOID Wait(int Count, PCHAR *Words);

static const struct {
    PCSTR Name, Arguments, Text;
    COMMAND Command;
} Commands[] = {
    {"dir", "", "the files of \\SystemRoot", ListFiles},
    {"exit", "", "leaves the shell, and stops the machine", Exit},
    {"handles", "[process]", "its handles, or the shell's: to what, with which rights",
     ShowHandles},
    {"help", "", "this list", Help},
    {"kill", "process", "ends a process (by id or name)", Kill},
    {"mem", "[process]", "its memory, range by range; or the machine's", ShowMemory},
    {"objects", "[path]", "the namespace, from \\ or from there, as a tree", ShowObjects},
    {"pool", "", "the kernel's own memory, by tag", ShowPool},
    {"priority", "process 1-31", "sets its base priority (16 and up: before the shell)",
     SetPriority},
    {"ps", "", "processes and their threads", ShowProcesses},
    {"type", "file", "prints a file", TypeFile},
    {"wait", "", "waits for what runs in the background", Wait},
};

static VOID Help(int Count, PCHAR *Words)
{
    (VOID) Count;
    (VOID) Words;
    for (ULONG i = 0; i < ARRAYSIZE(Commands); i++) {
        Print("  %-8s %-14s %s\n", Commands[i].Name, Commands[i].Arguments, Commands[i].Text);
    }
    Print("  NAME [ARGUMENTS] [&]    runs NAME.exe; with & in the background; Ctrl+C ends it\n"
          "  Up and Down bring back earlier lines; Ctrl+A, E, K, U edit; Ctrl+D is `exit`\n");
}

static VOID Exit(int Count, PCHAR *Words)
{
    (VOID) Count;
    (VOID) Words;
    RtlExitUserProcess(STATUS_SUCCESS);
}

static VOID Wait(int Count, PCHAR *Words)
{
    (VOID) Count;
    (VOID) Words;
    WaitForBackground();
}

/* Words are cut out of a copy; quotes hold one together. */
static int Split(PCHAR Text, PCHAR *Words)
{
    int Count = 0;

    while (Count < MAXIMUM_WORDS) {
        CHAR Stop = ' ';

        while (*Text == ' ' || *Text == '\t') {
            Text++;
        }
        if (*Text == 0) {
            break;
        }
        if (*Text == '"') {
            Stop = '"';
            Text++;
        }
        Words[Count++] = Text;
        while (*Text != 0 && *Text != Stop) {
            Text++;
        }
        if (*Text == 0) {
            break;
        }
        *Text++ = 0;
    }
    return Count;
}

/* "prog a b &": TRUE, and the & is gone. */
static BOOLEAN TakeAmpersand(PCHAR Line)
{
    ULONG Length = (ULONG)strlen(Line);

    while (Length != 0 && Line[Length - 1] == ' ') {
        Line[--Length] = 0;
    }
    if (Length == 0 || Line[Length - 1] != '&') {
        return FALSE;
    }
    Line[Length - 1] = 0;
    return TRUE;
}

static VOID Execute(PCHAR Line)
{
    CHAR Copy[MAXIMUM_LINE];
    PCHAR Words[MAXIMUM_WORDS];
    BOOLEAN Background = TakeAmpersand(Line);
    int Count;

    memcpy(Copy, Line, strlen(Line) + 1);
    Count = Split(Copy, Words);
    if (Count == 0) {
        return;
    }
    for (ULONG i = 0; i < ARRAYSIZE(Commands); i++) {
        if (_stricmp(Commands[i].Name, Words[0]) == 0) {
            if (Commands[i].Arguments[0] == 0 && Count > 1) {
                Print("%s: takes no argument\n", Commands[i].Name);
            } else {
                Commands[i].Command(Count, Words);
            }
            return;
        }
    }
    RunProgram(Line, Words[0], Background);
}

int main(int argc, char **argv)
{
    CHAR Line[MAXIMUM_LINE];

    (VOID) argc;
    (VOID) argv;
    Print("\nWelcome to Mica. Programs run by their names: `tour` is a first look, `dir` lists "
          "them;\n"
          "`help` has the commands, `exit` stops the machine.\n");
    for (;;) {
        ReportEnded();
        if (!EditLine("mica> ", Line)) {
            Print("exit\n");
            return 0;
        }
        Execute(Line);
    }
}
