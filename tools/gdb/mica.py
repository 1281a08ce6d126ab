# SPDX-License-Identifier: MIT
"""GDB's side of Mica: symbols of ntdll and of programs at the addresses they are loaded at."""
import os
import re
import subprocess
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import nt  # noqa: E402, F401  WinDbg's verbs


def sections(path):
    """(name, RVA) of an image's sections and its preferred base, as binutils' objdump has them."""
    out = subprocess.run(["objdump", "-h", "-p", path], stdout=subprocess.PIPE, text=True,
                         errors="replace", check=False).stdout.splitlines()
    base = next((int(l.split()[1], 16) for l in out if l.startswith("ImageBase")), 0)
    rows = [re.match(r"\s*\d+ (\S+)\s+[0-9a-f]{8}\s+([0-9a-f]{8})", l) for l in out]
    return base, {r[1]: int(r[2], 16) - base for r in rows
                  if r and not r[1].startswith(".debug")}


class Image:
    """A file whose symbols are loaded, and where."""

    known = {}

    def __init__(self, path):
        self.path = path
        self.preferred, self.sections = sections(path)
        self.base = None
        Image.known[os.path.basename(path).lower()] = self

    def load(self, base):
        if base == self.base or ".text" not in self.sections:
            return
        if self.base is not None:
            gdb.execute(f"remove-symbol-file -a {self.base + self.sections['.text']:#x}",
                        to_string=True)
        # Section by section: a negative offset (-o) is silently wrong in GDB 13.
        places = " ".join(f"-s {name} {base + rva:#x}" for name, rva in self.sections.items())
        gdb.execute(f"add-symbol-file {self.path} {places}", to_string=True)
        self.base = base


class LoadBreakpoint(gdb.Breakpoint):
    """KdLoadImageSymbols(Name, Base) is called for each image; most lie where they want to."""

    def stop(self):
        frame = gdb.newest_frame()
        name = frame.read_var("Name").string()
        base = int(frame.read_var("Base"))
        image = Image.known.get(name.lower())
        if image:
            gdb.post_event(lambda: image.load(base))
        return False


class MicaImages(gdb.Command):
    """mica-images FILE...: load the symbols of these images, at their preferred bases for now."""

    def __init__(self):
        super().__init__("mica-images", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        for path in gdb.string_to_argv(argument):
            image = Image(path)
            image.load(image.preferred)
        LoadBreakpoint("KdLoadImageSymbols", internal=True)


gdb.execute("set architecture i386")
gdb.execute("set disassembly-flavor intel")
MicaImages()
