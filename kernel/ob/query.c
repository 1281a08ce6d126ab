/* SPDX-License-Identifier: MIT */
/* NtQueryObject, NtSetInformationObject. */
#include "nt/services.h"
#include "obp.h"
#include "rtl/rtl.h"

typedef struct _OBP_ANSWER {
    union {
        OBJECT_BASIC_INFORMATION Basic;
        OBJECT_TYPE_INFORMATION Type;
        OBJECT_HANDLE_FLAG_INFORMATION Flags;
        UNICODE_STRING Name;
    };
    WCHAR Text[2]; /* behind Name, or Type: as much as is allocated */
} OBP_ANSWER;

#define MAXIMUM_ANSWER 0xFFF0UL /* bytes: a UNICODE_STRING has no more */
#define TAG_QUERY POOL_TAG('O', 'b', 'Q', 'u')

/* Strings point into the caller's Buffer, where they will be. The size of the answer. */
static ULONG ObpAnswerName(const OB_HANDLE *Handle, OBP_ANSWER *Answer, PVOID Buffer, ULONG Room)
{
    PWSTR Text = (PWSTR)(&Answer->Name + 1);
    ULONG Bytes = ObQueryName(Handle->Object, Text, Room);
    POBJECT_TYPE Type = ObGetObjectType(Handle->Object);
    CHAR Own[128];

    if (Bytes == 0 && Type->QueryName != NULL) {
        Type->QueryName(Handle->Object, Own, sizeof(Own));
        Bytes = RtlpUtf8ToUnicode(Text, OBP_MAXIMUM_NAME, Own, (ULONG)strlen(Own));
    }
    Answer->Name = (UNICODE_STRING){0};
    if (Bytes == 0 || Bytes > Room) {
        return sizeof(Answer->Name);
    }
    Text[Bytes / sizeof(WCHAR)] = 0;
    Answer->Name = (UNICODE_STRING){(USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)),
                                    (PWSTR)((PUNICODE_STRING)Buffer + 1)};
    return sizeof(Answer->Name) + Bytes + sizeof(WCHAR);
}

static ULONG ObpAnswerType(const OB_HANDLE *Handle, OBP_ANSWER *Answer, PVOID Buffer)
{
    POBJECT_TYPE Type = ObGetObjectType(Handle->Object);
    PWSTR Text = (PWSTR)(&Answer->Type + 1);
    ULONG Bytes = RtlpUtf8ToUnicode(Text, 64, Type->Name, (ULONG)strlen(Type->Name));

    Text[Bytes / sizeof(WCHAR)] = 0;
    Answer->Type = (OBJECT_TYPE_INFORMATION){
        .TypeName = {(USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)),
                     (PWSTR)((OBJECT_TYPE_INFORMATION *)Buffer + 1)},
        .TotalNumberOfObjects = Type->Objects,
        .TotalNumberOfHandles = Type->Handles,
        .GenericMapping = Type->Mapping,
        .ValidAccessMask = Type->ValidAccess,
        .PoolType = Type->Pool,
    };
    return sizeof(Answer->Type) + Bytes + sizeof(WCHAR);
}

static ULONG ObpAnswerBasic(const OB_HANDLE *Handle, OBP_ANSWER *Answer)
{
    POBJECT_HEADER Header = ObpHeader(Handle->Object);

    Answer->Basic = (OBJECT_BASIC_INFORMATION){
        .Attributes = Handle->Attributes | (Header->Flags & OBP_PERMANENT ? OBJ_PERMANENT : 0),
        .GrantedAccess = Handle->Access,
        .HandleCount = (ULONG)Header->HandleCount,
        .PointerCount = (ULONG)Header->PointerCount - 1, /* ours does not count */
        .NameInfoSize =
            Header->Directory != NULL ? sizeof(UNICODE_STRING) + Header->Name.Length : 0,
        .TypeInfoSize = sizeof(OBJECT_TYPE_INFORMATION),
    };
    return sizeof(Answer->Basic);
}

static ULONG ObpAnswerQuery(const OB_HANDLE *Handle, ULONG Class, OBP_ANSWER *Answer, PVOID Buffer,
                            ULONG Room)
{
    switch (Class) {
    case ObjectBasicInformation:
        return ObpAnswerBasic(Handle, Answer);
    case ObjectNameInformation:
        return ObpAnswerName(Handle, Answer, Buffer, Room);
    case ObjectTypeInformation:
        return ObpAnswerType(Handle, Answer, Buffer);
    default:
        Answer->Flags = (OBJECT_HANDLE_FLAG_INFORMATION){
            (Handle->Attributes & OBJ_INHERIT) != 0, (Handle->Attributes & OBJ_PROTECT_CLOSE) != 0};
        return sizeof(Answer->Flags);
    }
}

/* A handle, or one of the two that stand for the caller itself. */
static NTSTATUS ObpReferenceAny(HANDLE Handle, OB_HANDLE *Found)
{
    if (Handle != NtCurrentProcess() && Handle != NtCurrentThread()) {
        return ObReferenceHandle(ObCurrentTable(), Handle, Found);
    }
    *Found = (OB_HANDLE){NULL, 0, 0};
    return ObReferenceObjectByHandle(Handle, 0, NULL, &Found->Object);
}

/*
 * ObjectBasicInformation, -Name-, -Type-, -HandleFlagInformation. ReturnLength may be NULL.
 * STATUS_INFO_LENGTH_MISMATCH: Buffer is too small, and *ReturnLength says how long it must be.
 */
NTSTATUS NTAPI NtQueryObject(HANDLE Handle, ULONG Class, PVOID Buffer, ULONG Length,
                             PULONG ReturnLength)
{
    OBP_ANSWER *Answer;
    OB_HANDLE Found;
    ULONG Needed, Room;
    NTSTATUS Status;

    if (Class > ObjectHandleFlagInformation || Class == ObjectTypeInformation + 1) {
        return STATUS_INVALID_INFO_CLASS;
    }
    Status = ObpReferenceAny(Handle, &Found);
    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    Room = Class == ObjectNameInformation ? ObQueryName(Found.Object, NULL, 0) : 0;
    Room = Room > MAXIMUM_ANSWER     ? MAXIMUM_ANSWER
           : Room > OBP_MAXIMUM_NAME ? Room
                                     : OBP_MAXIMUM_NAME;
    Answer = ExAllocatePoolWithTag(PagedPool, sizeof(*Answer) + Room, TAG_QUERY);
    if (Answer == NULL) {
        ObDereferenceObject(Found.Object);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Needed = ObpAnswerQuery(&Found, Class, Answer, Buffer, Room);
    ObDereferenceObject(Found.Object);
    Status = Needed > Length ? STATUS_INFO_LENGTH_MISMATCH : KeCopyToCaller(Buffer, Answer, Needed);
    ExFreePool(Answer);
    if (ReturnLength != NULL) {
        NTSTATUS Copied = KeCopyToCaller(ReturnLength, &Needed, sizeof(Needed));

        Status = NT_SUCCESS(Copied) ? Status : Copied;
    }
    return Status;
}

/* ObjectHandleFlagInformation: may the handle be inherited, may it be closed? */
NTSTATUS NTAPI NtSetInformationObject(HANDLE Handle, ULONG Class, PVOID Buffer, ULONG Length)
{
    OBJECT_HANDLE_FLAG_INFORMATION Flags;
    NTSTATUS Status;

    if (Class != ObjectHandleFlagInformation) {
        return STATUS_INVALID_INFO_CLASS;
    }
    if (Length != sizeof(Flags)) {
        return STATUS_INFO_LENGTH_MISMATCH;
    }
    Status = KeCopyFromCaller(&Flags, Buffer, sizeof(Flags));
    return NT_SUCCESS(Status)
               ? ObSetHandleAttributes(ObCurrentTable(), Handle,
                                       (Flags.Inherit ? OBJ_INHERIT : 0) |
                                           (Flags.ProtectFromClose ? OBJ_PROTECT_CLOSE : 0))
               : Status;
}
