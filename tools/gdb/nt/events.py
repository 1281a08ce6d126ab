# SPDX-License-Identifier: MIT
"""Stopping at exceptions, and going on from one."""
import gdb

from launcher.events import statuses

from .exceptions import status
from .read import evaluate
from .verb import verb

SHORT = {"av": 0xC0000005, "bpe": 0x80000003, "sse": 0x80000004, "dz": 0xC0000094, "ii": 0xC000001D,
         "gp": 0x80000001, "sov": 0xC00000FD, "iov": 0xC0000095}


class ExceptionStop(gdb.Breakpoint):
    """At the kernel's dispatch of an exception whose code is wanted."""

    wanted = set()
    only = None

    def stop(self):
        frame = gdb.newest_frame()
        record = frame.read_var("Record").dereference()
        code = int(record["ExceptionCode"]) & 0xFFFFFFFF
        if code not in self.wanted and None not in self.wanted:
            return False
        print(f"(first chance) {status(code)} at {int(record['ExceptionAddress']):08x}")
        return True


def code_of(word):
    if word == "*":
        return None
    named = {n: v for v, n in statuses().items()}
    return SHORT.get(word) or named.get(word.upper()) or evaluate("0x" + word if len(word) == 8 else word)


@verb
def sxe(what):
    """sxe CODE|av|dz|ii|bpe|sse|gp|sov|*: stop when such an exception is raised, in either ring."""
    ExceptionStop.wanted.add(code_of(what))
    if ExceptionStop.only is None:
        ExceptionStop.only = ExceptionStop("KiDispatchException", internal=True)
    print(f"stops at {what}")


def at_exception():
    frame = gdb.newest_frame()
    if frame.name() != "KiDispatchException":
        raise gdb.GdbError("only where `nt sxe` has stopped the machine")


@verb
def gh():
    """gh: go on, the exception being handled: no handler is asked, the program goes on where it was."""
    at_exception()
    gdb.execute("return", to_string=True)
    gdb.execute("continue")


@verb
def gn():
    """gn: go on, the exception not being handled: the program's handlers are asked."""
    at_exception()
    gdb.execute("continue")


@verb
def sxd(what):
    """sxd CODE|*: stop no more at such an exception."""
    if what == "*":
        ExceptionStop.wanted.clear()
    ExceptionStop.wanted.discard(code_of(what))
    if not ExceptionStop.wanted and ExceptionStop.only is not None:
        ExceptionStop.only.delete()
        ExceptionStop.only = None
    print(f"stops no more at {what}")
