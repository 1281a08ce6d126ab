/* SPDX-License-Identifier: MIT */
/* The first process: address space, images, PEB, TEB, stack, and a thread ready to start. */
#include "ps.h"

#include "io/io.h"
#include "i386/cpu.h"
#include "nt/services.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define FIRST_PROCESS_ID 8UL
#define FIRST_THREAD_ID 12UL
#define DEFAULT_PRIORITY 8
#define CRITICAL_SECTION_TIMEOUT (-25920000000000LL) /* 30 days */

static EPROCESS PspFirstProcess;
static ETHREAD PspFirstThread;

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

static NTSTATUS PspCreatePeb(const MM_IMAGE *Image, PRTL_USER_PROCESS_PARAMETERS Parameters)
{
    PPEB Peb;
    NTSTATUS Status = MmMapSystemPage(MM_PEB_ADDRESS, (PVOID *)&Peb);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Peb->Mutant = (HANDLE)0xFFFFFFFF;
    Peb->ImageBaseAddress = (PVOID)Image->Base;
    Peb->ProcessParameters = Parameters;
    Peb->NumberOfProcessors = 1;
    Peb->CriticalSectionTimeout.QuadPart = CRITICAL_SECTION_TIMEOUT;
    Peb->NtGlobalFlag = NtGlobalFlag;
    Peb->OSMajorVersion = NT_MAJOR_VERSION;
    Peb->OSMinorVersion = NT_MINOR_VERSION;
    Peb->OSBuildNumber = NT_BUILD_NUMBER;
    Peb->OSCSDVersion = NT_CSD_VERSION;
    Peb->OSPlatformId = VER_PLATFORM_WIN32_NT;
    Peb->ImageSubsystem = Image->Subsystem;
    Peb->ImageSubsystemMajorVersion = Image->SubsystemMajor;
    Peb->ImageSubsystemMinorVersion = Image->SubsystemMinor;
    PspFirstProcess.Peb = (PPEB)MM_PEB_ADDRESS;
    return STATUS_SUCCESS;
}

static NTSTATUS PspCreateTeb(const MM_USER_STACK *Stack, const CLIENT_ID *Cid)
{
    PTEB Teb;
    NTSTATUS Status = MmMapSystemPage(MM_TEB_ADDRESS, (PVOID *)&Teb);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Teb->NtTib.ExceptionList = EXCEPTION_CHAIN_END;
    Teb->NtTib.StackBase = (PVOID)Stack->Base;
    Teb->NtTib.StackLimit = (PVOID)Stack->Limit;
    Teb->NtTib.Version = 0x1E00; /* NT's OS/2 heritage: FiberData holds this until there is one */
    Teb->NtTib.Self = (PNT_TIB)MM_TEB_ADDRESS;
    Teb->ClientId = Teb->RealClientId = *Cid;
    Teb->ProcessEnvironmentBlock = (PPEB)MM_PEB_ADDRESS;
    Teb->StaticUnicodeString.MaximumLength = sizeof(Teb->StaticUnicodeBuffer);
    Teb->StaticUnicodeString.Buffer = ((PTEB)MM_TEB_ADDRESS)->StaticUnicodeBuffer;
    Teb->DeallocationStack = (PVOID)Stack->Allocation;
    return STATUS_SUCCESS;
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

static NTSTATUS PspCreateThread(const MM_IMAGE *Image, PKSYSTEM_ROUTINE SystemRoutine)
{
    MM_USER_STACK UserStack;
    MM_KERNEL_STACK KernelStack;
    CONTEXT Context;
    NTSTATUS Status = MmCreateUserStack(Image->StackReserve, Image->StackCommit, &UserStack);

    PspFirstThread.Cid = (CLIENT_ID){(HANDLE)FIRST_PROCESS_ID, (HANDLE)FIRST_THREAD_ID};
    if (NT_SUCCESS(Status)) {
        Status = PspCreateTeb(&UserStack, &PspFirstThread.Cid);
    }
    if (NT_SUCCESS(Status)) {
        Status = MmCreateKernelStack(&KernelStack);
    }
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Context = PspInitialContext(Image->EntryPoint, UserStack.Base);
    KeInitializeThread(&PspFirstThread.Tcb, &PspFirstProcess.Pcb, KernelStack.Base,
                       KernelStack.Limit, SystemRoutine, (PVOID)Image->EntryPoint, NULL, &Context,
                       (PTEB)MM_TEB_ADDRESS);
    PspFirstThread.ThreadsProcess = &PspFirstProcess;
    PspFirstThread.StartAddress = (PVOID)Image->EntryPoint;
    PspFirstThread.CreateTime.QuadPart = KeQuerySystemTime();
    return STATUS_SUCCESS;
}

static NTSTATUS PspInitializeProcess(PEPROCESS Process, PCSTR Name)
{
    NTSTATUS Status = MmCreateAddressSpace(&Process->AddressSpace);

    KeInitializeProcess(&Process->Pcb, DEFAULT_PRIORITY, Process->AddressSpace.PageDirectory);
    Process->ExitStatus = STATUS_PENDING;
    Process->UniqueProcessId = (HANDLE)FIRST_PROCESS_ID;
    Process->ExecuteFlags = MEM_EXECUTE_OPTION_DEFAULT;
    Process->ObjectTable = &Process->HandleTable;
    Process->CreateTime.QuadPart = KeQuerySystemTime();
    _snprintf(Process->ImageFileName, sizeof(Process->ImageFileName) - 1, "%s", Name);
    if (NT_SUCCESS(Status)) {
        MmSetCurrentAddressSpace(&Process->AddressSpace);
        ObSetCurrentTable(&Process->HandleTable);
    }
    return Status;
}

PCSTR PsCreateFirstProcess(const LOADER_BLOCK *Loader, PKSYSTEM_ROUTINE SystemRoutine,
                           NTSTATUS *Status)
{
    const LOADER_MODULE *Program = PspFindProgram(Loader);
    const LOADER_MODULE *Ntdll = IoFindModule("ntdll.dll");
    PRTL_USER_PROCESS_PARAMETERS Parameters;
    MM_IMAGE NtdllImage, Image;
    PCSTR Missing;

    *Status = STATUS_NO_SUCH_FILE;
    if (Ntdll == NULL) {
        return "ntdll.dll is not among the modules";
    }
    if (Program == NULL) {
        return "the program is not among the modules";
    }
    *Status = PspInitializeProcess(&PspFirstProcess, Program->Name);
    if (NT_SUCCESS(*Status)) {
        *Status = MmMapImage(Ntdll, &NtdllImage);
    }
    if (!NT_SUCCESS(*Status)) {
        return "ntdll.dll cannot be mapped";
    }
    *Status = PsLocateSystemDll(MmModuleBytes(Ntdll), Ntdll->Bytes, NtdllImage.Base, &Missing);
    if (!NT_SUCCESS(*Status)) {
        return Missing;
    }
    *Status = MmMapImage(Program, &Image);
    if (!NT_SUCCESS(*Status)) {
        return "the program cannot be mapped";
    }
    if (Image.EntryPoint == 0) {
        *Status = STATUS_INVALID_IMAGE_FORMAT;
        return "the program has no entry point";
    }
    if (Loader->Sehop) {
        PspFirstProcess.ExecuteFlags &= ~MEM_EXECUTE_OPTION_DISABLE_EXCEPTION_CHAIN_VALIDATION;
    }
    if (Loader->SafeSeh) {
        PspFirstProcess.ExecuteFlags &= ~MEM_EXECUTE_OPTION_DISABLE_SAFESEH;
    }
    PspFirstProcess.SectionBaseAddress = (PVOID)Image.Base;
    *Status = PspCreateParameters(Loader, Program->Name, &Parameters);
    if (NT_SUCCESS(*Status)) {
        *Status = PspCreatePeb(&Image, Parameters);
    }
    if (NT_SUCCESS(*Status)) {
        *Status = PspCreateThread(&Image, SystemRoutine);
    }
    if (!NT_SUCCESS(*Status)) {
        return "there is not enough memory for the program";
    }
    KeReadyThread(&PspFirstThread.Tcb);
    return NULL;
}
