/* SPDX-License-Identifier: MIT */
#pragma once

#include "ob.h"

typedef struct _OBJECT_HEADER {
    ULONG PointerCount;
    POBJECT_TYPE Type;
} OBJECT_HEADER, *POBJECT_HEADER;

#define ObpHeader(Object) ((POBJECT_HEADER)(Object)-1)
