/* SPDX-License-Identifier: MIT */
/*
 * The table of contents of the boot. Phase 0 builds the machine NT expects, interrupts off;
 * phase 1 makes the first process and becomes the idle thread.
 */
#include "i386/context.h"
#include "i386/cpu.h"
#include "i386/npx.h"
#include "dbgk/dbgk.h"
#include "ex/ex.h"
#include "io/io.h"
#include "kd/kd.h"
#include "ke/events.h"
#include "ke/ke.h"
#include "loader.h"
#include "mm/mm.h"
#include "nt/peb.h"
#include "ps/ps.h"
#include "trap/trap.h"

extern CHAR KiBootStack[], KiDoubleFaultStack[], KiNmiStack[]; /* boot/earlypages.c */
extern CHAR KiPageDirectory[];

#define BOOT_STACK_SIZE (3 * PAGE_SIZE)
#define TASK_STACK_SIZE (2 * PAGE_SIZE)

static LOADER_BLOCK KiLoaderBlock;
static EPROCESS KiIdleProcess;
static ETHREAD KiIdleThread;

VOID KiInitializeSharedData(VOID); /* shareddata.c */

/* What a person reads who wants to know why nothing runs. */
static DECLSPEC_NORETURN VOID KiCannotStart(PCSTR Reason)
{
    KeDisplay("mica: cannot start: %s\n", Reason);
    HalReturnToHost(HAL_EXIT_NOT_STARTED);
}

static VOID KiInitializePhase0(ULONG MultibootInfo)
{
    PKPCR Pcr = KeGetPcr();
    ULONG Directory = (ULONG)KiPageDirectory - MM_SYSTEM_RANGE_START;
    PCSTR Problem;

    HalInitializeDisplay();
    Problem = BlReadMultiboot(&KiLoaderBlock, MultibootInfo);
    if (Problem != NULL) {
        KiCannotStart(Problem);
    }
    /* The loader's information has been copied: its memory may now be written over. */
    KiInitializeGdt();
    KiInitializePcr();
    KiInitializeIdt();
    KiInitializeTss((ULONG)KiDoubleFaultStack + TASK_STACK_SIZE,
                    (ULONG)KiNmiStack + TASK_STACK_SIZE, (ULONG)KiDoubleFaultTask, (ULONG)KiNmiTask,
                    Directory);
    KiInitializeFpu();
    HalInitializeSystem(&Pcr->Irql, &Pcr->IRR, &Pcr->IDR);
    KeInitializeProcess(&KiIdleProcess.Pcb, 0, Directory);
    KiIdleProcess.Pcb.NoUserSpace = TRUE;
    KiIdleThread.ThreadsProcess = &KiIdleProcess;
    KeInitializeIdleThread(&KiIdleThread.Tcb, &KiIdleProcess.Pcb,
                           (ULONG)KiBootStack + BOOT_STACK_SIZE, (ULONG)KiBootStack);
    if (!KeReserveEvents(&KiLoaderBlock)) {
        KiCannotStart("there is not enough memory for so many events");
    }
    MmInitialize(&KiLoaderBlock);
    KiInitializeSharedData();
    KeStartEvents();
    NtGlobalFlag = KiLoaderBlock.GlobalFlag;
    KdInitSystem(KiLoaderBlock.Debug);
    KeInitializeTime();
    IoInitializeConsole();
}

static DECLSPEC_NORETURN VOID KiInitializePhase1(VOID)
{
    PCSTR Problem;
    NTSTATUS Status;

    HalStartInterrupts();
    KiEnableInterrupts();
    KiMeasureProcessor();
    KeDisplay("Mica (TM) Version %d.%d (Build %d: Service Pack %d)\n", NT_MAJOR_VERSION,
              NT_MINOR_VERSION, NT_BUILD_NUMBER, NT_CSD_VERSION >> 8);
    KeDisplay("1 System Processor [%lu MB Memory]\n",
              (KiLoaderBlock.MemoryEnd + (1UL << 20) - 1) >> 20);
    KeThreadStartup = KiThreadStartup;
    PsUserThreadStartup = PspUserThreadStartup;
    ExInitialize();
    DbgkInitialize();
    Status = ObInitializeNamespace();
    if (NT_SUCCESS(Status)) {
        Status = IoInitialize(&KiLoaderBlock);
    }
    if (NT_SUCCESS(Status)) {
        Status = PsInitialize(&KiIdleThread);
    }
    Problem = NT_SUCCESS(Status) ? PsCreateFirstProcess(&KiLoaderBlock, &Status)
                                 : "there is not enough memory for the kernel";
    if (Problem != NULL) {
        PCSTR Name = RtlpStatusName(Status);

        KeDisplay("mica: %08lX %s: \"%s\"\n", Status, Name != NULL ? Name : "",
                  KiLoaderBlock.CommandLine);
        KiCannotStart(Problem);
    }
    KeIdleLoop();
}

/* From boot/start.asm, on KiBootStack, paging on. */
DECLSPEC_NORETURN VOID KiSystemStartup(ULONG MultibootInfo)
{
    KiInitializePhase0(MultibootInfo);
    KiInitializePhase1();
}
