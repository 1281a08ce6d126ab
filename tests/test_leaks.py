# SPDX-License-Identifier: MIT
"""What a million callbacks leave behind, seen from outside: nothing."""
import re
import shlex
import struct
import subprocess

from conftest import BUILD, GUEST, launch
from machine import Machine

# KTHREAD (kernel/ke/thread.h)
FIELDS = {"InitialStack": 0x18, "StackLimit": 0x1C, "CallbackStack": 0x120, "TrapFrame": 0x128}
COUNTERS = ["MiFreeFrames", "MiCommitted"]
THREAD_LIST_HEAD, THREAD_LIST_ENTRY = 0x50, 0x1A4  # KPROCESS, KTHREAD
POOL_TAGS = 64 * 7 * 4  # kernel/mm/pooltags.c


def addresses():
    out = subprocess.check_output(["nm", BUILD / "mica.elf"], text=True)
    return {m[2]: int(m[1], 16) for m in re.finditer(r"^(\w+) \w (\w+)$", out, re.MULTILINE)}


def kernel_state(machine, symbols):
    process = machine.dword(symbols["PspInitialProcess"])
    thread = machine.dword(process + THREAD_LIST_HEAD) - THREAD_LIST_ENTRY
    state = {name: machine.dword(thread + offset) for name, offset in FIELDS.items()}
    state.update({name: machine.dword(symbols[name]) for name in COUNTERS})
    tags = struct.unpack(f"<{POOL_TAGS // 4}I", machine.memory(symbols["MiTags"], POOL_TAGS))
    state["pool"] = [tags[i + 5:i + 7] for i in range(0, len(tags), 7)]  # bytes in use
    return state


def test_a_million_callbacks():
    command = shlex.split(launch("run", "--dry-run", GUEST / "million.exe").out.decode())
    symbols = addresses()
    with Machine(command) as machine:
        machine.wait_for_output(b"10 callbacks, 1 left by an exception\n")
        before = kernel_state(machine, symbols)
        assert before["CallbackStack"] == 0 and before["StackLimit"] >= 0xFB000000
        machine.type_keys(b"a\n")
        machine.wait_for_output(b"1000000 callbacks, 100000 left by an exception\n")
        after = kernel_state(machine, symbols)
        machine.type_keys(b"b\n")
        assert machine.wait() == 33, machine.messages()
    # TrapFrame is the frame of the read that waits: the same place on the kernel stack.
    assert before == after
