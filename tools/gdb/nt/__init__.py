# SPDX-License-Identifier: MIT
"""WinDbg's verbs in GDB, behind `nt`: `help nt` lists them. GDB keeps `!` for the shell."""
from . import breakpoints, events, exceptions, going_back, journey, machine, memory, modules, objects, processes, queues, stacks, verb

verb.register(machine, processes, objects, memory, exceptions, stacks, modules, queues, events, breakpoints, journey, going_back)
