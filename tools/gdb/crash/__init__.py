# SPDX-License-Identifier: MIT
"""The crash report's command."""
import json
import pathlib

import gdb

from . import show
from .state import State


class Crash(gdb.Command):
    """mica-crash FILE: the report on the core that is loaded; FILE has what QEMU knew (JSON)."""

    def __init__(self):
        super().__init__("mica-crash", gdb.COMMAND_USER, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        gdb.execute("set backtrace past-main on")
        show.report(State(json.loads(pathlib.Path(argument.strip()).read_text())))


Crash()
