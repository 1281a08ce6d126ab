/* SPDX-License-Identifier: MIT */
/* Address descriptors: the ranges in use, in a list sorted by address. */
#include "mi.h"
#include "rtl/list.h"

#define MiVad(Entry) CONTAINING_RECORD(Entry, MMVAD, Links)

PMMVAD MiFindVad(ULONG Address)
{
    PLIST_ENTRY Head = &MiCurrentSpace()->VadList;

    for (PLIST_ENTRY Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        if (Address >= MiVad(Entry)->Start && Address <= MiVad(Entry)->End) {
            return MiVad(Entry);
        }
    }
    return NULL;
}

BOOLEAN MiIsRangeFree(ULONG Start, ULONG End)
{
    PLIST_ENTRY Head = &MiCurrentSpace()->VadList;

    for (PLIST_ENTRY Entry = Head->Flink; Entry != Head; Entry = Entry->Flink) {
        if (Start <= MiVad(Entry)->End && End >= MiVad(Entry)->Start) {
            return FALSE;
        }
    }
    return TRUE;
}

/* Gaps begin and end on 64 KB boundaries, whatever the ranges between them do. */
#define ROUND_UP(va) (((va) + MM_ALLOCATION_GRANULARITY - 1) & ~(MM_ALLOCATION_GRANULARITY - 1))

/* Highest: no byte of the range may lie above. */
NTSTATUS MiFindFreeRange(ULONG Size, BOOLEAN TopDown, ULONG Highest, PULONG Start)
{
    PLIST_ENTRY Head = &MiCurrentSpace()->VadList;
    ULONG Low = MM_LOWEST_USER_ADDRESS;
    BOOLEAN Found = FALSE;

    for (PLIST_ENTRY Entry = Head->Flink;; Entry = Entry->Flink) {
        ULONG High = Entry != Head ? MiVad(Entry)->Start : MM_HIGHEST_VAD_ADDRESS + 1;

        High = High > Highest ? Highest + 1 : High;

        if (High > Low && High - Low >= Size) {
            *Start = TopDown ? (High - Size) & ~(MM_ALLOCATION_GRANULARITY - 1) : Low;
            Found = Found || *Start >= Low;
            if (Found && !TopDown) {
                return STATUS_SUCCESS;
            }
        }
        if (Entry == Head) {
            return Found ? STATUS_SUCCESS : STATUS_NO_MEMORY;
        }
        Low = ROUND_UP(MiVad(Entry)->End + 1);
    }
}

NTSTATUS MiCreateVad(ULONG Start, ULONG End, MI_VAD_TYPE Type, ULONG Protection)
{
    PLIST_ENTRY Head = &MiCurrentSpace()->VadList;
    PLIST_ENTRY After = Head->Flink;
    PMMVAD Vad = ExAllocatePool(sizeof(*Vad));

    if (Vad == NULL) {
        return STATUS_NO_MEMORY;
    }
    Vad->Start = Start;
    Vad->End = End;
    Vad->Type = Type;
    Vad->Protection = Protection;
    while (After != Head && MiVad(After)->Start < Start) {
        After = After->Flink;
    }
    InsertTailList(After, &Vad->Links);
    return STATUS_SUCCESS;
}

VOID MiDeleteVad(PMMVAD Vad)
{
    RemoveEntryList(&Vad->Links);
    ExFreePool(Vad);
}
