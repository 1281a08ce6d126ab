# SPDX-License-Identifier: MIT
"""From addresses to names and lines: binutils' addr2line over the images that were loaded."""
import bisect
import os
import re
import subprocess

from . import machine


def sections(path):
    """An image's preferred base (0: an ELF file's) and its loaded sections: (name, address, size), as the file has
    them. GDB's side asks here too."""
    out = subprocess.run(["objdump", "-h", "-p", path], stdout=subprocess.PIPE, text=True, errors="replace",
                         check=False).stdout
    preferred = re.search(r"^ImageBase\s+(\w+)", out, re.MULTILINE)
    rows = [(name, int(at, 16), int(size, 16)) for name, size, at in
            re.findall(r"^\s*\d+ (\S+)\s+([0-9a-f]{8})\s+([0-9a-f]{8})", out, re.MULTILINE)
            if at != "00000000" and not name.startswith(".debug")]
    return int(preferred[1], 16) if preferred else 0, rows


def once(path):
    """NASM gives folder and path, kernel/rtl/kernel/rtl/unwind.asm: the path."""
    half = len(path) // 2
    return next((path[at:] for at in range(1, half + 1) if path[at - 1] == "/" and path[at:].startswith(path[:at])),
                path)


class Symbols:
    """Images by where they lie; addresses are asked for all at once."""

    def __init__(self):
        self.images = []  # ((first, end) of sections, path, what to add to get the file's own address)
        self.known, self.tables, self.owners = {}, {}, {}
        self.add(str(machine.KERNEL), None)

    def add(self, path, base):
        """BASE None: where the file says."""
        own, rows = sections(path)
        if not rows:
            return
        delta = 0 if base is None else own - base
        entry = (tuple((at - delta, at + size - delta) for _, at, size in rows), path, delta)
        if entry not in self.images:
            self.images.insert(0, entry)  # the last one loaded somewhere is what lies there

    def image(self, address):
        """(its sections, path, delta), or None."""
        if address not in self.owners:
            self.owners[address] = next((i for i in self.images if any(a <= address < b for a, b in i[0])), None)
        return self.owners[address]

    def resolve(self, addresses):
        """Fills what `name` answers from."""
        self.owners.clear()
        for entry in self.images:
            wanted = sorted({a for a in addresses if a not in self.known and self.image(a) is entry})
            if not wanted:
                continue
            out = subprocess.run(["addr2line", "-f", "-e", entry[1]], text=True, stdout=subprocess.PIPE,
                                 input="".join(f"{a + entry[2]:#x}\n" for a in wanted), check=False).stdout
            lines = out.splitlines()
            for i, address in enumerate(wanted):
                function, place = lines[2 * i:2 * i + 2] if 2 * i + 1 < len(lines) else ("??", "??:0")
                if function == "??":  # assembly's: it has lines, but no functions
                    function = self.nearest(entry[1], address + entry[2])
                self.known[address] = (function.lstrip("_"), self.shorten(place),
                                       os.path.basename(entry[1]))

    def nearest(self, path, address):
        """name+offset of the symbol before an address, as nm has it."""
        if path not in self.tables:
            out = subprocess.run(["nm", "-n", path], stdout=subprocess.PIPE, text=True, check=False).stdout
            self.tables[path] = [(int(at, 16), name) for at, name in
                                 re.findall(r"^(\w+) [tT] ([A-Za-z_@?][\w@?]*)$", out, re.MULTILINE)]
        table = self.tables[path]
        at = bisect.bisect_right(table, (address, "\uffff")) - 1
        if at < 0:
            return "??"
        offset = address - table[at][0]
        return table[at][1] + (f"+{offset:X}" if offset else "")

    @staticmethod
    def shorten(place):
        place = re.sub(r" \(discriminator \d+\)", "", place)
        if place.startswith("??") or place.endswith(":?") or place.endswith(":0"):
            return ""
        path, _, line = place.rpartition(":")
        path = os.path.relpath(path, machine.ROOT) if os.path.isabs(path) else path
        return f"{once(path)}:{line}"

    def name(self, address):
        """`function (file:line)`, or the number."""
        function, place, image = self.known.get(address, ("??", "", ""))
        if function == "??":
            return f"{address:08X}" + (f" {image}" if image else "")
        return function + (f" ({place})" if place else "")
