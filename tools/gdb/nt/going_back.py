# SPDX-License-Identifier: MIT
"""Backwards through a recording (`mica replay`). QEMU 7.2's own ways back (reverse-stepi, loadvm) now and then never
return; so we begin the replay anew, in another QEMU, and go forward to a count of instructions. Each attempt has a
limit."""
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time

import gdb

from launcher import events, session

from . import journey, read
from .read import symbol
from .verb import verb

SLOWEST = 2e6  # instructions a second
LONGEST = 30  # seconds to an event
ATTEMPTS = 3
MANY = 30  # writes that are stopped at one by one
FIRST_WINDOW = 20000  # instructions that are searched for a write, then eight times as many


def limited(command, seconds):
    """What a GDB command says; None: it was interrupted after so long."""
    late = threading.Event()

    def interrupt():
        late.set()
        os.kill(os.getpid(), signal.SIGINT)
    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        said = gdb.execute(command, to_string=True)
    except KeyboardInterrupt:
        return None
    finally:
        timer.cancel()
    return None if late.is_set() else said


def position():
    """How many instructions have been executed."""
    try:
        found = re.search(r"instruction count = (\d+)", gdb.execute("monitor info replay", to_string=True))
    except gdb.error:
        found = None
    if not found:
        raise gdb.GdbError("the machine cannot go back: `tools/mica record`, then `tools/mica replay`")
    return int(found[1])


def allowance(count):
    return 10 + count / SLOWEST


class OwnBreakpointsOff:
    """Nothing of the user's stops the machine on the way."""

    def __enter__(self):
        self.points = [p for p in gdb.breakpoints() if p.is_valid() and p.enabled]
        for point in self.points:
            point.enabled = False

    def __exit__(self, *_):
        for point in self.points:
            if point.is_valid():
                point.enabled = True


class Machine:
    """The QEMU that replays; the first is the launcher's."""

    folder, running, count = None, None, 0

    @classmethod
    def start(cls, command):
        cls.folder = cls.folder or tempfile.TemporaryDirectory(prefix="mica-replay-")
        cls.count += 1
        path = os.path.join(cls.folder.name, f"gdb{cls.count}")
        cls.running = subprocess.Popen([*command, "-S", "-gdb", f"unix:{path},server=on,wait=off"],
                                       stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                                       preexec_fn=session.die_with_parent)
        threading.Thread(target=session.relay, args=(cls.running.stderr, bytearray()), daemon=True).start()
        cls.running.stdin.write(session.DLE + session.EOT)
        cls.running.stdin.flush()
        for _ in range(200):
            if os.path.exists(path):
                return path
            if cls.running.poll() is not None:
                return None  # the one before still has the disk
            time.sleep(0.02)
        return None


def start_again():
    """At the first instruction of the same replay."""
    position()
    try:
        gdb.execute("kill", to_string=True)
    except gdb.error:
        pass  # it was faster gone than it could answer
    if Machine.running:
        Machine.running.wait()
    for _ in range(20):
        path = Machine.start(json.loads(os.environ["MICA_REPLAY"]))
        if path:
            gdb.execute(f"target remote {path}", to_string=True)
            return
        time.sleep(0.1)
    raise gdb.GdbError("the replay does not begin anew: is another one running?")


def go_to(count):
    """To the instruction with that number."""
    with OwnBreakpointsOff():
        for _ in range(ATTEMPTS):
            start_again()
            gdb.execute(f"monitor replay_break {count}", to_string=True)
            if limited("continue", allowance(count)) is not None and position() == count:
                return
    raise gdb.GdbError(f"the machine had not come to instruction {count} in {ATTEMPTS} attempts")


def here():
    address = int(gdb.parse_and_eval("$pc")) & 0xFFFFFFFF
    print(f"at {address:08x} {symbol(address)}")


@verb
def back(count="1"):
    """back [COUNT]: that many instructions back, in a replay."""
    steps, now = read.evaluate(count), position()
    if not 0 < steps < now:
        raise gdb.GdbError(f"{count}: not a number of instructions from 1 to {now - 1}")
    go_to(now - steps)
    here()


def scan(point, start, end):
    """From one position to another, up to MANY writes: (the position behind the last one met, were those all?)."""
    last, count = None, 0
    go_to(start)
    with OwnBreakpointsOff():
        gdb.execute(f"monitor replay_break {end}", to_string=True)
        watched = gdb.Breakpoint(point, gdb.BP_WATCHPOINT, gdb.WP_WRITE, internal=True)
        watched.silent = True
        try:
            while count < MANY and limited("continue", allowance(end - start)) is not None and position() < end:
                last, count = position(), count + 1
        finally:
            watched.delete()
    return last, count < MANY


def last_write(point, start, end):
    """The position behind the last write between the two; None: there was none. Where there are many, the later half
    is looked at first."""
    last, whole = scan(point, start, end)
    if whole or end - last < 2:
        return last
    middle = (last + end) // 2
    return last_write(point, middle, end) or last_write(point, last, middle) or last


@verb
def writer(what):
    """writer EXPRESSION: back to the instruction that wrote it last, in a replay."""
    value = gdb.parse_and_eval(what)
    if value.address is None:
        raise gdb.GdbError(f"{what}: has no address")
    size = {1: "char", 2: "short"}.get(value.type.sizeof, "int")
    point = f"*(unsigned {size} *){int(value.address):#x}"
    now, window, last = position(), FIRST_WINDOW, None
    end = now
    while last is None and end > 0:
        start = max(0, now - window)
        last = last_write(point, start, end)
        end, window = start, 8 * window
    if last is None:
        go_to(now)
        raise gdb.GdbError(f"{what}: nothing had written it")
    go_to(last)
    here()


def total(count):
    """How many events the recording has; `mica replay` says so. COUNT: so far."""
    told = gdb.convenience_variable("mica_events")
    return count if told is None else int(told)


@verb
def goto(event):
    """goto EVENT: to the instruction that noted an event (`nt journey` has the numbers), in a replay."""
    wanted, (room, base, count) = read.evaluate(event), journey.log()
    now, last = position(), total(count)
    if not room or not max(0, last - room) <= wanted < last:
        raise gdb.GdbError(f"{event}: no event of the log, which has {max(0, last - room)} to {last - 1}")
    slot = read.PHYSICAL + base + wanted % room * events.RECORD.size
    with OwnBreakpointsOff():
        if wanted < count:
            start_again()
        watched = gdb.Breakpoint(f"*(unsigned int *){slot:#x}", gdb.BP_WATCHPOINT, gdb.WP_WRITE, internal=True)
        watched.silent = True
        try:
            while True:
                if limited("continue", LONGEST) is None:
                    raise gdb.GdbError(f"{event}: the machine had not come by it after {LONGEST} s")
                if journey.log()[2] in (wanted, wanted + 1):
                    break
        finally:
            watched.delete()
    print(f"event {wanted}: {gdb.newest_frame().read_var('Kind')}")
    here()
