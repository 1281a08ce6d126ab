# SPDX-License-Identifier: MIT
"""What waits its turn: APCs, timers, and who holds mutants."""
import gdb

from .processes import all_processes, find_process, kind_of, threads_of
from .read import entries, number, offset, struct, symbol
from .verb import verb


def interrupt_time():
    page = int(gdb.parse_and_eval("(unsigned)&KiSharedDataPage"))
    time = struct("KUSER_SHARED_DATA", page)["InterruptTime"]
    return int(time["High1Time"]) << 32 | int(time["LowPart"]) & 0xFFFFFFFF


@verb
def apc(process=None):
    """apc [PROCESS]: the APCs queued to threads; of all processes without a word."""
    owners = [find_process(process)] if process else all_processes()
    found = 0
    for owner in owners:
        for thread in threads_of(owner):
            state = thread + offset("ETHREAD", "Tcb.ApcState.ApcListHead")
            for mode, name in enumerate(("KernelMode", "UserMode")):
                for at in entries(state + 8 * mode, "KAPC", "ApcListEntry"):
                    row = struct("KAPC", at)
                    found += 1
                    print(f"Thread {thread:08x} ApcListHead[{name}] APC @ {at:08x}")
                    for label in ("KernelRoutine", "RundownRoutine", "NormalRoutine"):
                        value = int(row[label])
                        print(f"    {label:<14} {symbol(value) if value else '00000000'}")
    if not found:
        print("no APC is queued")


def timers():
    table = gdb.parse_and_eval("&KiTimerTable")
    start, places = int(table), table.dereference().type.sizeof // 8
    for index in range(places):
        for at in entries(start + 8 * index, "KTIMER", "TimerListEntry"):
            yield at


@verb
def timer():
    """timer: the timers that run, soonest first."""
    now = interrupt_time()
    rows = sorted((int(struct("KTIMER", at)["DueTime"]), at) for at in timers())
    print(f"Interrupt time {now:016x}, {len(rows)} timers")
    for due, at in rows:
        row = struct("KTIMER", at)
        dpc = int(row["Dpc"])
        routine = symbol(int(struct("KDPC", dpc)["DeferredRoutine"])) if dpc else ""
        print(f"  {at:08x} {kind_of(at)}  due in {(due - now) / 10000:.0f} ms  period {int(row['Period'])} ms  "
              f"{routine}".rstrip())


@verb
def locks(process=None):
    """locks [PROCESS]: mutants with their owners and who waits for them; of all processes without a word."""
    owners = [find_process(process)] if process else all_processes()
    found = 0
    for owner in owners:
        for thread in threads_of(owner):
            head = thread + offset("ETHREAD", "Tcb.MutantListHead")
            for at in entries(head, "KMUTANT", "MutantListEntry"):
                found += 1
                waiters = at + offset("KMUTANT", "Header.WaitListHead")
                names = [f"{int(struct('KWAIT_BLOCK', b)['Thread']):08x}"
                         for b in entries(waiters, "KWAIT_BLOCK", "WaitListEntry")]
                depth = 1 - number(f"(int){int(struct('KMUTANT', at)['Header']['SignalState'])}")
                print(f"Mutant {at:08x}  owner THREAD {thread:08x}  acquired {depth & 0xFFFFFFFF} time(s)"
                      f"{'  waiting: ' + ', '.join(names) if names else ''}")
    if not found:
        print("no mutant is held")
