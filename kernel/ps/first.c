/* SPDX-License-Identifier: MIT */
/* The first process: what ntdll's RtlCreateUserProcess does for all others. */
#include "i386/cpu.h"
#include "psp.h"
#include "rtl/rtl.h"

/*
 * The module that the command line names: its first word, in quotes or not, whatever path stands
 * before it. Without a command line, the first .exe among the modules.
 */
static const LOADER_MODULE *PspFindProgram(const LOADER_BLOCK *Loader)
{
    CHAR Name[BL_MAXIMUM_NAME];
    PCSTR Line = Loader->CommandLine;
    CHAR Stop = *Line == '"' ? '"' : ' ';
    ULONG Length = 0;

    for (Line += *Line == '"'; *Line != 0 && *Line != Stop; Line++) {
        if (*Line == '\\' || *Line == '/') {
            Length = 0;
        } else if (Length < sizeof(Name) - 1) {
            Name[Length++] = *Line;
        }
    }
    Name[Length] = 0;
    for (ULONG i = 0; i < Loader->ModuleCount; i++) {
        PCSTR Module = Loader->Modules[i].Name;
        ULONG End = (ULONG)strlen(Module);

        if (Length != 0 ? _stricmp(Module, Name) == 0
                        : End > 4 && _stricmp(Module + End - 4, ".exe") == 0) {
            return &Loader->Modules[i];
        }
    }
    return NULL;
}

/* RtlInitializeContext's registers (nt-facts 6.3), for RtlUserThreadStart. */
static CONTEXT PspInitialContext(ULONG EntryPoint, ULONG StackBase)
{
    CONTEXT Context;

    memset(&Context, 0, sizeof(Context));
    Context.ContextFlags = CONTEXT_FULL;
    Context.Eax = EntryPoint;
    Context.Ebx = MM_PEB_ADDRESS; /* its argument */
    Context.Ecx = 2;
    Context.Edx = 3;
    Context.Esi = 4;
    Context.Edi = 5;
    Context.Eip = PspUserThreadStart;
    Context.Esp = StackBase - sizeof(ULONG);
    Context.EFlags = EFLAGS_IF;
    Context.SegCs = KGDT_R3_CODE | RPL_MASK;
    Context.SegSs = Context.SegDs = Context.SegEs = KGDT_R3_DATA | RPL_MASK;
    Context.SegFs = KGDT_R3_TEB | RPL_MASK;
    return Context;
}

/* ntdll as a section that every process maps: \KnownDlls\ntdll.dll. */
static PCSTR PspPrepareSystemDll(NTSTATUS *Status)
{
    const LOADER_MODULE *Ntdll = IoFindModule("ntdll.dll");
    PCSTR Missing;

    *Status = STATUS_NO_SUCH_FILE;
    if (Ntdll == NULL) {
        return "ntdll.dll is not among the modules";
    }
    *Status = IoCreateNamedImage(Ntdll, "\\KnownDlls\\ntdll.dll", &PspSystemDllSection);
    if (!NT_SUCCESS(*Status)) {
        return "ntdll.dll cannot be mapped";
    }
    *Status = PsLocateSystemDll(MmModuleBytes(Ntdll), Ntdll->Bytes,
                                MmSegmentImage(PspSystemDllSection->Segment)->Base, &Missing);
    return NT_SUCCESS(*Status) ? NULL : Missing;
}

/* In its address space: parameters, and a stack for the thread. */
static NTSTATUS PspFurnishProcess(PEPROCESS Process, const LOADER_BLOCK *Loader, PCSTR Name,
                                  const MM_IMAGE *Image, INITIAL_TEB *Stack)
{
    PRTL_USER_PROCESS_PARAMETERS Parameters;
    MM_USER_STACK UserStack;
    NTSTATUS Status;

    KeAttachProcess(&Process->Pcb);
    Status = PspCreateParameters(Loader, Name, &Parameters);
    if (NT_SUCCESS(Status)) {
        Status = KeCopyToUser(&Process->Peb->ProcessParameters, &Parameters, sizeof(Parameters));
    }
    if (NT_SUCCESS(Status)) {
        Status = MmCreateUserStack(Image->StackReserve, Image->StackCommit, &UserStack);
    }
    KeDetachProcess();
    *Stack = (INITIAL_TEB){
        .StackBase = (PVOID)UserStack.Base,
        .StackLimit = (PVOID)UserStack.Limit,
        .StackAllocationBase = (PVOID)UserStack.Allocation,
    };
    return Status;
}

static PCSTR PspStartFirstProcess(const LOADER_BLOCK *Loader, PCSTR Name, PSECTION Section,
                                  NTSTATUS *Status)
{
    const MM_IMAGE *Image = MmSegmentImage(Section->Segment);
    PEPROCESS Process;
    PETHREAD Thread;
    INITIAL_TEB Stack;
    CONTEXT Context;

    if (Image->EntryPoint == 0) {
        *Status = STATUS_INVALID_IMAGE_FORMAT;
        return "the program has no entry point";
    }
    *Status = PspCreateProcess(PsInitialSystemProcess, FALSE, Section, NULL, &Process);
    if (!NT_SUCCESS(*Status)) {
        return "the program cannot be mapped";
    }
    Process->ExecuteFlags &=
        ~((Loader->Sehop ? MEM_EXECUTE_OPTION_DISABLE_EXCEPTION_CHAIN_VALIDATION : 0) |
          (Loader->SafeSeh ? MEM_EXECUTE_OPTION_DISABLE_SAFESEH : 0));
    *Status = PspFurnishProcess(Process, Loader, Name, Image, &Stack);
    if (NT_SUCCESS(*Status)) {
        Context = PspInitialContext((ULONG)Process->SectionBaseAddress + Image->EntryPoint,
                                    (ULONG)Stack.StackBase);
        *Status = PspCreateThread(Process, &Context, &Stack, &Thread);
    }
    if (!NT_SUCCESS(*Status)) {
        return "there is not enough memory for the program";
    }
    PspInitialProcess = Process;
    ExMarkPool();
    KeReadyThread(&Thread->Tcb);
    return NULL;
}

PCSTR PsCreateFirstProcess(const LOADER_BLOCK *Loader, NTSTATUS *Status)
{
    const LOADER_MODULE *Program = PspFindProgram(Loader);
    PCSTR Problem = PspPrepareSystemDll(Status);
    SECTION Section = {.Attributes = SEC_IMAGE};

    if (Problem != NULL) {
        return Problem;
    }
    if (Program == NULL) {
        *Status = STATUS_NO_SUCH_FILE;
        return "the program is not among the modules";
    }
    *Status = MmCreateImageSegment(Program, &Section.Segment);
    if (!NT_SUCCESS(*Status)) {
        return "the program cannot be mapped";
    }
    Problem = PspStartFirstProcess(Loader, Program->Name, &Section, Status);
    MmDereferenceSegment(Section.Segment); /* its view has it */
    return Problem;
}
