# SPDX-License-Identifier: MIT
"""`mica trace`: runs a program and prints its journey: who, in which ring, what, where."""
import json
import os
import tempfile

from . import events, machine, page, session
from .symbols import Symbols

GROUPS = ["trap", "service", "exception", "handler", "unwind", "callback", "apc", "switch", "fault",
          "image", "process"]
QUIET = {"KiInterruptHandler"}  # the clock: only when asked for with --kind interrupt


class Journey:
    """The events with names for their numbers."""

    def __init__(self, memory, files):
        self.memory = memory
        self.events, self.lost = events.read(self.memory)
        self.services, self.statuses = events.services(), events.statuses()
        self.symbols = Symbols()
        self.files = {os.path.basename(f).lower(): f for f in files}
        self.threads = {}
        self.resolve()

    def resolve(self):
        addresses = set()
        for event in self.events:
            if event.kind == "Image":
                file = self.files.get(self.memory.text(event.arguments[0]).lower())
                if file:
                    self.symbols.add(file, event.arguments[1])
            if event.kind == "ThreadStart":
                process, identity, thread, _ = event.arguments
                self.threads[thread] = f"{process:x}.{identity:x}"
            addresses |= {a for a, n in zip(event.arguments, event.names) if n.startswith("code")}
        self.symbols.resolve(addresses)

    def status(self, value):
        return self.statuses.get(value, f"{value:08X}")

    def value(self, event, name, number):
        """An argument as people read it."""
        if name.startswith("code"):
            return self.symbols.name(number)
        if name == "status":
            return self.status(number)
        if name == "name":
            return self.memory.text(number)
        if name == "thread":
            return self.threads.get(number, f"{number:08X}")
        if name == "disposition":
            return events.DISPOSITIONS[number] if number < 4 else str(number)
        if event.kind == "Switch" and name == "state":
            return events.STATES[number] if number < 6 else str(number)
        return f"{number:X}"

    def describe(self, event):
        """What happened, in a line."""
        if event.kind == "ServiceIn":
            name, count = self.services.get(event.arguments[0], (f"service {event.arguments[0]:X}", 0))
            shown = [f"{a:X}" for a in event.arguments[1:1 + min(count, 3)]] + ["..."] * (count > 3)
            return f"{name}({', '.join(shown)})"
        if event.kind == "ServiceOut":
            name = self.services.get(event.arguments[0], (f"service {event.arguments[0]:X}",))[0]
            return f"{name} = {self.status(event.arguments[1])}"
        parts = []
        for name, number in zip(event.names, event.arguments):
            if name:
                label = name.split()[-1] if name.startswith("code") else name
                parts.append(f"{label} {self.value(event, name, number)}")
        return f"{event.kind}: {', '.join(parts)}"

    def wanted(self, kinds, thread):
        """Events of these groups; the clock's interrupts only as kind interrupt."""
        skip = set()  # threads whose next TrapOut is an interrupt's
        for event in self.events:
            interrupt = event.kind == "TrapIn" and \
                self.symbols.name(event.arguments[0]).split(" ")[0] in QUIET
            if interrupt:
                skip.add(event.thread)
            elif event.kind == "TrapOut" and event.thread in skip:
                skip.discard(event.thread)
                interrupt = True
            group = "interrupt" if interrupt else event.group
            if group in kinds and (thread is None or self.threads.get(event.thread, "").endswith(f".{thread:x}")):
                yield event

    def rows(self, kinds, thread):
        """What --json writes."""
        for event in self.wanted(kinds, thread):
            yield {"index": event.index, "time": event.time,
                   "thread": self.threads.get(event.thread, "idle"), "ring": event.ring, "kind": event.kind,
                   "group": event.group, "text": self.describe(event),
                   "arguments": {n: self.value(event, n, a) for n, a in zip(event.names, event.arguments) if n},
                   "data": [{"kind": kind, "words": words} for kind, words in event.data]}


def trace(command, options, files):
    """The program's status; its journey on standard error, or where --json says."""
    try:
        output = open(options.output, "w", encoding="utf-8") if options.output else None
    except OSError as error:
        raise machine.HostError(f"--output {options.output}: {error.strerror}") from None
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.NamedTemporaryFile(prefix="mica-memory-", dir=folder) as memory:
        status = session.run(machine.with_memory(command, memory.name), options.timeout)
        if status in (session.NOT_STARTED, session.HOST_FAILED):
            return status
        journey = Journey(events.Memory(memory.name), files)
    kinds = set(options.kind or GROUPS)
    if options.html:
        try:
            page.write(options.html, journey, journey.wanted(kinds, options.thread),
                       f"the journey of {' '.join(options.command)}")
        except OSError as error:
            raise machine.HostError(f"--html {options.html}: {error.strerror}") from None
        return status
    with output or os.fdopen(os.dup(2), "w") as output:
        if options.json:
            json.dump(list(journey.rows(kinds, options.thread)), output, indent=1)
            output.write("\n")
            return status
        if journey.lost:
            print(f"({journey.lost} earlier events are lost: --events takes more)", file=output)
        start = journey.events[0].time if journey.events else 0
        for event in journey.wanted(kinds, options.thread):
            who = journey.threads.get(event.thread, "idle")
            print(f"{event.time - start:>10} {who:>8} r{event.ring}  {event.group:<9} {journey.describe(event)}",
                  file=output)
    return status
