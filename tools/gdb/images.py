# SPDX-License-Identifier: MIT
"""Symbols of ntdll, DLLs and programs, at the addresses they are loaded at, of the process that runs."""
import glob
import os

import gdb

from launcher import symbols
from nt import processes, read


class Image:
    """A file whose symbols may be loaded, and where they are."""

    known = {}

    def __init__(self, path):
        self.path, self.name, self.base = path, os.path.basename(path), None
        Image.known[self.name.lower()] = self

    def __getattr__(self, name):
        """What the file says is read when it is first asked for: there may be many."""
        self.preferred, rows = symbols.sections(self.path)
        self.sections = {name: at - self.preferred for name, at, _ in rows}
        self.size = max((at + size - self.preferred for _, at, size in rows), default=0)
        return self.__dict__[name]

    def unload(self):
        gdb.execute(f"remove-symbol-file -a {self.base + self.sections['.text']:#x}", to_string=True)
        self.base = None

    def load(self, base):
        """Whatever lies there of another program goes."""
        if base == self.base or ".text" not in self.sections:
            return
        for other in Image.known.values():
            if other.base is not None and (other is self or other.base < base + self.size and
                                           base < other.base + other.size):
                other.unload()
        # Section by section: a negative offset (-o) is silently wrong in GDB 13.
        places = " ".join(f"-s {name} {base + rva:#x}" for name, rva in self.sections.items())
        gdb.execute(f"add-symbol-file {self.path} {places}", to_string=True)
        self.base = base


class LoadBreakpoint(gdb.Breakpoint):
    """KdLoadImageSymbols(Name, Base) is called for each image; most lie where they want to."""

    def stop(self):
        frame = gdb.newest_frame()
        image = Image.known.get(frame.read_var("Name").string().lower())
        base = int(frame.read_var("Base"))
        if image:
            gdb.post_event(lambda: image.load(base))
        return False


def follow(_event):
    """The machine has stopped: the symbols are those of the process that runs."""
    try:
        process = read.struct("EPROCESS", processes.find_process(None))
        image = Image.known.get(read.text(process["ImageName"]).lower())
        if image and int(process["SectionBaseAddress"]):
            image.load(int(process["SectionBaseAddress"]))
    except (gdb.error, UnicodeDecodeError):
        pass  # the machine has only just begun


class MicaImages(gdb.Command):
    """mica-images FILE...: images whose symbols are wanted; *.exe works too. The first program's and
    ntdll's are loaded at their preferred bases at once; the others when their process runs."""

    def __init__(self):
        super().__init__("mica-images", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        paths = [p for word in gdb.string_to_argv(argument) for p in sorted(glob.glob(word)) or [word]]
        for image in [Image(path) for path in paths][:2]:
            image.load(image.preferred)
        LoadBreakpoint("KdLoadImageSymbols", internal=True)
        gdb.events.stop.connect(follow)


MicaImages()
