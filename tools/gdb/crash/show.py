# SPDX-License-Identifier: MIT
"""The report: what, where, why, registers, stack, source, the last events, how to see it again."""
import os
import re
import shlex

import gdb

import images
from launcher import trace
from launcher.machine import ROOT
from nt import journey, processes

from . import causes
from .state import attempt

EVENTS = 12
AROUND = 2  # source lines, each side
BREAKS = {"bugcheck": "KeBugCheckTrap", "exception": "PsReportUnhandledException"}


def bugcheck_name(code):
    text = (ROOT / "kernel/include/nt/bugcodes.def").read_text()
    found = re.search(rf"BUGCODE\(0x{code:08X}, (\w+)\)", text)
    return found[1] if found else ""


def what(state):
    who = f"{state.program}, ring {state.ring}" + (f", IRQL {state.irql}" if state.irql else "")
    if state.kind == "bugcheck":
        words = ", ".join(f"{p:08X}" for p in state.parameters)
        return f"bugcheck {state.code:X} {bugcheck_name(state.code)} ({words}); {who}"
    if state.kind == "exception":
        return f"unhandled exception {state.code:08X} {state.status()}; {who}"
    if state.kind == "reset":
        return f"triple fault: the processor could not even deliver a fault, and the machine was reset; {who}"
    return f"hang: {state.detail}; {who}"


def short(path):
    if path is None:
        return ""
    return os.path.relpath(path, ROOT) if os.path.isabs(path) else path


def place(row):
    _, _, path, line, _ = row
    return f"{short(path)}:{line}" if path and line else ""


def show_registers(state):
    r = state.registers
    print("registers: " + " ".join(f"{n}={r[n]:08x}" for n in ("eax", "ebx", "ecx", "edx", "esi", "edi")))
    print("           " + " ".join(f"{n}={r[n]:08x}" for n in ("eip", "esp", "ebp")) + f" efl={r['eflags']:08x}")
    extra = re.findall(r"(CR[023])=(\w+)", state.monitor)
    print("           " + " ".join(f"{n}={r[n]:04x}" for n in ("cs", "ss", "ds", "es", "fs", "gs")) + "  " +
          " ".join(f"{n.lower()}={v}" for n, v in extra))


def show_stack(state):
    print("stack:")
    same = 0
    for before, row in zip([None, *state.frames], state.frames):
        if before and row[:4] == before[:4]:
            same += 1
            continue
        show_same(same)
        same = 0
        mark = "  (the processor came in here)" if row[4] else ""
        print(f"  {row[0]:08x} {row[1] or state.name(row[0]):<32} {place(row)}{mark}".rstrip())
    show_same(same)


def show_same(count):
    if count:
        print(f"  {'':8} ({count} more of the same)")


def show_source(state):
    row = next((r for r in state.frames if r[0] == state.eip), None)
    if not row or not row[2] or not row[3]:
        return
    path = row[2] if os.path.isabs(row[2]) else os.path.join(ROOT, row[2])
    if not os.path.isfile(path):
        return
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    print(f"source: {place(row)}")
    for number in range(max(1, row[3] - AROUND), min(len(lines), row[3] + AROUND) + 1):
        print(f"  {number:>4}{'>' if number == row[3] else ' '} {lines[number - 1]}")


def show_events():
    files = [image.path for image in images.Image.known.values()]
    told = attempt(lambda: journey.events_of(files))
    if told is None or not told.events:
        return
    rows = list(told.wanted(set(trace.GROUPS), None))[-EVENTS:]
    print(f"the last events ({len(rows)} of {len(told.events) + told.lost}):")
    for event in rows:
        print(f"  {journey.line(told, event)}")


def show_threads(state):
    """Of a machine that does nothing: who waits for what."""
    if state.kind != "hang":
        return
    print("threads:")
    for process in attempt(processes.all_processes, []):
        for thread in attempt(lambda p=process: processes.threads_of(p), []):
            attempt(lambda t=thread: processes.show_thread(t, False))


def show_rerun(state):
    if not state.rerun:
        return
    idle = state.kind == "hang" and state.name(state.eip).startswith("KeIdleLoop")
    stop = BREAKS.get(state.kind, f"*{state.eip:#010x}")
    first = [] if idle else ["--gdb", f"break {stop}"]
    words = [*state.rerun[:2], *first, "--gdb", "continue", *state.rerun[2:]]
    print(f"again:     {shlex.join(words)}" + ("   (then Ctrl+C, when it does nothing)" if idle else ""))
    print("           (there the program's input is empty)")


def report(state):
    print("--- crash report")
    print(f"what:      {what(state)}")
    first = next((r for r in state.frames if r[0] == state.eip), None)
    name = state.name(state.eip)
    if name == f"{state.eip:08x}" and not (first and first[1]):
        name = "(no code that is known)"
    if first and first[1] and not name.startswith(first[1]):
        name = first[1]  # a call at a function's end returns behind it
    print(f"where:     {state.eip:08x} {name} {place(first) if first else ''}".rstrip())
    print(f"cause:     {causes.likely(state)}")
    show_registers(state)
    show_stack(state)
    show_source(state)
    show_threads(state)
    show_events()
    show_rerun(state)
    print("--- end of the report")
