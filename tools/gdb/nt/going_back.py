# SPDX-License-Identifier: MIT
"""Backwards through a recording (`mica replay`): each goes on anew from the start, so each has a limit."""
import os
import signal
import threading

import gdb

from .read import symbol
from .verb import verb

LIMIT = 20  # seconds; some forms never come back in some versions of QEMU


def limited(command):
    """Runs a GDB command; after LIMIT it is interrupted, and the message says so."""
    late = threading.Event()

    def interrupt():
        late.set()
        os.kill(os.getpid(), signal.SIGINT)
    timer = threading.Timer(LIMIT, interrupt)
    timer.daemon = True
    timer.start()
    try:
        return gdb.execute(command, to_string=True)
    except gdb.error as error:
        if "does not support" in str(error) or "E14" in str(error):
            raise gdb.GdbError("the machine cannot go back: `tools/mica record`, then `tools/mica replay`") from None
        raise
    except KeyboardInterrupt:
        raise gdb.GdbError(f"`{command}` had not come back after {LIMIT} s") from None
    finally:
        timer.cancel()
        if late.is_set():
            print(f"`{command}` was ended after {LIMIT} s")


def here():
    address = int(gdb.parse_and_eval("$pc")) & 0xFFFFFFFF
    print(f"at {address:08x} {symbol(address)}")


@verb
def back(count="1"):
    """back [COUNT]: that many instructions back, in a replay."""
    limited(f"reverse-stepi {int(count, 0)}")
    here()


@verb
def writer(what):
    """writer EXPRESSION: back to the instruction that wrote it last, in a replay."""
    value = gdb.parse_and_eval(what)
    if value.address is None:
        raise gdb.GdbError(f"{what}: has no address")
    size = {1: "char", 2: "short"}.get(value.type.sizeof, "int")
    point = gdb.Breakpoint(f"*(unsigned {size} *){int(value.address):#x}", gdb.BP_WATCHPOINT, gdb.WP_WRITE,
                           internal=True)
    try:
        limited("reverse-continue")
    finally:
        point.delete()
    here()
