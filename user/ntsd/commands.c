/* SPDX-License-Identifier: MIT */
/* What one types, under WinDbg's names. */
#include "ntsd.h"

#define DEFAULT_DUMP 0x40UL
#define MAXIMUM_DUMP 0x10000UL

static ULONG StepsLeft;

/* The next word of *Line, which moves behind it; NULL: there is none. */
static PCHAR Word(PCHAR *Line)
{
    PCHAR Start;

    while (**Line == ' ') {
        (*Line)++;
    }
    Start = *Line;
    while (**Line != 0 && **Line != ' ') {
        (*Line)++;
    }
    if (**Line != 0) {
        *(*Line)++ = 0;
    }
    return *Start != 0 ? Start : NULL;
}

static VOID Help(VOID)
{
    Print("g, gh, gn             go: as continued, exception handled, not handled\n"
          "t [n], p              step n instructions; one, over a call\n"
          "bp address, bl, bc n  set, list, clear (bc *: all) breakpoints\n"
          "r, r register=value   registers\n"
          "k                     stack\n"
          "db, dd address [n]    memory, n bytes (hexadecimal)\n"
          "eb, ed address value  write a byte, a dword\n"
          "ln address            the nearest name\n"
          "lm, ~, ~Ns            modules, threads; look at thread N\n"
          ".detach               let the process run, and leave\n"
          "q                     end the process, and leave\n"
          "An address: a hexadecimal number, @register, name, module!name, or a sum.\n");
}

static VOID ShowThreads(VOID)
{
    for (ULONG i = 0; i < ThreadCount; i++) {
        Print("%s %lu  Id: %lx.%lx\n", Threads[i].Id == ThreadId ? "." : " ", i, ProcessId,
              Threads[i].Id);
    }
}

/* "~1s": the thread with that number is looked at. FALSE: it is another command. */
static BOOLEAN ChooseThread(PCSTR Command)
{
    ULONG Index = Number(Command + 1);
    ULONG Length = (ULONG)strlen(Command);

    if (Command[0] != '~' || Length < 3 || Command[Length - 1] != 's') {
        return FALSE;
    }
    if (Index < ThreadCount) {
        Select(Threads[Index].Id);
        ShowRegisters();
    } else {
        Print("ntsd: there is no thread %lu; ~ lists them\n", Index);
    }
    return TRUE;
}

/* "eax=5" or nothing. */
static VOID Registers(PCHAR Argument)
{
    PCHAR Equals = Argument;
    PULONG Register;
    ULONG Value;

    if (Argument == NULL) {
        ShowRegisters();
        return;
    }
    while (*Equals != 0 && *Equals != '=') {
        Equals++;
    }
    if (*Equals == '=') {
        *Equals++ = 0;
    } else {
        Equals = NULL;
    }
    if (!FindRegister(Argument, &Register)) {
        Print("ntsd: %s: no register\n", Argument);
    } else if (Equals == NULL) {
        Print("%s=%08lx\n", Argument, *Register);
    } else if (Evaluate(Equals, &Value)) {
        *Register = Value;
        ContextChanged = TRUE;
    }
}

static VOID Dump(PCSTR Address, PCSTR Count, ULONG Width)
{
    ULONG Start, Bytes = DEFAULT_DUMP;

    if (Evaluate(Address, &Start) && (Count == NULL || Evaluate(Count, &Bytes))) {
        DumpMemory(Start, Bytes < MAXIMUM_DUMP ? Bytes : MAXIMUM_DUMP, Width);
    }
}

static VOID Edit(PCSTR Address, PCSTR Text, ULONG Width)
{
    ULONG Start, Value;

    if (Text == NULL) {
        Print("ntsd: which value?\n");
    } else if (Evaluate(Address, &Start) && Evaluate(Text, &Value) &&
               !WriteBytes(Start, &Value, Width)) {
        Print("ntsd: there is no memory at %08lx\n", Start);
    }
}

/* Those that take an address. FALSE: it is none of them. */
static BOOLEAN WithAddress(PCSTR Command, PCSTR Address, PCSTR Second)
{
    static const PCSTR Names[] = {"bp", "ln", "db", "dd", "eb", "ed"};
    ULONG Which = 0, Value;

    while (Which < ARRAYSIZE(Names) && strcmp(Names[Which], Command) != 0) {
        Which++;
    }
    if (Which == ARRAYSIZE(Names)) {
        return FALSE;
    }
    if (Address == NULL) {
        Print("ntsd: %s takes an address\n", Command);
        return TRUE;
    }
    switch (Which) {
    case 0:
        if (Evaluate(Address, &Value)) {
            AddBreakpoint(Value);
        }
        break;
    case 1:
        if (Evaluate(Address, &Value)) {
            Print("%08lx %s\n", Value, Describe(Value));
        }
        break;
    case 2:
    case 3:
        Dump(Address, Second, Which == 2 ? 1 : 4);
        break;
    default:
        Edit(Address, Second, Which == 4 ? 1 : 4);
    }
    return TRUE;
}

static VOID Show(PCSTR Command, PCHAR Argument, PCSTR Second)
{
    if (strcmp(Command, "?") == 0) {
        Help();
    } else if (strcmp(Command, "r") == 0) {
        Registers(Argument);
    } else if (strcmp(Command, "k") == 0) {
        ShowStack();
    } else if (strcmp(Command, "lm") == 0) {
        ListModules();
    } else if (strcmp(Command, "~") == 0) {
        ShowThreads();
    } else if (strcmp(Command, "bl") == 0) {
        ListBreakpoints();
    } else if (strcmp(Command, "bc") == 0) {
        ClearBreakpoints(Argument != NULL ? Argument : "");
    } else if (!ChooseThread(Command) && !WithAddress(Command, Argument, Second)) {
        Print("ntsd: %s: no such command; ? lists them\n", Command);
    }
}

static NTSTATUS Step(PCSTR Count, BOOLEAN Over)
{
    ULONG Steps = 1;

    if (Count != NULL && (!Evaluate(Count, &Steps) || Steps == 0)) {
        return 0;
    }
    StepsLeft = Steps - 1;
    PrepareToStep(Over);
    return DBG_CONTINUE;
}

/* What happens to Event when nobody says: exceptions are the program's own business. */
static NTSTATUS UsualAnswer(VOID)
{
    return Event.NewState == DbgExceptionStateChange ? DBG_EXCEPTION_NOT_HANDLED : DBG_CONTINUE;
}

static NTSTATUS Detach(VOID)
{
    NTSTATUS Status;

    Select((ULONG)Event.AppClientId.UniqueThread);
    Flush();
    DbgUiContinue(&Event.AppClientId, UsualAnswer());
    Status = DbgUiStopDebugging(Process);

    if (!NT_SUCCESS(Status)) {
        Complain(".detach", Status);
    }
    return Status;
}

/* Those that let the process go. FALSE: the command is none. *Answer 0: it was wrong. */
static BOOLEAN Go(PCSTR Command, PCSTR Argument, NTSTATUS *Answer)
{
    static const PCSTR Names[] = {"t", "p", "g", "gh", "gn"};
    ULONG Which = 0;

    *Answer = 0;
    while (Which < ARRAYSIZE(Names) && strcmp(Names[Which], Command) != 0) {
        Which++;
    }
    if (Which == ARRAYSIZE(Names)) {
        return FALSE;
    }
    Select((ULONG)Event.AppClientId.UniqueThread); /* it is that one which goes on */
    if (strcmp(Command, "t") == 0 || strcmp(Command, "p") == 0) {
        *Answer = Step(Argument, Command[0] == 'p');
        return TRUE;
    }
    if (strcmp(Command, "g") == 0) {
        *Answer = UsualAnswer();
    } else if (strcmp(Command, "gh") == 0) {
        *Answer = DBG_EXCEPTION_HANDLED;
    } else if (strcmp(Command, "gn") == 0) {
        *Answer = DBG_EXCEPTION_NOT_HANDLED;
    }
    PrepareToRun();
    return TRUE;
}

NTSTATUS Ask(VOID)
{
    CHAR Line[MAXIMUM_LINE];
    NTSTATUS Answer = 0;

    if (StepsLeft != 0 && Event.NewState == DbgSingleStepStateChange) {
        StepsLeft--;
        PrepareToStep(FALSE);
        return DBG_CONTINUE;
    }
    StepsLeft = 0;
    while (Answer == 0) {
        PCHAR At = Line, Command, First, Second;

        Print("0:000> ");
        if (!ReadLine(Line, sizeof(Line))) {
            Print("q\n");
            return 0;
        }
        Command = Word(&At);
        if (Command == NULL) {
            continue;
        }
        First = Word(&At);
        Second = Word(&At);
        if (strcmp(Command, "q") == 0 ||
            (strcmp(Command, ".detach") == 0 && NT_SUCCESS(Detach()))) {
            return 0;
        }
        if (!Go(Command, First, &Answer)) {
            Show(Command, First, Second);
        }
    }
    return Answer;
}
