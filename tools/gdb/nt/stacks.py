# SPDX-License-Identifier: MIT
"""The stack across the rings."""
import gdb

from .verb import verb


@verb
def k(limit="64"):
    """k [COUNT]: the stack, from ring 0 through trap frames and dispatchers to the program."""
    print("ChildEBP RetAddr  ")
    frame = gdb.newest_frame()
    for index in range(int(limit, 0)):
        if frame is None or not frame.is_valid():
            return
        older = frame.older()
        name = frame.name() or f"{frame.pc():08x}"
        place = frame.find_sal()
        where = f" [{place.symtab.filename} @ {place.line}]" if place.symtab and place.line else ""
        try:
            ebp = int(frame.read_register("ebp")) & 0xFFFFFFFF
        except gdb.error:
            ebp = 0
        mark = "  <-- interrupted below" if frame.type() == gdb.SIGTRAMP_FRAME else ""
        print(f"{ebp:08x} {older.pc() if older else 0:08x} {name}{where}{mark}")
        frame = older
