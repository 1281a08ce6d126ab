/* SPDX-License-Identifier: MIT */
/*
 * A debugger comes to a process that runs already: what it would have been told is queued for it,
 * and the process's threads stop until it has heard all of that.
 */
#include "dbgkp.h"
#include "nt/services.h"
#include "rtl/list.h"

#define TAG_EVENT POOL_TAG('D', 'b', 'g', 'E')
#define MAXIMUM_MODULES 500 /* that are told: the list is the program's, and may have no end */

static PDEBUG_EVENT DbgkpPost(PDEBUG_OBJECT Object, PETHREAD Thread, DBG_STATE State)
{
    PDEBUG_EVENT Event = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Event), TAG_EVENT);

    if (Event != NULL) {
        DbgkpInitializeEvent(Event, Thread, State);
        Event->NoWait = TRUE;
        DbgkpQueueEvent(Object, Event);
    }
    return Event;
}

/* The first thread tells of the process. It is referenced. */
static NTSTATUS DbgkpPostThreads(PEPROCESS Process, PDEBUG_OBJECT Object, PETHREAD *First)
{
    static ULONG LastNumber; /* the port mutex is held */
    ULONG Number = ++LastNumber, Previous;
    PETHREAD Thread = NULL;

    *First = NULL;
    while ((Thread = PsGetNextProcessThread(Process, Thread)) != NULL) {
        PDEBUG_EVENT Event;

        /* The walk begins anew where a thread has ended meanwhile: each is told of once. */
        if (Thread->HasTerminated || Thread->AttachNumber == Number) {
            continue;
        }
        Event =
            DbgkpPost(Object, Thread,
                      *First == NULL ? DbgCreateProcessStateChange : DbgCreateThreadStateChange);
        if (Event == NULL) {
            ObDereferenceObject(Thread);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        if (*First == NULL) {
            ObReferenceObject(Thread);
            *First = Thread;
            Event->FileName = DbgkpFillProcess(&Event->Change, Thread);
        } else {
            DbgkpFillThread(&Event->Change, Thread);
        }
        Thread->CreateReported = TRUE;
        Thread->AttachNumber = Number;
        Thread->HeldByDebugger = NT_SUCCESS(KeSuspendThread(&Thread->Tcb, &Previous));
    }
    return *First != NULL ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS DbgkpPostImage(PDEBUG_OBJECT Object, PETHREAD First, ULONG Base)
{
    PDEBUG_EVENT Event = DbgkpPost(Object, First, DbgLoadDllStateChange);

    if (Event == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Event->FileName = DbgkpFillImage(&Event->Change, Base, NULL);
    return STATUS_SUCCESS;
}

/* The next of the loader's list, whose links ring 3 keeps. FALSE: it cannot be read. */
static BOOLEAN DbgkpReadModule(PLIST_ENTRY *Link, PULONG Base)
{
    LDR_DATA_TABLE_ENTRY *Module = CONTAINING_RECORD(*Link, LDR_DATA_TABLE_ENTRY, InLoadOrderLinks);

    return NT_SUCCESS(KeCopyFromUser(Base, &Module->DllBase, sizeof(*Base))) &&
           NT_SUCCESS(KeCopyFromUser(Link, &(*Link)->Flink, sizeof(*Link)));
}

/* All but the program; before the loader has begun, ntdll. */
static NTSTATUS DbgkpPostImages(PEPROCESS Process, PDEBUG_OBJECT Object, PETHREAD First)
{
    PPEB_LDR_DATA Ldr = NULL;
    PLIST_ENTRY Head, Link = NULL;
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Base;

    KeCopyFromUser(&Ldr, &Process->Peb->Ldr, sizeof(Ldr));
    if (Ldr == NULL) {
        return DbgkpPostImage(Object, First, PsSystemDllBase);
    }
    Head = &Ldr->InLoadOrderModuleList;
    KeCopyFromUser(&Link, &Head->Flink, sizeof(Link));
    for (ULONG i = 0; NT_SUCCESS(Status) && i < MAXIMUM_MODULES && Link != NULL && Link != Head &&
                      DbgkpReadModule(&Link, &Base);
         i++) {
        if (Base != (ULONG)Process->SectionBaseAddress) {
            Status = DbgkpPostImage(Object, First, Base);
        }
    }
    return Status;
}

NTSTATUS DbgkpPostPresent(PEPROCESS Process, PDEBUG_OBJECT Object)
{
    PETHREAD First;
    NTSTATUS Status;

    KeAttachProcess(&Process->Pcb);
    Status = DbgkpPostThreads(Process, Object, &First);
    if (NT_SUCCESS(Status)) {
        Process->CreateReported = TRUE;
        Status = DbgkpPostImages(Process, Object, First);
    }
    KeDetachProcess();
    if (First != NULL) {
        /* On failure too: whoever throws the events away lets the threads go. */
        CONTAINING_RECORD(Object->EventList.Blink, DEBUG_EVENT, EventList)->Releases = TRUE;
        ObDereferenceObject(First);
    }
    return Status;
}
