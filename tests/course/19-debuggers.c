/* SPDX-License-Identifier: MIT */
/*
 * Who sees an exception, and in which order: kernel debugger, debug port, handlers; then debug port
 * and exception port once more. Scripted debuggers of Mica's own service stand in those places.
 * Source: nt-facts 4.1 (and Wine's tests for what a debugger sees and may change).
 */
#include "course.h"

static const MICA_DEBUG_SCRIPT All = {
    MICA_ASK_KERNEL_DEBUGGER | MICA_ASK_DEBUG_PORT | MICA_ASK_EXCEPTION_PORT, {{0}}};

static VOID Show(const VOID *Code)
{
    static const PCSTR Names[] = {"", "kernel debugger", "debug port", "", "exception port"};
    MICA_DEBUG_LOG Log;

    NtMicaDebuggers(NULL, &Log);
    for (ULONG i = 0; i < Log.Count && i < MICA_DEBUG_EVENTS; i++) {
        Print("  %s, %s chance: %s, eip %s\n", Names[Log.Event[i].Who],
              Log.Event[i].FirstChance ? "first" : "second", StatusName(Log.Event[i].Code),
              Code != NULL ? Where(Log.Event[i].Eip, Code) : "-");
    }
}

static EXCEPTION_DISPOSITION Frame(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Own,
                                   PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Own;
    (VOID) Dispatcher;
    (VOID) Record;
    Seen.Count++;
    Context->Eip = Resume;
    return ExceptionContinueExecution;
}

static EXCEPTION_DISPOSITION Pass(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Own,
                                  PCONTEXT Context, PVOID Dispatcher)
{
    (VOID) Own;
    (VOID) Dispatcher;
    (VOID) Record;
    (VOID) Context;
    Seen.Count++;
    return ExceptionContinueSearch;
}

/* With a script, the code; then who was asked, and whether a handler was. */
static VOID Ask(const MICA_DEBUG_SCRIPT *Script, const VOID *Code)
{
    NtMicaDebuggers(Script, NULL);
    Run(Code, Scratch);
    Show(Code);
    Print("  a handler was asked: %d\n", Seen.Count != 0);
}

CODE(Ud2, 0x0F, 0x0B);
CODE(Int3, 0xCC);

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();
    EXCEPTION_REGISTRATION_RECORD Own = {EXCEPTION_CHAIN_END, Pass};
    MICA_DEBUG_SCRIPT Script;
    ULONG Edi;

    (VOID) argc;
    (VOID) argv;
    CASE("nobody there: the handlers");
    Script = (MICA_DEBUG_SCRIPT){0};
    Ask(&Script, Ud2);

    CASE("a kernel debugger alone is asked first");
    Script.Present = MICA_ASK_KERNEL_DEBUGGER;
    Ask(&Script, Ud2);

    CASE("a debug port takes the kernel debugger's place");
    Ask(&All, Ud2);

    CASE("but the services of int 2D are the kernel debugger's all the same");
    Script = All;
    NtMicaDebuggers(&Script, NULL);
    DbgPrint("%s", "");
    Show(NULL);

    CASE("a breakpoint: the port sees EIP behind it, as it is; handlers see it stepped back");
    Ask(&All, Int3);
    Print("  a handler saw eip %s\n", Where(Seen.Context.Eip, Int3));

    CASE("the kernel debugger sees it stepped back too");
    Script = (MICA_DEBUG_SCRIPT){.Present = MICA_ASK_KERNEL_DEBUGGER};
    Ask(&Script, Int3);

    CASE("handled by the port: no handler hears of it, and the thread goes on as the port left it");
    Script = All;
    Script.Answer[1][0] = MICA_HANDLED;
    Ask(&Script, Int3);

    CASE("handled by the kernel debugger");
    Script = (MICA_DEBUG_SCRIPT){.Present = MICA_ASK_KERNEL_DEBUGGER};
    Script.Answer[0][0] = MICA_HANDLED_SKIP;
    Ask(&Script, Int3);

    CASE("what a debugger changes before it says not handled is lost: the CONTEXT was made before");
    Script = All;
    Script.Answer[1][0] = MICA_CHANGE_NOT_HANDLED;
    Ask(&Script, Ud2);
    Print("  a handler saw edi of the debugger's: %d\n", Seen.Context.Edi == 0x77777777);

    CASE("second chance, when no handler wants it: debug port, then exception port");
    Script = All;
    Script.Answer[1][1] = MICA_NOT_HANDLED;
    Script.Answer[2][0] = MICA_HANDLED_SKIP; /* over one byte of int3 */
    NtMicaDebuggers(&Script, NULL);
    Seen.Count = 0;
    SetChainHead(&Own);
    __asm__ volatile("movl $0x1357, %%edi\n\tnop\n\t.byte 0xF4\n\tmovl %%edi, %0"
                     : "=m"(Edi)::"edi", "memory");
    SetChainHead(Chain);
    Show(NULL);
    Print("  a handler was asked: %lu time, edi %lX\n", Seen.Count, Edi);

    CASE("second chance handled by the debug port: the exception port is not asked");
    Script = All;
    Script.Answer[1][1] = MICA_HANDLED_SKIP;
    NtMicaDebuggers(&Script, NULL);
    SetChainHead(&Own);
    __asm__ volatile(".byte 0xF4" ::: "memory");
    SetChainHead(Chain);
    Show(NULL);

    CASE("a handler's continuation needs no second chance");
    Own.Handler = Frame;
    SetChainHead(&Own);
    NtMicaDebuggers(&All, NULL);
    __asm__ volatile("movl $1f, %0\n\tud2\n1:" : "=m"(Resume)::"memory");
    SetChainHead(Chain);
    Show(NULL);

    CASE("the kernel's own exceptions are not a program's to answer");
    Script = (MICA_DEBUG_SCRIPT){.Present = MICA_ASK_KERNEL_DEBUGGER};
    Script.Answer[0][0] = Script.Answer[0][1] = MICA_HANDLED_SKIP;
    NtMicaDebuggers(&Script, NULL);
    Print("  a copy that faults: %s\n",
          StatusName(NtMicaCallback(0, (PVOID)0x10, 512, NULL, NULL)));
    Show(NULL);

    CASE("with a debugger NtClose raises what is wrong with its handle");
    NtMicaDebuggers(&All, NULL);
    __try {
        NtClose((HANDLE)0xDEADBEEC);
        Print("  not reached\n");
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  %s\n", StatusName(GetExceptionCode()));
    }
    NtMicaDebuggers(NULL, NULL);
    Print("  without: %s\n", StatusName(NtClose((HANDLE)0xDEADBEEC)));
    return 0;
}
