# SPDX-License-Identifier: MIT
"""A run looked at while it lasts, over QEMU's control line (QMP): crashes and hangs are kept as a core."""
import json
import os
import select
import socket
import sys
import tempfile
import threading
import time

from . import events, machine

PATIENCE = 15  # seconds for one command
REPORT = 40  # and for a report, whose GDB has 30
STUCK = 6  # seconds without a tick of the clock
LOOKS = 8  # places noted of what loops
CRASHES = 1  # of programs that are reported, in one run


class Gone(Exception):
    """QEMU has ended."""


class Watch:
    """CLOCK: whether a clock that stands still is a hang (under --kd it waits for a person)."""

    def __init__(self, report, clock=True):
        self.folder = tempfile.TemporaryDirectory(prefix="mica-watch-")
        self.path = os.path.join(self.folder.name, "qmp")
        self.report, self.clock = report, clock
        self.crashes = 0
        self.busy = False  # the machine stands still, for a report
        self.hung = False  # it was ended because its clock stood still
        self.late, self.looked = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def arguments(self):
        """What QEMU is told besides."""
        return ["-action", "panic=pause,shutdown=pause", "-qmp", f"unix:{self.path},server=on,wait=off"]

    def start(self):
        self.thread.start()

    def time_limit(self):
        """The run has lasted too long: it is looked at, before it is ended."""
        self.late.set()
        self.looked.wait(REPORT)

    def finish(self):
        """The run has ended; reports that are being made are waited for."""
        self.thread.join(REPORT)
        self.folder.cleanup()

    def run(self):
        try:
            with socket.socket(socket.AF_UNIX) as self.socket:
                self.connect()
                self.watch()
        except (Gone, OSError):
            pass
        except machine.HostError as error:
            print(f"mica: no crash report: {error}", file=sys.stderr, flush=True)
        finally:
            self.looked.set()

    def connect(self):
        for _ in range(200):
            try:
                self.socket.connect(self.path)
                break
            except OSError:
                time.sleep(0.02)
        self.socket.settimeout(PATIENCE)
        self.stream = self.socket.makefile("rwb")
        self.events = []
        self.line()
        self.command("qmp_capabilities")

    def line(self):
        line = self.stream.readline()
        if not line:
            raise Gone
        return json.loads(line)

    def command(self, name, **arguments):
        self.stream.write(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
        self.stream.flush()
        while True:
            answer = self.line()
            if "event" in answer:
                self.events.append(answer)
            elif "return" in answer:
                return answer["return"]
            elif "error" in answer:
                raise machine.HostError(f"QEMU, {name}: {answer['error'].get('desc')}")

    def monitor(self, line):
        return self.command("human-monitor-command", **{"command-line": line})

    def watch(self):
        ticks, since = None, time.monotonic()
        address = events.symbol("HalpTicks") if self.clock else 0
        while True:
            while self.events:
                self.event(self.events.pop(0))
            if self.late.is_set():
                self.keep("hang", "the time limit")
                return
            if not select.select([self.socket], [], [], 0.2)[0]:
                now = self.ticks(address) if self.clock else 0
                if now != ticks or not now:
                    ticks, since = now, time.monotonic()
                elif time.monotonic() - since > STUCK:
                    self.keep("hang", f"the clock has stood still for {STUCK} s")
                    self.hung = True
                    self.command("quit")
                continue
            answer = self.line()
            if "event" in answer:
                self.events.append(answer)

    def ticks(self, address):
        said = self.monitor(f"xp /1wx {address & 0x7FFFFFFF:#x}")
        return int(said.split(":")[1], 16) if ":" in said else 0

    def event(self, event):
        name, data = event["event"], event.get("data", {})
        if name == "GUEST_PANICKED" and self.crashes < CRASHES:
            self.crashes += 1
            self.keep("crash", None, ends=False)
            self.command("cont")
        elif name == "GUEST_PANICKED":
            self.command("cont")
        elif name == "SHUTDOWN":
            if data.get("reason") == "guest-reset":
                self.keep("reset", None)
            self.command("quit")

    def keep(self, why, detail, ends=True):
        """Stops the machine, keeps its registers and a core, and has that reported."""
        self.busy = True
        try:
            self.look(why, detail)
        finally:
            self.busy = False
        if ends:
            self.looked.set()

    def look(self, why, detail):
        places = []
        for _ in range(LOOKS if why == "hang" else 0):
            self.command("stop")
            places.append(self.monitor("info registers"))
            self.command("cont")
            time.sleep(0.02)
        self.command("stop")
        registers = self.monitor("info registers")
        core = os.path.join(self.folder.name, "core")
        if os.path.exists(core):
            os.unlink(core)
        self.command("dump-guest-memory", paging=True, protocol=f"file:{core}")
        self.report(core, {"why": why, "detail": detail, "registers": registers, "places": places})
