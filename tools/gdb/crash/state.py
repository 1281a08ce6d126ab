# SPDX-License-Identifier: MIT
"""What is known about a run that went wrong: its kind, where it stood, registers, the stack."""
import re

import gdb

import images
from launcher.events import statuses
from nt import machine, processes, read

REGISTERS = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip", "eflags", "cs", "ss", "ds", "es", "fs",
             "gs")
CONTEXT = {"eflags": "EFlags", **{n: f"Seg{n[0].upper()}s" for n in ("cs", "ss", "ds", "es", "fs", "gs")}}
FRAMES = 40


def attempt(function, default=None):
    """Its result; DEFAULT where memory or symbols are not there."""
    try:
        return function()
    except (gdb.error, gdb.GdbError, ValueError, UnicodeDecodeError, RuntimeError):
        return default


class State:
    """KIND: bugcheck, exception, reset or hang."""

    def __init__(self, facts):
        self.detail, self.rerun = facts["detail"], facts["rerun"]
        self.monitor = facts["registers"]
        self.places = [(int(at, 16), int(flags, 16)) for text in facts["places"]
                       for at, flags in re.findall(r"EIP=(\w+) EFL=(\w+)", text)]
        self.live = {n: int(gdb.parse_and_eval(f"${n}")) & 0xFFFFFFFF for n in REGISTERS}
        self.load_symbols()
        self.thread = attempt(processes.current_thread, 0)
        self.process = attempt(lambda: processes.process_of(self.thread), 0)
        self.program = attempt(lambda: read.text(read.struct("EPROCESS", self.process)["ImageName"]), "") or "the kernel"
        self.irql = attempt(lambda: int(read.struct("KPCR", machine.PCR)["Irql"]))
        self.code, self.parameters, self.record = 0, [], None
        self.registers, self.trapped = dict(self.live), False
        self.kind = {"crash": "exception"}.get(facts["why"], facts["why"])
        if facts["why"] == "crash" and read.word(int(gdb.parse_and_eval("&KiBugCheckData"))):
            self.kind = "bugcheck"
        {"bugcheck": self.read_bugcheck, "exception": self.read_exception}.get(self.kind, lambda: None)()
        self.eip = self.registers["eip"]
        self.ring = self.registers["cs"] & 3
        self.frames = self.walk()

    @staticmethod
    def load_symbols():
        """Of all the images that the running process has."""
        def load():
            images.follow(None)
            row = read.struct("EPROCESS", processes.find_process(None))
            space = processes.space_of(processes.find_process(None))
            ldr = int(read.struct("PEB", int(row["Peb"]), space)["Ldr"])
            for base, _, name in processes.modules_of(space, ldr):
                image = images.Image.known.get(name.split("\\")[-1].lower())
                if image:
                    image.load(base)
        attempt(load)

    def read_bugcheck(self):
        data = gdb.parse_and_eval("KiBugCheckData")
        self.code, *self.parameters = [int(data[i]) & 0xFFFFFFFF for i in range(5)]
        self.irql = int(gdb.parse_and_eval("KiBugCheckIrql"))
        frame = gdb.parse_and_eval("KiBugCheckFrame")
        if not int(frame):
            self.from_caller("KeBugCheckEx", "KeBugCheckTrap", "MiKasanCheck", "KiUndefined")
            return
        self.trapped = True
        row = frame.dereference()
        names = {**CONTEXT, "esp": "HardwareEsp", "ss": "HardwareSegSs"}
        for name in REGISTERS:
            field = names.get(name, name.capitalize())
            self.registers[name] = int(row[field]) & 0xFFFFFFFF
        if not self.registers["cs"] & 3 and not self.registers["eflags"] & 1 << 17:
            # A trap in ring 0 pushes neither.
            self.registers["esp"] = int(frame) + read.offset("KTRAP_FRAME", "HardwareEsp")
            self.registers["ss"] = self.live["ss"]
        for name in ("cs", "ss", "ds", "es", "fs", "gs"):
            self.registers[name] &= 0xFFFF  # what lies above is nobody's
        if self.code == 0x7F and self.parameters[0] == 8:  # a task of its own; the frame has no selectors
            self.registers.update({n: self.live[n] for n in ("cs", "ss", "ds", "es", "fs", "gs")}, esp=self.parameters[2])

    def from_caller(self, *names):
        """The frame that called one of these, on the live stack."""
        frame, found = gdb.newest_frame(), None
        while frame is not None:
            if frame.name() in names or (frame.name() or "").startswith(("__asan_", "__ubsan_")):
                found = frame.older()
            frame = attempt(frame.older)
        if found is not None:
            for name in ("eip", "esp", "ebp"):
                self.registers[name] = int(found.read_register(name)) & 0xFFFFFFFF

    def read_exception(self):
        row = gdb.parse_and_eval("PspUnhandledException")
        record = row["Record"]
        self.code = int(record["ExceptionCode"]) & 0xFFFFFFFF
        count = min(int(record["NumberParameters"]), 15)
        self.parameters = [int(record["ExceptionInformation"][i]) & 0xFFFFFFFF for i in range(count)]
        self.trapped = True
        for name in REGISTERS:
            self.registers[name] = int(row["Context"][CONTEXT.get(name, name.capitalize())]) & 0xFFFFFFFF

    def walk(self):
        """(pc, name, file, line, interrupted) of the frames from the place itself on."""
        frame, found = attempt(gdb.newest_frame), []
        while frame is not None and len(found) < 3 * FRAMES:
            place = frame.find_sal()
            found.append((frame.pc() & 0xFFFFFFFF, frame.name(), place.symtab.filename if place.symtab else None,
                          place.line, frame.type() == gdb.SIGTRAMP_FRAME))
            frame = attempt(frame.older)
        start = next((i for i, row in enumerate(found) if row[0] == self.eip), None)
        if start is None and self.registers != self.live:
            return self.walk_by_ebp()
        found = found[start or 0:][:FRAMES]
        lost = next((i for i, row in enumerate(found) if i and not row[1]), len(found))
        return found[:lost + 1]  # behind what has no name is guesswork

    def walk_by_ebp(self):
        """Where GDB's own walk does not come by the place: saved EBPs, from there."""
        rows, ebp, eip = [], self.registers["ebp"], self.eip
        while len(rows) < FRAMES:
            place = attempt(lambda: gdb.find_pc_line(eip))
            block = attempt(lambda: gdb.block_for_pc(eip))
            while block is not None and block.function is None:
                block = block.superblock
            rows.append((eip, block.function.name if block else None,
                         place.symtab.filename if place and place.symtab else None, place.line if place else 0, False))
            pair = attempt(lambda: (read.word(ebp), read.word(ebp + 4)))
            if not pair or pair[0] <= ebp or not pair[1]:
                return rows
            ebp, eip = pair
        return rows

    def status(self, value=None):
        value = self.code if value is None else value
        return statuses().get(value, f"{value:08X}")

    def name(self, address):
        return read.symbol(address, line=False)

    def present(self, address):
        """The page table entry of an address in the address space that ran; 0: nothing there."""
        found = re.search(r"CR3=(\w+)", self.monitor)
        return attempt(lambda: read.Space(int(found[1], 16)).entry(address)[1], 0)
