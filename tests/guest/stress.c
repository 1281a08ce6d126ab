/* SPDX-License-Identifier: MIT */
/*
 * A canary: code whose every register and flag depends on every instruction before. It runs again
 * and again with faults of all kinds planted at random instructions; a handler puts the instruction
 * back and goes on, steps it, or meets it as a breakpoint. At the end all must be as without
 * faults. Source: nt-facts 4.2, 4.8. An argument is the number of faults, a second one the seed.
 */
#include "mica.h"

#define SLOTS 48UL
#define SLOT_BYTES 8UL
#define DEFAULT_FAULTS 100000UL
#define FAULTS_A_RUN 5UL

#define FLAG_TF 0x100UL
#define FLAG_RF 0x10000UL
#define COMPARED_FLAGS 0x200CD5UL /* ID OF DF SF ZF AF PF CF */

/* Names for the assembly below: EAX ... EDI without ESP, then EFLAGS. */
ULONG CanaryIn[8], CanaryOut[8], CanaryEsp;
PVOID CanaryEntry, CanaryExit;
float CanaryXmm[4], CanaryXmmOut[4];
double CanaryX87;

static UCHAR *Code;
static UCHAR Original[SLOTS][SLOT_BYTES];
static ULONG Random;
static ULONG Kinds[12], Steps, Breakpoints, Wrong;

static ULONG Next(ULONG Below)
{
    Random = Random * 1664525 + 1013904223;
    return (Random >> 8) % Below;
}

/* One of each slot: what it does does not matter, only that it depends on much. */
static const UCHAR Mix[][SLOT_BYTES] = {
    {0x01, 0xD8},             /* add eax, ebx */
    {0x11, 0xF1},             /* adc ecx, esi */
    {0x31, 0xFA},             /* xor edx, edi */
    {0x0F, 0xAF, 0xDD},       /* imul ebx, ebp */
    {0xC1, 0xC6, 0x07},       /* rol esi, 7 */
    {0x29, 0xC7},             /* sub edi, eax */
    {0x19, 0xCD},             /* sbb ebp, ecx */
    {0x0F, 0xC8},             /* bswap eax */
    {0xD1, 0xD9},             /* rcr ecx, 1 */
    {0x0F, 0x92, 0xC2},       /* setc dl */
    {0x8D, 0x5C, 0x33, 0x11}, /* lea ebx, [ebx+esi+11] */
    {0x0F, 0x42, 0xF2},       /* cmovc esi, edx */
    {0x87, 0xFD},             /* xchg edi, ebp */
    {0x9F},                   /* lahf */
    {0xFD},                   /* std */
    {0xFC},                   /* cld */
    {0xF5},                   /* cmc */
    {0x50, 0x51, 0x58, 0x59}, /* push eax; push ecx; pop eax; pop ecx */
    {0x0F, 0xBA, 0xE7, 0x05}, /* bt edi, 5 */
    {0x98},                   /* cwde */
};

/* What is planted, and the code it raises. */
static const struct {
    UCHAR Bytes[SLOT_BYTES];
    NTSTATUS Code;
} Faults[] = {
    {{0x0F, 0x0B}, STATUS_ILLEGAL_INSTRUCTION},
    {{0xF0, 0x90}, STATUS_INVALID_LOCK_SEQUENCE},
    {{0xCC}, STATUS_BREAKPOINT},
    {{0xF4}, STATUS_PRIVILEGED_INSTRUCTION},
    {{0xEC}, STATUS_PRIVILEGED_INSTRUCTION},
    {{0x0F, 0x20, 0xC0}, STATUS_PRIVILEGED_INSTRUCTION},
    {{0xCD, 0x20}, STATUS_ACCESS_VIOLATION},
    {{0xA1, 0x10, 0, 0, 0}, STATUS_ACCESS_VIOLATION},
    {{0xA2, 0, 0, 0x10, 0x80}, STATUS_ACCESS_VIOLATION},
    {{0xD4, 0x00}, STATUS_INTEGER_DIVIDE_BY_ZERO},
};
static UCHAR Planted[SLOTS]; /* 1 + which fault stands there; 0: none */

static VOID Restore(ULONG Slot)
{
    memcpy(Code + Slot * SLOT_BYTES, Original[Slot], SLOT_BYTES);
    Planted[Slot] = 0;
}

/* Clobbers what it can; then lets the instruction run: straight, stepped, or under a breakpoint. */
static EXCEPTION_DISPOSITION Handler(PEXCEPTION_RECORD Record, PEXCEPTION_REGISTRATION_RECORD Frame,
                                     PCONTEXT Context, PVOID Dispatcher)
{
    ULONG Slot = (Context->Eip - (ULONG)Code) / SLOT_BYTES;

    (VOID) Frame;
    (VOID) Dispatcher;
    __asm__ volatile("fninit\n\tfldz\n\tfldz\n\txorps %%xmm0, %%xmm0\n\txorps %%xmm5, %%xmm5" :::);
    if (Record->ExceptionCode == STATUS_SINGLE_STEP) {
        /* behind the stepped instruction, or at one with a breakpoint: both are gone now */
        Context->Dr7 = 0;
        return ExceptionContinueExecution;
    }
    if (Slot >= SLOTS || Planted[Slot] == 0 || (Context->Eip - (ULONG)Code) % SLOT_BYTES != 0 ||
        Record->ExceptionCode != Faults[Planted[Slot] - 1].Code) {
        Wrong++;
        return ExceptionContinueSearch;
    }
    Kinds[Planted[Slot] - 1]++;
    Restore(Slot);
    switch (Next(4)) {
    case 0:
        Context->EFlags |= FLAG_TF;
        Steps++;
        break;
    case 1:
        Context->Dr0 = (ULONG)Code + Slot * SLOT_BYTES;
        Context->Dr7 = 1;
        Context->EFlags &= ~FLAG_RF; /* a fault sets it: the breakpoint would not be met */
        Breakpoints++;
        break;
    }
    return ExceptionContinueExecution;
}

static DECLSPEC_NOINLINE VOID RunCanary(VOID)
{
    EXCEPTION_REGISTRATION_RECORD Frame = {NtCurrentTeb()->NtTib.ExceptionList, Handler};

    NtCurrentTeb()->NtTib.ExceptionList = &Frame;
    __asm__ volatile("pushal\n\tmovl %%esp, _CanaryEsp\n\tmovl $1f, _CanaryExit\n\t"
                     "fninit\n\tfldpi\n\tmovups _CanaryXmm, %%xmm5\n\t"
                     "pushl _CanaryIn+28\n\t"
                     "movl _CanaryIn, %%eax\n\tmovl _CanaryIn+4, %%ecx\n\t"
                     "movl _CanaryIn+8, %%edx\n\tmovl _CanaryIn+12, %%ebx\n\t"
                     "movl _CanaryIn+16, %%ebp\n\tmovl _CanaryIn+20, %%esi\n\t"
                     "movl _CanaryIn+24, %%edi\n\tpopfl\n\tjmp *_CanaryEntry\n"
                     "1:\tmovl %%eax, _CanaryOut\n\tmovl %%ecx, _CanaryOut+4\n\t"
                     "movl %%edx, _CanaryOut+8\n\tmovl %%ebx, _CanaryOut+12\n\t"
                     "movl %%ebp, _CanaryOut+16\n\tmovl %%esi, _CanaryOut+20\n\t"
                     "movl %%edi, _CanaryOut+24\n\tpushfl\n\tpopl _CanaryOut+28\n\tcld\n\t"
                     "movups %%xmm5, _CanaryXmmOut\n\tfstpl _CanaryX87\n\t"
                     "subl %%esp, _CanaryEsp\n\taddl _CanaryEsp, %%esp\n\tpopal"
                     :
                     :
                     : "memory", "cc");
    NtCurrentTeb()->NtTib.ExceptionList = Frame.Next;
    CanaryOut[7] &= COMPARED_FLAGS;
}

static VOID BuildCanary(VOID)
{
    PVOID Base = NULL;
    ULONG Size = PAGE_SIZE;

    NtAllocateVirtualMemory(NtCurrentProcess(), &Base, 0, &Size, MEM_RESERVE | MEM_COMMIT,
                            PAGE_EXECUTE_READWRITE);
    Code = Base;
    CanaryEntry = Code;
    memset(Original, 0x90, sizeof(Original));
    for (ULONG i = 0; i < SLOTS; i++) {
        const UCHAR *From = Mix[Next(ARRAYSIZE(Mix))];
        ULONG Length = SLOT_BYTES;

        while (Length > 1 && From[Length - 1] == 0) {
            Length--;
        }
        memcpy(Original[i], From, Length);
        Restore(i);
    }
    Code[SLOTS * SLOT_BYTES] = 0xFF; /* jmp [CanaryExit] */
    Code[SLOTS * SLOT_BYTES + 1] = 0x25;
    *(PVOID *)(Code + SLOTS * SLOT_BYTES + 2) = &CanaryExit;
}

int main(int argc, char **argv)
{
    ULONG Wanted = argc > 1 ? Number(argv[1]) : DEFAULT_FAULTS;
    ULONG Count = 0, Runs = 0, Different = 0;
    ULONG Reference[8];

    Random = argc > 2 ? Number(argv[2]) : 1;
    BuildCanary();
    while (Count < Wanted) {
        for (ULONG i = 0; i < 7; i++) {
            CanaryIn[i] = Next(0x1000000) * 257;
        }
        CanaryIn[7] = 0x202 | (Next(2) << 10) | (Next(256) & 0xD5);
        for (ULONG i = 0; i < 4; i++) {
            CanaryXmm[i] = (float)Next(1000);
        }
        RunCanary(); /* in peace */
        memcpy(Reference, CanaryOut, sizeof(Reference));
        for (ULONG i = 0; i < FAULTS_A_RUN && Count < Wanted; i++) {
            ULONG Slot = Next(SLOTS), Kind = Next(ARRAYSIZE(Faults));

            if (Planted[Slot] == 0) {
                memcpy(Code + Slot * SLOT_BYTES, Faults[Kind].Bytes, SLOT_BYTES);
                Planted[Slot] = (UCHAR)(Kind + 1);
                Count++;
            }
        }
        RunCanary();
        Runs++;
        Different += memcmp(Reference, CanaryOut, sizeof(Reference)) != 0 ||
                     memcmp(CanaryXmm, CanaryXmmOut, sizeof(CanaryXmm)) != 0 ||
                     !(CanaryX87 > 3.1415 && CanaryX87 < 3.1416) || CanaryEsp != 0;
    }
    Print("%lu faults in %lu runs, %lu stepped, %lu met as breakpoints\n", Count, Runs, Steps,
          Breakpoints);
    for (ULONG i = 0; i < ARRAYSIZE(Faults); i++) {
        Print("  %02X %02X: %lu\n", Faults[i].Bytes[0], Faults[i].Bytes[1], Kinds[i]);
    }
    Print("wrong exceptions: %lu, runs with a difference: %lu\n", Wrong, Different);
    return Wrong != 0 || Different != 0;
}
