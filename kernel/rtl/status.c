/* SPDX-License-Identifier: MIT */
/* Status codes by name, for reports. */
#include "nt/ntstatus.h"

static const struct {
    NTSTATUS Value;
    PCSTR Name;
} RtlpStatusNames[] = {
#define STATUS(value, name) {(NTSTATUS)(value), "STATUS_" #name},
#include "nt/ntstatus.def"
#undef STATUS
};

PCSTR RtlpStatusName(NTSTATUS Status)
{
    for (ULONG i = 0; i < ARRAYSIZE(RtlpStatusNames); i++) {
        if (RtlpStatusNames[i].Value == Status) {
            return RtlpStatusNames[i].Name;
        }
    }
    return NULL;
}
