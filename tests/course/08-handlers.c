/* SPDX-License-Identifier: MIT */
/*
 * The chain at fs:[0] by hand: in which order handlers are asked, what they may answer, and what
 * stops the walk. Source: nt-facts 4.5, 4.6; seed 004 section 03.
 */
#include "course.h"

enum { Execute = 0, Search = 1 }; /* dispositions by their numbers */

typedef struct _LINK {
    EXCEPTION_REGISTRATION_RECORD Registration;
    PCSTR Name;
    ULONG Answer;
    ULONG Skip;                                        /* bytes of EIP, when it continues */
    VOID (*Inside)(struct _LINK *, PEXCEPTION_RECORD); /* more to do in there */
} LINK;

static EXCEPTION_DISPOSITION Handler(PEXCEPTION_RECORD Record,
                                     PEXCEPTION_REGISTRATION_RECORD Registration, PCONTEXT Context,
                                     PVOID Dispatcher)
{
    LINK *Link = CONTAINING_RECORD(Registration, LINK, Registration);

    (VOID) Dispatcher;
    Print("  %s: %s, flags %lX\n", Link->Name, StatusName(Record->ExceptionCode),
          Record->ExceptionFlags);
    if (Link->Inside != NULL) {
        Link->Inside(Link, Record);
    }
    if (Link->Answer == Execute) {
        Context->Eip += Link->Skip;
    }
    return (EXCEPTION_DISPOSITION)Link->Answer;
}

/* The same, but the callee pops its arguments: whoever calls a handler restores ESP itself. */
static EXCEPTION_DISPOSITION __attribute__((stdcall))
StdcallHandler(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Registration,
               PCONTEXT Context, PVOID Dispatcher)
{
    return Handler(Record, Registration, Context, Dispatcher);
}

static VOID Push(LINK *Link, PCSTR Name, ULONG Answer)
{
    *Link =
        (LINK){.Registration = {ChainHead(), Handler}, .Name = Name, .Answer = Answer, .Skip = 2};
    SetChainHead(&Link->Registration);
}

static DECLSPEC_NOINLINE VOID Ud2(VOID)
{
    __asm__ volatile("ud2");
}

static VOID Raise(NTSTATUS Code, ULONG Flags)
{
    EXCEPTION_RECORD Record = {.ExceptionCode = Code, .ExceptionFlags = Flags};

    RtlRaiseException(&Record);
}

/* Inside a handler: other registers than the program's, and the record that protects it. */
static VOID LookAround(LINK *Link, PEXCEPTION_RECORD Record)
{
    PEXCEPTION_REGISTRATION_RECORD Protector = ChainHead();

    (VOID) Record;
    Print(
        "  in it: the chain's head is another record: %d, its next the chain's: %d, behind it the "
        "frame: %d\n",
        Protector != &Link->Registration, Protector->Next == &Link->Registration,
        ((ULONG *)Protector)[2] == (ULONG)&Link->Registration);
}

static VOID FaultOnce(LINK *Link, PEXCEPTION_RECORD Record)
{
    Link->Inside = NULL;
    if (Record->ExceptionCode == STATUS_ILLEGAL_INSTRUCTION) {
        Peek((PVOID)0x40);
    }
}

static VOID Edit(PEXCEPTION_RECORD Record)
{
    Record->ExceptionCode = (NTSTATUS)0xE0000042;
}

static VOID EditInside(LINK *Link, PEXCEPTION_RECORD Record)
{
    (VOID) Link;
    Edit(Record);
}

static VOID RaiseNoncontinuable(VOID)
{
    Raise((NTSTATUS)0xE0000001, EXCEPTION_NONCONTINUABLE);
}

int main(int argc, char **argv)
{
    PVOID Chain = ChainHead();
    LINK A, B, C;
    ULONG Ebx = 0, Esi = 0;

    (VOID) argc;
    (VOID) argv;
    CASE("the innermost first; the first that continues ends the search");
    Push(&C, "outer", Execute);
    Push(&B, "middle", Execute);
    Push(&A, "inner", Search);
    Ud2();
    SetChainHead(Chain);

    CASE("continuing an exception that software raised comes back from RtlRaiseException");
    Push(&A, "only", Execute);
    A.Skip = 0;
    Raise((NTSTATUS)0xE0000001, 0);
    Print("  back\n");
    SetChainHead(Chain);

    CASE("a handler may be stdcall as well: its caller restores the stack");
    Push(&A, "stdcall", Execute);
    A.Registration.Handler = (PEXCEPTION_ROUTINE)StdcallHandler;
    Ud2();
    Print("  back\n");
    SetChainHead(Chain);

    CASE("while a handler runs, a record of the dispatcher's stands in front of the chain");
    Push(&A, "only", Execute);
    A.Inside = LookAround;
    Ud2();
    SetChainHead(Chain);

    CASE("what one handler changes in the record the next ones see");
    Push(&B, "outer", Execute);
    Push(&A, "inner", Search);
    A.Inside = EditInside;
    Ud2();
    SetChainHead(Chain);

    CASE("EIP, ESP and all registers are the program's again afterwards");
    Push(&A, "only", Execute);
    __asm__ volatile("movl $0x1234, %%ebx\n\tmovl $0x5678, %%esi\n\tud2\n\tmovl %%ebx, %0\n\t"
                     "movl %%esi, %1"
                     : "=m"(Ebx), "=m"(Esi)::"ebx", "esi", "memory");
    Print("  ebx %lX, esi %lX\n", Ebx, Esi);
    SetChainHead(Chain);

    CASE("a fault inside a handler: NESTED for the frames up to the one that was running");
    Push(&C, "outer", Search);
    Push(&B, "the one that faults", Execute);
    Push(&A, "inner", Search);
    B.Inside = FaultOnce;
    Ud2();
    SetChainHead(Chain);

    CASE("a noncontinuable exception may be searched, not continued");
    Push(&A, "continues", Execute);
    A.Skip = 0;
    ESCAPING(RaiseNoncontinuable);
    SetChainHead(Chain);

    CASE("answers that are none");
    Push(&A, "answers 3", 3);
    ESCAPING(Ud2);
    SetChainHead(Chain);
    Push(&A, "answers -1", (ULONG)-1);
    ESCAPING(Ud2);
    SetChainHead(Chain);
    return 0;
}
