/* SPDX-License-Identifier: MIT */
/*
 * Vectored handlers (XP): asked before any frame's, whoever's code it was; and vectored continue
 * handlers (2003), told whenever execution is about to go on. nt-facts 4.9.
 */
#include "ntdll.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

typedef struct _RTLP_VECTORED {
    LIST_ENTRY Links; /* in one of the two lists */
    PVECTORED_EXCEPTION_HANDLER Handler;
    ULONG References; /* 1 for being registered, 1 for each call in progress */
    BOOLEAN Removed;
} RTLP_VECTORED, *PRTLP_VECTORED;

static LIST_ENTRY RtlpHandlers = {&RtlpHandlers, &RtlpHandlers};
static LIST_ENTRY RtlpContinueHandlers = {&RtlpContinueHandlers, &RtlpContinueHandlers};
static RTL_CRITICAL_SECTION RtlpVectoredLock = {.LockCount = -1};

static VOID RtlpReleaseNode(PRTLP_VECTORED Node)
{
    if (--Node->References == 0) {
        RemoveEntryList(&Node->Links);
        RtlFreeHeap(RtlProcessHeap(), 0, Node);
    }
}

static PVOID RtlpAddVectored(PLIST_ENTRY List, ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)
{
    PRTLP_VECTORED Node = RtlAllocateHeap(RtlProcessHeap(), 0, sizeof(*Node));

    if (Node == NULL) {
        return NULL;
    }
    Node->Handler = Handler;
    Node->References = 1;
    Node->Removed = FALSE;
    RtlEnterCriticalSection(&RtlpVectoredLock);
    if (First != 0) {
        InsertHeadList(List, &Node->Links);
    } else {
        InsertTailList(List, &Node->Links);
    }
    RtlLeaveCriticalSection(&RtlpVectoredLock);
    return Node;
}

/* A handler may remove itself, or another that is being called: it leaves when it has returned. */
static ULONG RtlpRemoveVectored(PLIST_ENTRY List, PVOID Handle)
{
    ULONG Found = 0;

    RtlEnterCriticalSection(&RtlpVectoredLock);
    for (PLIST_ENTRY Link = List->Flink; Link != List; Link = Link->Flink) {
        PRTLP_VECTORED Node = CONTAINING_RECORD(Link, RTLP_VECTORED, Links);

        if (Node == Handle && !Node->Removed) {
            Node->Removed = TRUE;
            RtlpReleaseNode(Node);
            Found = 1;
            break;
        }
    }
    RtlLeaveCriticalSection(&RtlpVectoredLock);
    return Found;
}

PVOID NTAPI RtlAddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)
{
    return RtlpAddVectored(&RtlpHandlers, First, Handler);
}

PVOID NTAPI RtlAddVectoredContinueHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)
{
    return RtlpAddVectored(&RtlpContinueHandlers, First, Handler);
}

ULONG NTAPI RtlRemoveVectoredExceptionHandler(PVOID Handle)
{
    return RtlpRemoveVectored(&RtlpHandlers, Handle);
}

ULONG NTAPI RtlRemoveVectoredContinueHandler(PVOID Handle)
{
    return RtlpRemoveVectored(&RtlpContinueHandlers, Handle);
}

/* Without the lock while a handler runs: its node is held instead. Nobody registered costs nothing.
 */
static BOOLEAN RtlpCallVectored(PLIST_ENTRY List, PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    EXCEPTION_POINTERS Pointers = {Record, Context};
    LONG Verdict = EXCEPTION_CONTINUE_SEARCH;
    PLIST_ENTRY Link;

    if (IsListEmpty(List)) {
        return FALSE;
    }
    RtlEnterCriticalSection(&RtlpVectoredLock);
    Link = List->Flink;
    while (Link != List && Verdict != EXCEPTION_CONTINUE_EXECUTION) {
        PRTLP_VECTORED Node = CONTAINING_RECORD(Link, RTLP_VECTORED, Links);

        Verdict = EXCEPTION_CONTINUE_SEARCH;
        Node->References++;
        if (!Node->Removed) {
            RtlLeaveCriticalSection(&RtlpVectoredLock);
            Verdict = Node->Handler(&Pointers);
            RtlEnterCriticalSection(&RtlpVectoredLock);
        }
        Link = Link->Flink;
        RtlpReleaseNode(Node);
    }
    RtlLeaveCriticalSection(&RtlpVectoredLock);
    return Verdict == EXCEPTION_CONTINUE_EXECUTION;
}

BOOLEAN RtlpCallVectoredHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    return RtlpCallVectored(&RtlpHandlers, Record, Context);
}

VOID RtlpCallContinueHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    RtlpCallVectored(&RtlpContinueHandlers, Record, Context);
}
