# SPDX-License-Identifier: MIT
"""The event log, out of the machine as it stands (in a core too)."""
import gdb

from launcher import events, trace

import images

from . import processes, read
from .verb import verb


class GuestMemory:
    """What launcher/events.py asks of a machine's memory."""

    @staticmethod
    def words(address, count):
        return [read.word(address + 4 * i) for i in range(count)]

    @staticmethod
    def record(at):
        return read.raw(events.PHYSICAL + at, events.RECORD.size)

    @staticmethod
    def text(address):
        return read.text(gdb.Value(address))


def log():
    """(room, physical address of the first record, how many have been noted)."""
    where = gdb.parse_and_eval("KeEventLog")
    return tuple(int(where[name]) for name in ("Records", "Base", "Count"))


def events_of(files):
    """The journey so far, with the symbols of these files."""
    told = trace.Journey(GuestMemory(), files)
    for process in processes.all_processes():  # of those, the log may have lost the beginning
        for thread in processes.threads_of(process):
            cid = read.struct("ETHREAD", thread)["Cid"]
            told.threads.setdefault(thread, f"{int(cid['UniqueProcess']):x}.{int(cid['UniqueThread']):x}")
    for image in images.Image.known.values():
        if image.base is not None:
            told.symbols.add(image.path, image.base)
    told.resolve()
    return told


def line(journey, event):
    return (f"{journey.threads.get(event.thread, 'idle'):>8} r{event.ring}  {event.group:<9} "
            f"{journey.describe(event)}")


@verb
def journey(count="20"):
    """journey [COUNT]: the last events of the log, with their numbers, for `nt goto`."""
    if not log()[0]:
        raise gdb.GdbError("no event log is kept: `mica trace`, `mica run` and `mica record` keep one")
    told = events_of([image.path for image in images.Image.known.values()])
    for event in list(told.wanted(set(trace.GROUPS), None))[-read.evaluate(count):]:
        print(f"{event.index:>7} {line(told, event)}")
