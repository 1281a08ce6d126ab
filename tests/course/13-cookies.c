/* SPDX-License-Identifier: MIT */
/*
 * Frames of _except_handler4, as Visual C++ 8 and later make them, built by hand: the table's
 * address hidden by the cookie, cookies in the frame, levels that end at -2. Source: nt-facts 4.11
 * (Microsoft's and Wine's public descriptions). What happens when a cookie is wrong ends the
 * process: tests/test_endings.py.
 */
#include "course.h"

typedef struct _SCOPE {
    ULONG Enclosing;
    VOID (*Filter)(VOID);
    VOID (*Handler)(VOID);
} SCOPE;

/* A frame: GS cookie at EBP-20, EH cookie at EBP-1C, then the record at EBP-10. */
typedef struct _TABLE {
    ULONG GSCookieOffset, GSCookieXOROffset, EHCookieOffset, EHCookieXOROffset;
    SCOPE Scope[3];
} TABLE;

/*
 * VOID CallGuarded(const TABLE *Table, ULONG Level, VOID (*Body)(VOID), ULONG Spoil);
 * Calls Body under a frame whose try level is Level. Spoil is xored into the EH cookie.
 */
VOID CallGuarded(const TABLE *Table, ULONG Level, VOID (*Body)(VOID), ULONG Spoil);
__asm__(".text\n\t.globl _CallGuarded\n_CallGuarded:\n\t"
        "pushl %ebp\n\tmovl %esp, %ebp\n\t"
        "pushl 12(%ebp)\n\t" /* [ebp-04] TryLevel */
        "movl 8(%ebp), %eax\n\txorl ___security_cookie, %eax\n\tpushl %eax\n\t" /* -08 table */
        "pushl $__except_handler4\n\t"                                          /* -0C Handler */
        "pushl %fs:0\n\t"                                                       /* -10 Next */
        "subl $8, %esp\n\t" /* -14 pointers, -18 ESP */
        "movl ___security_cookie, %eax\n\txorl %ebp, %eax\n\txorl 20(%ebp), %eax\n\t"
        "pushl %eax\n\t"                                                     /* -1C EH cookie */
        "movl ___security_cookie, %eax\n\txorl %ebp, %eax\n\tpushl %eax\n\t" /* -20 GS cookie */
        "pushl %ebx\n\tpushl %esi\n\tpushl %edi\n\t"
        "movl %esp, -24(%ebp)\n\t"
        "leal -16(%ebp), %eax\n\tmovl %eax, %fs:0\n\t"
        "call *16(%ebp)\n"
        "_GuardedEnd:\n\t" /* normal way out */
        "movl -16(%ebp), %eax\n\tmovl %eax, %fs:0\n\t"
        "leal -44(%ebp), %esp\n\tpopl %edi\n\tpopl %esi\n\tpopl %ebx\n\t"
        "movl %ebp, %esp\n\tpopl %ebp\n\tret\n"
        /* the __except body: entered with the frame's EBP, ESP still the handler's */
        ".globl _GuardedBody\n_GuardedBody:\n\t"
        "movl %ebx, _Entered\n\tmovl %esi, _Entered+4\n\tmovl %edi, _Entered+8\n\t"
        "movl -24(%ebp), %esp\n\tcall _Body\n\tjmp _GuardedEnd");
VOID GuardedBody(VOID);
ULONG Entered[3]; /* EBX, ESI, EDI at the entry of the body */

static LONG Verdict;
static ULONG Address;

static LONG Filter(VOID)
{
    EXCEPTION_POINTERS *Pointers;

    __asm__("movl (%%ebp), %0\n\tmovl -20(%0), %0" : "=r"(Pointers)); /* the frame's EBP is ours' */
    Print("  filter: %s -> %ld\n", StatusName(Pointers->ExceptionRecord->ExceptionCode), Verdict);
    if (Verdict < 0) {
        Pointers->ContextRecord->Eip += 2;
    }
    return Verdict;
}

VOID Body(VOID);
VOID Body(VOID)
{
    Print("  __except body\n");
}

/* The runtime's _abnormal_termination goes by EBP, which is the frame's in a __finally block. */
static VOID Finally(VOID)
{
    int Abnormal;

    __asm__ volatile("pushl %%ebp\n\tmovl (%%ebp), %%ebp\n\tcall __abnormal_termination\n\t"
                     "popl %%ebp"
                     : "=a"(Abnormal)::"ecx", "edx", "memory");
    Print("  finally, abnormal %d\n", Abnormal);
}

static VOID Ud2(VOID)
{
    __asm__ volatile("ud2");
    Print("  behind the ud2\n");
}

static VOID WithRegisters(VOID)
{
    __asm__ volatile("movl $0xB1, %%ebx\n\tmovl $0x51, %%esi\n\tmovl $0xD1, %%edi\n\tud2" ::
                         : "ebx", "esi", "edi");
}

static VOID Quiet(VOID)
{
    Print("  the body of the try\n");
}

static TABLE Plain = {0xFFFFFFFE, 0, (ULONG)-0x1C, 0, {{0xFFFFFFFE, NULL, NULL}}};
static TABLE Inner = {(ULONG)-0x20, 0, (ULONG)-0x1C, 0, {{0xFFFFFFFE, NULL, NULL}}};

int main(int argc, char **argv)
{
    (VOID) argc;
    (VOID) argv;
    Plain.Scope[0] = (SCOPE){0xFFFFFFFE, (VOID(*)(VOID))Filter, GuardedBody};
    Inner.Scope[0] = (SCOPE){0xFFFFFFFE, (VOID(*)(VOID))Filter, GuardedBody};
    Inner.Scope[1] = (SCOPE){0, NULL, Finally};
    Inner.Scope[2] = (SCOPE){1, NULL, Finally};

    CASE("no exception");
    CallGuarded(&Plain, 0, Quiet, 0);

    CASE("a filter that executes");
    Verdict = 1;
    CallGuarded(&Plain, 0, Ud2, 0);

    CASE("a filter that continues");
    Verdict = -1;
    CallGuarded(&Plain, 0, Ud2, 0);

    CASE("__finally blocks inside run before the body, both cookies being checked");
    Verdict = 1;
    CallGuarded(&Inner, 2, Ud2, 0);

    CASE("outside of every __try of the frame: level -2, nobody is asked");
    __try {
        CallGuarded(&Plain, 0xFFFFFFFE, Ud2, 0);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  the outer frame's body: %s\n", StatusName(GetExceptionCode()));
    }

    CASE("a frame that is unwound from outside runs its __finally blocks");
    Verdict = 0;
    __try {
        CallGuarded(&Inner, 1, Ud2, 0);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Print("  the outer frame's body: %s\n", StatusName(GetExceptionCode()));
    }
    Verdict = 1;

    CASE("a body is entered with the EBX, ESI and EDI of the exception");
    CallGuarded(&Plain, 0, WithRegisters, 0);
    Print("  %lX %lX %lX\n", Entered[0], Entered[1], Entered[2]);

    CASE("a __finally block that is called because its __try ended: not abnormal");
    Finally();

    CASE("a try level that is the compiler's own business comes back as it was");
    Address = 0;
    Verdict = 1;
    CallGuarded(&Plain, 0, Ud2, 0);
    CallGuarded(&Plain, 0, Quiet, 0);
    return 0;
}
