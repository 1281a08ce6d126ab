/* SPDX-License-Identifier: MIT */
/*
 * What each thread has for itself while others run in between: floating point, SSE
 * registers, debug registers, the TEB. Four threads write their own and look at them after each
 * turn that they let the others have. A watched variable raises in the thread that watches it only.
 */
#include "mica.h"

#define THREADS 4
#define TURNS 50

static volatile ULONG Watched[THREADS];
static ULONG Wrong[THREADS], Traps[THREADS];

/* What lies in the registers of thread Id. */
static VOID Load(ULONG Id)
{
    __asm__ volatile("fninit\n\tfildl %0\n\tmovd %0, %%xmm5\n\tmovd %0, %%xmm7" ::"m"(Id));
}

/* One way to look at it leaves it there. */
static BOOLEAN Check(ULONG Id)
{
    ULONG Float = 0, Five = 0, Seven = 0;

    __asm__ volatile("fistl %0\n\tmovd %%xmm5, %1\n\tmovd %%xmm7, %2"
                     : "=m"(Float), "=r"(Five), "=r"(Seven));
    return Float == Id && Five == Id && Seven == Id;
}

static VOID Watch(ULONG Number)
{
    CONTEXT Context = {.ContextFlags = CONTEXT_DEBUG_REGISTERS};

    Context.Dr0 = (ULONG)&Watched[Number];
    Context.Dr7 = 0xD0001; /* DR0, local, writes of four bytes */
    NtSetContextThread(NtCurrentThread(), &Context);
}

static DECLSPEC_NOINLINE VOID Touch(ULONG Number)
{
    Watched[Number]++;
}

static VOID TouchAll(ULONG Number)
{
    for (ULONG i = 0; i < THREADS; i++) {
        __try {
            Touch(i);
        } __except (GetExceptionCode() == STATUS_SINGLE_STEP ? EXCEPTION_EXECUTE_HANDLER
                                                             : EXCEPTION_CONTINUE_SEARCH) {
            Traps[Number]++;
            Wrong[Number] += i != Number;
        }
    }
}

static NTSTATUS NTAPI Run(PVOID Parameter)
{
    ULONG Number = (ULONG)Parameter, Id = (ULONG)NtCurrentTeb()->ClientId.UniqueThread;
    PTEB Teb = NtCurrentTeb();

    Watch(Number);
    Load(Id);
    for (ULONG Turn = 0; Turn < TURNS; Turn++) {
        if (Turn % 5 == 0) {
            Sleep(1);
        } else {
            NtYieldExecution();
        }
        Wrong[Number] += !Check(Id);
        Wrong[Number] += NtCurrentTeb() != Teb || (ULONG)Teb->ClientId.UniqueThread != Id;
        TouchAll(Number);
        Load(Id); /* handling an exception in C may use the unit */
    }
    return STATUS_SUCCESS;
}

int main(int argc, char **argv)
{
    HANDLE Threads[THREADS];

    (VOID) argc;
    (VOID) argv;
    for (ULONG i = 0; i < THREADS; i++) {
        Threads[i] = StartThread(Run, i);
    }
    for (ULONG i = 0; i < THREADS; i++) {
        JoinThread(Threads[i]);
    }
    for (ULONG i = 0; i < THREADS; i++) {
        Print("thread %lu: %lu traps in %d turns, %lu wrong\n", i, Traps[i], TURNS, Wrong[i]);
    }
    Touch(0);
    Print("here nothing is watched\n");
    return 0;
}
