# SPDX-License-Identifier: MIT
"""What there is to an exception: the chain of handlers, frames, records, contexts, names."""
import re

import gdb

from launcher.events import statuses

from .machine import PCR
from .read import evaluate, number, struct, symbol, word
from .verb import verb

CHAIN_END = 0xFFFFFFFF


def status(value):
    return f"{value:08x} ({statuses().get(value, 'no name')})"


@verb
def error(value):
    """error STATUS: an NTSTATUS by its name, or a name by its number."""
    names = statuses()
    if value.upper() in names.values():
        found = next(v for v, n in names.items() if n == value.upper())
        print(f"{value.upper()} = {found:08x}")
        return
    code = int(value, 16) if re.fullmatch(r"[0-9A-Fa-f]{8}", value) else evaluate(value)
    print(f"Error code: (NTSTATUS) {code:#010x} ({code & 0xFFFFFFFF}) - {names.get(code, 'no name')}")


def user_mode():
    return int(gdb.parse_and_eval("$cs")) & 3 == 3


def bounds():
    """(list head, stack limit, stack base) of the ring the processor is in."""
    tib = struct("KPCR", PCR)["NtTib"]
    if user_mode():
        tib = struct("NT_TIB", int(tib["Self"]))
    return int(tib["ExceptionList"]), int(tib["StackLimit"]), int(tib["StackBase"])


@verb
def exchain(head=None):
    """exchain [HEAD]: the exception handlers, innermost first; of the ring the processor is in."""
    first, limit, base = bounds()
    at = number(head, first)
    seen = set()
    while at != CHAIN_END:
        notes = []
        if at in seen:
            print(f"{at:08x}: the chain goes in a circle")
            return
        seen.add(at)
        if at & 3:
            notes.append("not aligned")
        if not limit <= at < base:
            notes.append("not in the stack")
        try:
            following, handler = word(at), word(at + 4)
        except gdb.MemoryError:
            print(f"{at:08x}: cannot be read: the chain is damaged")
            return
        print(f"{at:08x}: {symbol(handler)}{'  (' + ', '.join(notes) + ')' if notes else ''}")
        at = following


def registers(row, names, width=6):
    for i in range(0, len(names), width):
        print(" ".join(f"{n.lower()[-3:]}={int(row[n]) & 0xFFFFFFFF:08x}" for n in names[i:i + width]))


@verb
def trap(address=None):
    """trap [ADDRESS]: a trap frame; without a word the running thread's last one."""
    at = number(address, None)
    if at is None:
        at = int(struct("ETHREAD", word(PCR + 0x124))["Tcb"]["TrapFrame"])
    if not at:
        raise gdb.GdbError("the running thread has no trap frame: give one's address")
    row = struct("KTRAP_FRAME", at)
    user = int(row["SegCs"]) & 3 == 3
    print(f"TrapFrame at {at:08x}  ErrCode = {int(row['ErrCode']):08x}")
    registers(row, ["Eax", "Ebx", "Ecx", "Edx", "Esi", "Edi"])
    esp = int(row["HardwareEsp"]) if user else at + 0x74
    print(f"eip={int(row['Eip']):08x} esp={esp:08x} ebp={int(row['Ebp']):08x} efl={int(row['EFlags']):08x}")
    print(f"cs={int(row['SegCs']) & 0xFFFF:04x}  ss={(int(row['HardwareSegSs']) if user else 0x10) & 0xFFFF:04x}  "
          f"ds={int(row['SegDs']) & 0xFFFF:04x}  es={int(row['SegEs']) & 0xFFFF:04x}  "
          f"fs={int(row['SegFs']) & 0xFFFF:04x}")
    print(symbol(int(row["Eip"])))


@verb
def cxr(address):
    """cxr ADDRESS: a CONTEXT."""
    row = struct("CONTEXT", evaluate(address))
    print(f"ContextFlags {int(row['ContextFlags']):08x}")
    registers(row, ["Eax", "Ebx", "Ecx", "Edx", "Esi", "Edi"])
    registers(row, ["Eip", "Esp", "Ebp"])
    print(f"cs={int(row['SegCs']):04x}  ss={int(row['SegSs']):04x}  ds={int(row['SegDs']):04x}  "
          f"es={int(row['SegEs']):04x}  fs={int(row['SegFs']):04x}  gs={int(row['SegGs']):04x}  "
          f"efl={int(row['EFlags']):08x}")
    print(symbol(int(row["Eip"])))


@verb
def exr(address):
    """exr ADDRESS: an EXCEPTION_RECORD, with what its parameters mean."""
    row = struct("EXCEPTION_RECORD", evaluate(address))
    code, count = int(row["ExceptionCode"]) & 0xFFFFFFFF, min(int(row["NumberParameters"]), 15)
    print(f"ExceptionAddress: {symbol(int(row['ExceptionAddress']))}")
    print(f"   ExceptionCode: {status(code)}")
    print(f"  ExceptionFlags: {int(row['ExceptionFlags']):08x}")
    print(f"NumberParameters: {int(row['NumberParameters'])}")
    for i in range(count):
        print(f"   Parameter[{i}]: {int(row['ExceptionInformation'][i]):08x}")
    if code == 0xC0000005 and count >= 2:
        kind = {0: "read from", 1: "write to", 8: "execute"}.get(int(row["ExceptionInformation"][0]), "touch")
        print(f"Attempt to {kind} address {int(row['ExceptionInformation'][1]):08x}")
