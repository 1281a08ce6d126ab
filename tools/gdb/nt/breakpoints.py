# SPDX-License-Identifier: MIT
"""Breakpoints that hold in one process, whichever runs when they are set."""
import gdb

from .processes import current_thread, process_of
from .read import struct, text
from .verb import verb


class InProcess(gdb.Function):
    """$nt_in("NAME"): does the running thread belong to a process of that program?"""

    def __init__(self):
        super().__init__("nt_in")

    def invoke(self, name):
        process = struct("EPROCESS", process_of(current_thread()))
        return text(process["ImageName"]).lower() == name.string().lower()


InProcess()


@verb
def bp(program, location):
    """bp PROGRAM LOCATION: a breakpoint in ring 3, in processes of that program only."""
    from images import Image  # which reads by this package
    image = Image.known.get(program.lower()) or Image.known.get(program.lower() + ".exe")
    if image is None:
        raise gdb.GdbError(f"{program}: no image of that name is known: {', '.join(sorted(Image.known))}")
    before = [(other, other.base) for other in Image.known.values() if other.base is not None]
    image.load(image.base or image.preferred)
    try:
        places = [place.pc for place in gdb.decode_line(location)[1] or ()]
    finally:
        for other, base in before:
            other.load(base)
    inside = [pc for pc in places if image.preferred <= pc < image.preferred + image.size]
    if not inside:
        raise gdb.GdbError(f"{location}: not in {image.name}")
    gdb.execute(f'break *{inside[0]:#x} if $nt_in("{image.name}")')
