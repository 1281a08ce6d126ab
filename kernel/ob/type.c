/* SPDX-License-Identifier: MIT */
/* The types there are, and what rights mean for each. */
#include "obp.h"
#include "rtl/rtl.h"

#define MAXIMUM_TYPES 16UL

static POBJECT_TYPE ObpTypes[MAXIMUM_TYPES];
static ULONG ObpTypeCount;

VOID ObRegisterType(POBJECT_TYPE Type)
{
    ObpTypes[ObpTypeCount++ % MAXIMUM_TYPES] = Type;
}

POBJECT_TYPE ObEnumerateTypes(ULONG Index)
{
    return Index < ObpTypeCount ? ObpTypes[Index] : NULL;
}

/* Nobody is refused anything for who he is: there are no security descriptors. */
ACCESS_MASK ObMapAccess(POBJECT_TYPE Type, ACCESS_MASK Access)
{
    Access |= Access & GENERIC_READ ? Type->Mapping.GenericRead : 0;
    Access |= Access & GENERIC_WRITE ? Type->Mapping.GenericWrite : 0;
    Access |= Access & GENERIC_EXECUTE ? Type->Mapping.GenericExecute : 0;
    Access |= Access & GENERIC_ALL ? Type->Mapping.GenericAll : 0;
    Access |= Access & MAXIMUM_ALLOWED ? Type->Mapping.GenericAll : 0;
    return Access & Type->ValidAccess;
}

/* The types themselves, to be found below \ObjectTypes. */
static OBJECT_TYPE ObpTypeType = {
    .Name = "Type",
    .Tag = POOL_TAG('O', 'b', 'j', 'T'),
    .Pool = NonPagedPool,
    .WaitOffset = OB_NO_WAIT,
};

NTSTATUS ObPublishTypes(VOID)
{
    NTSTATUS Status = STATUS_SUCCESS;

    ObRegisterType(&ObpTypeType);
    for (ULONG i = 0; NT_SUCCESS(Status) && i < ObpTypeCount; i++) {
        CHAR Path[64];
        POBJECT_TYPE *Object;

        Status = ObCreateObject(&ObpTypeType, sizeof(*Object), (PVOID *)&Object);
        if (NT_SUCCESS(Status)) {
            *Object = ObpTypes[i];
            sprintf(Path, "\\ObjectTypes\\%s", ObpTypes[i]->Name);
            Status = ObNameObject(Object, Path);
            ObDereferenceObject(Object);
        }
    }
    return Status;
}
