# SPDX-License-Identifier: MIT
"""The event log, read out of the machine's memory when all is over. kernel/include/nt/events.h."""
import dataclasses
import functools
import re
import struct
import subprocess

from . import machine

NT = machine.ROOT / "kernel" / "include" / "nt"
PHYSICAL = 0x80000000  # the kernel sees physical memory from here
RECORD = struct.Struct("<QBBHI4I")
DISPOSITIONS = ["ContinueExecution", "ContinueSearch", "NestedException", "CollidedUnwind"]
STATES = ["Initialized", "Ready", "Running", "Standby", "Terminated", "Waiting"]


def kinds():
    """number: (name, group, names of the arguments)."""
    rows = re.findall(r'^EVENT\((\d+), (\w+), (\w+), "(.*?)", "(.*?)", "(.*?)", "(.*?)"\)',
                      (NT / "events.def").read_text(), re.MULTILINE)
    return {int(n): (name, group, arguments) for n, name, group, *arguments in rows}


@functools.cache
def statuses():
    """number: name, as nt/ntstatus.def has them; GDB's side asks here too."""
    rows = re.findall(r"^(\w+)\((0x[0-9A-Fa-f]+),\s*(\w+)\)", (NT / "ntstatus.def").read_text(), re.MULTILINE)
    return {int(value, 16): f"STATUS_{name}" if kind == "STATUS" else name for kind, value, name in rows}


def services():
    """number: (name, how many arguments)."""
    rows = re.findall(r"^SERVICE\((0x\w+), (\w+), (\d+)\)", (NT / "services.def").read_text(), re.MULTILINE)
    return {int(n, 16): (f"Nt{name}", int(size) // 4) for n, name, size in rows}


@dataclasses.dataclass
class Event:
    """One record, its words as in the log."""

    index: int
    time: int
    kind: str
    group: str
    ring: int
    thread: int
    arguments: list
    names: list  # of the arguments
    data: list = dataclasses.field(default_factory=list)  # registers and stack that belong to it

    def argument(self, name):
        return self.arguments[self.names.index(name)]


class Memory:
    """The machine's memory, a file."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()

    def words(self, address, count):
        at = address - PHYSICAL if address >= PHYSICAL else address
        return struct.unpack_from(f"<{count}I", self.bytes, at)

    def record(self, at):
        """The bytes of one record, at a physical address."""
        return self.bytes[at:at + RECORD.size]

    def text(self, address):
        """A C string of the kernel's."""
        at = address - PHYSICAL
        if not 0 <= at < len(self.bytes):
            return f"{address:08X}"
        return self.bytes[at:self.bytes.index(b"\0", at)].decode(errors="replace")


def symbol(name):
    """The address of a symbol of the kernel's."""
    out = subprocess.run(["nm", machine.KERNEL], stdout=subprocess.PIPE, text=True, check=False).stdout
    found = re.search(rf"^(\w+) \w {name}$", out, re.MULTILINE)
    if not found:
        raise machine.HostError(f"{machine.KERNEL} has no {name}: run make")
    return int(found[1], 16)


def read(memory):
    """(events, how many were lost). Registers and stack are put to the event they follow."""
    room, base, count = memory.words(symbol("KeEventLog"), 3)
    known, found = kinds(), []
    for index in range(max(0, count - room), count):
        time, kind, ring, _, thread, *arguments = RECORD.unpack(memory.record(base + index % room * RECORD.size))
        name, group, names = known.get(kind, (f"Kind{kind}", "unknown", ["a", "b", "c", "d"]))
        if group == "data" and found and found[-1].thread == thread:
            found[-1].data.append((name, arguments))
            continue
        found.append(Event(index, time, name, group, ring, thread, arguments, names))
    return found, max(0, count - room)
