/* SPDX-License-Identifier: MIT */
/*
 * A process is killed while it waits, and while it owns something that others want: its handles are
 * closed, its pages freed, whoever waits for it is woken, and its mutant comes to the next owner
 * with the word that it was abandoned.
 */
#include "mica.h"

static OBJECT_ATTRIBUTES Named(PUNICODE_STRING Name, PCWSTR Text)
{
    OBJECT_ATTRIBUTES Attributes;

    RtlInitUnicodeString(Name, Text);
    InitializeObjectAttributes(&Attributes, Name, 0, NULL, NULL);
    return Attributes;
}

/* Takes the mutant, says so, and waits for ever. */
static int Victim(VOID)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes = Named(&Name, u"\\BaseNamedObjects\\KillingMutant");
    HANDLE Mutant, Ready;

    NtOpenMutant(&Mutant, MUTANT_ALL_ACCESS, &Attributes);
    Attributes = Named(&Name, u"\\BaseNamedObjects\\KillingReady");
    NtOpenEvent(&Ready, EVENT_ALL_ACCESS, &Attributes);
    WaitFor(Mutant, -1);
    Print("  victim: I have the mutant, and wait for ever\n");
    NtSetEvent(Ready, NULL);
    WaitFor(MakeEvent(NotificationEvent), -1);
    Print("  victim: this is never said\n");
    return 0;
}

int main(int argc, char **argv)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes = Named(&Name, u"\\BaseNamedObjects\\KillingMutant");
    HANDLE Mutant, Ready, Process;

    if (argc > 1 && strcmp(argv[1], "victim") == 0) {
        return Victim();
    }
    NtCreateMutant(&Mutant, MUTANT_ALL_ACCESS, &Attributes, FALSE);
    Attributes = Named(&Name, u"\\BaseNamedObjects\\KillingReady");
    NtCreateEvent(&Ready, EVENT_ALL_ACCESS, &Attributes, SynchronizationEvent, FALSE);
    Process = StartSelf("victim");
    WaitFor(Ready, -1);
    Print("can we have the mutant? %s\n", StatusName(WaitFor(Mutant, 20)));
    Print("has it ended? %s\n", StatusName(WaitFor(Process, 20)));
    Print("kill it: %s\n", StatusName(NtTerminateProcess(Process, STATUS_CONTROL_C_EXIT)));
    Print("and the mutant? %s\n", StatusName(WaitFor(Mutant, -1)));
    Print("kill it again: %s\n", StatusName(NtTerminateProcess(Process, STATUS_SUCCESS)));
    Print("it ended with %s\n", StatusName(JoinProcess(Process)));
    return 0;
}
