/* SPDX-License-Identifier: MIT */
/*
 * Vectored handlers (XP): asked before any frame's, whoever's code it was; and vectored continue
 * handlers (2003), told whenever execution is about to go on. nt-facts 4.9.
 */
#include "ntdll.h"
#include "rtl/list.h"
#include "rtl/rtl.h"

#define NODES_AT_ONCE (PAGE_SIZE / sizeof(RTLP_VECTORED))

typedef struct _RTLP_VECTORED {
    LIST_ENTRY Links; /* in one of the two lists; Flink alone: in the free list */
    PVECTORED_EXCEPTION_HANDLER Handler;
    ULONG References; /* 1 for being registered, 1 for each call in progress */
    BOOLEAN Removed;
} RTLP_VECTORED, *PRTLP_VECTORED;

static LIST_ENTRY RtlpHandlers = {&RtlpHandlers, &RtlpHandlers};
static LIST_ENTRY RtlpContinueHandlers = {&RtlpContinueHandlers, &RtlpContinueHandlers};
static PLIST_ENTRY RtlpFreeNodes;

/* There is no heap yet: nodes come from a page of their own, and are used again. */
static PRTLP_VECTORED RtlpNewNode(VOID)
{
    PRTLP_VECTORED Node;

    if (RtlpFreeNodes == NULL) {
        PVOID Page = NULL;
        ULONG Size = PAGE_SIZE;

        if (!NT_SUCCESS(NtAllocateVirtualMemory(NtCurrentProcess(), &Page, 0, &Size,
                                                MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE))) {
            return NULL;
        }
        for (ULONG i = 0; i < NODES_AT_ONCE; i++) {
            PRTLP_VECTORED Free = (PRTLP_VECTORED)Page + i;

            Free->Links.Flink = RtlpFreeNodes;
            RtlpFreeNodes = &Free->Links;
        }
    }
    Node = CONTAINING_RECORD(RtlpFreeNodes, RTLP_VECTORED, Links);
    RtlpFreeNodes = RtlpFreeNodes->Flink;
    return Node;
}

static VOID RtlpReleaseNode(PRTLP_VECTORED Node)
{
    if (--Node->References == 0) {
        RemoveEntryList(&Node->Links);
        Node->Links.Flink = RtlpFreeNodes;
        RtlpFreeNodes = &Node->Links;
    }
}

static PVOID RtlpAddVectored(PLIST_ENTRY List, ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)
{
    PRTLP_VECTORED Node = RtlpNewNode();

    if (Node == NULL) {
        return NULL;
    }
    Node->Handler = Handler;
    Node->References = 1;
    Node->Removed = FALSE;
    if (First != 0) {
        InsertHeadList(List, &Node->Links);
    } else {
        InsertTailList(List, &Node->Links);
    }
    return Node;
}

/* A handler may remove itself, or another that is being called: it leaves when it has returned. */
static ULONG RtlpRemoveVectored(PLIST_ENTRY List, PVOID Handle)
{
    for (PLIST_ENTRY Link = List->Flink; Link != List; Link = Link->Flink) {
        PRTLP_VECTORED Node = CONTAINING_RECORD(Link, RTLP_VECTORED, Links);

        if (Node == Handle && !Node->Removed) {
            Node->Removed = TRUE;
            RtlpReleaseNode(Node);
            return 1;
        }
    }
    return 0;
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

static BOOLEAN RtlpCallVectored(PLIST_ENTRY List, PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    EXCEPTION_POINTERS Pointers = {Record, Context};
    PLIST_ENTRY Link = List->Flink;

    while (Link != List) {
        PRTLP_VECTORED Node = CONTAINING_RECORD(Link, RTLP_VECTORED, Links);
        LONG Verdict = EXCEPTION_CONTINUE_SEARCH;

        Node->References++;
        if (!Node->Removed) {
            Verdict = Node->Handler(&Pointers);
        }
        Link = Link->Flink;
        RtlpReleaseNode(Node);
        if (Verdict == EXCEPTION_CONTINUE_EXECUTION) {
            return TRUE;
        }
    }
    return FALSE;
}

BOOLEAN RtlpCallVectoredHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    return RtlpCallVectored(&RtlpHandlers, Record, Context);
}

VOID RtlpCallContinueHandlers(PEXCEPTION_RECORD Record, PCONTEXT Context)
{
    RtlpCallVectored(&RtlpContinueHandlers, Record, Context);
}
