# SPDX-License-Identifier: MIT
"""The likely cause of an end, in plain words: one rule a function, the first that has an answer."""
import re

import gdb

import images
from nt import machine, processes, read

from .state import attempt

NULL_RANGE = 0x10000
GUARD = 0x3000  # below a stack's end: what ran over it lands here
ACCESS_VIOLATION, STACK_OVERFLOW = 0xC0000005, 0xC00000FD
PATTERNS = {0xEE: "memory that has been freed (EE is what a checked pool or heap writes over it)",
            0xAB: "what stands behind a heap block (AB): something was read past its end",
            0x41: "text (41 is 'A'): something was written past the end of a buffer"}
POOL = {6: "something was written behind the end of a pool block", 7: "a pool block was freed twice, or never was one"}
TRAPS = {0: "a division by zero", 6: "bytes that are no instruction", 13: "something that needs other rights or selectors",
         10: "a task segment that is not valid", 11: "a segment that is not present", 12: "the stack segment"}


def touched(state):
    """(address, "read" or "written") of a memory fault, or None."""
    if state.kind == "exception" and state.code == ACCESS_VIOLATION and len(state.parameters) == 2:
        return state.parameters[1], "written" if state.parameters[0] else "read"
    if state.kind == "bugcheck" and state.code == 0x0A and state.trapped:
        return state.parameters[0], "written" if state.parameters[2] else "read"
    if state.kind == "bugcheck" and state.code == 0x50:
        return state.parameters[0], "written" if state.parameters[1] else "read"
    if state.kind == "bugcheck" and state.code == 0x1E and state.parameters[0] == ACCESS_VIOLATION:
        found = re.search(r"CR2=(\w+)", state.monitor)
        return int(found[1], 16), "touched"
    return None


def caller(state):
    rows = [r for r in state.frames[1:] if r[1]]
    if rows:
        return f"{rows[0][1]}" + (f" ({rows[0][2].split('/')[-1]}:{rows[0][3]})" if rows[0][2] else "")
    stacked = attempt(lambda: read.word(state.registers["esp"]))
    return state.name(stacked) if stacked else "somebody"


def in_an_image(address):
    start, end = (int(gdb.parse_and_eval(f"(unsigned)&{n}")) for n in ("KiImageStart", "KiTextEnd"))
    if start <= address < end or address < 0x80200000 and 0x80100000 <= address:
        return True
    return any(i.base is not None and i.base <= address < i.base + i.size for i in images.Image.known.values())


def wrong_fs(state):
    expected = 0x3B if state.ring == 3 else 0x30
    fs = state.registers["fs"] & 0xFFFF
    whose = "the thread's TEB" if state.ring == 3 else "the KPCR"
    if state.kind == "hang" or is_double_fault(state):
        return None
    if fs not in (expected, 0x38 if state.ring == 3 else expected):
        return f"FS is {fs:04X}, not {expected:04X}: what is read through it is not {whose}."
    # By the second chance NT has put FS right again; where the access went still tells.
    code, found = attempt(lambda: read.raw(state.eip, 3), b""), touched(state)
    if 0x64 in code and found and found[0] < 0x1000:
        return f"the instruction goes through FS, and reached {found[0]:08X}: FS was not the one of {whose}."
    return None


def is_double_fault(state):
    return state.kind == "bugcheck" and state.code == 0x7F and state.parameters[0] == 8


def null_call(state):
    if state.eip < NULL_RANGE and state.kind != "hang":
        what = "a function pointer that is none" if state.eip else "a null function pointer"
        return f"{what} was called, by {caller(state)}: the processor fetched at {state.eip:08X}."
    return None


def nowhere(state):
    if state.kind == "hang" or in_an_image(state.eip):
        return None
    pattern = PATTERNS.get(state.eip & 0xFF) if len(set(state.eip.to_bytes(4, "little"))) == 1 else None
    if pattern:
        return f"execution went to {state.eip:08X}, which is {pattern}. A return address or function pointer was overwritten."
    return f"execution went to {state.eip:08X}, outside of every image: a return address or function pointer is wrong."


def stack_overflow(state):
    if state.kind == "exception" and state.code == STACK_OVERFLOW:
        return f"the stack is used up: {deepest(state)} calls too deep, or has locals too large."
    if is_double_fault(state):
        limit = attempt(lambda: int(read.struct("KTHREAD", state.thread)["StackLimit"]), 0)
        esp = state.parameters[2]
        if limit and -GUARD <= esp - limit < GUARD:
            return f"the kernel stack is used up (ESP {esp:08X}, its limit is {limit:08X}): {deepest(state)} calls too deep."
        return f"ESP was {esp:08X}, where no frame of a fault could be pushed: the stack pointer was lost."
    teb_limit = attempt(lambda: int(read.struct("TEB", int(read.struct("KTHREAD", state.thread)["Teb"]))["NtTib"]["StackLimit"]), 0)
    found = touched(state)
    if state.ring == 3 and found and teb_limit and 0 < teb_limit - found[0] <= GUARD:
        return f"the stack ran over its guard page: {deepest(state)} calls too deep, or has locals too large."
    return None


def deepest(state):
    names = [r[1] for r in state.frames if r[1]]
    if not names:
        return state.name(state.eip).split("+")[0]
    return max(set(names), key=names.count)


def pattern_pointer(state):
    found = touched(state)
    if not found:
        return None
    for name in ("eax", "ebx", "ecx", "edx", "esi", "edi"):
        value = state.registers[name]
        low = value & 0xFF
        if low in PATTERNS and value == low * 0x01010101 and abs(found[0] - value) < 0x10000:
            return f"{name.upper()} was used as a pointer and holds {value:08X}: {PATTERNS[low]}."
    return None


def smashed(state):
    """The frame itself is made of one letter."""
    pair = attempt(lambda: (read.word(state.registers["ebp"]), read.word(state.registers["ebp"] + 4)))
    if state.kind != "hang" and pair and pair[0] == pair[1] and pair[0] == (pair[0] & 0xFF) * 0x01010101 and pair[0] & 0xFF:
        return (f"the frame of {(state.frames[0][1] if state.frames else None) or 'this function'} was written over with "
                f"{pair[0] & 0xFF:02X}: a local array was written behind its end.")
    return None


def null_pointer(state):
    found = touched(state)
    if not found or found[0] >= NULL_RANGE:
        return None
    offset = f" (offset 0x{found[0]:X}: a field or element of what it should point at)" if found[0] else ""
    high = f" At IRQL {state.irql} no fault may be taken at all." if state.ring == 0 and state.irql and state.irql > 1 else ""
    return f"a null pointer was {found[1]}{offset}.{high}"


def irql(state):
    if state.kind != "bugcheck":
        return None
    if state.code == 0x0A and state.trapped:
        how = f"at IRQL {state.irql}" if state.irql else "with interrupts off"
        return f"the kernel touched {state.parameters[0]:08X}, which is not in memory, {how}: nothing can be fetched there."
    if state.code in (0x0A, 0xB8, 0x09):
        rule = {0xB8: "a DPC waited: it runs on whatever thread is there, and may not",
                0x09: f"the IRQL was to be raised to {state.parameters[1]:X}, below the {state.parameters[0]:X} it had"}
        text = rule.get(state.code, f"{caller_of_ke(state)} needs an IRQL below {state.parameters[1]:X}")
        return f"{text}."
    return None


def caller_of_ke(state):
    public = re.compile(r"(Ke|Ex|Mm|Ob|Ps|Io|Hal)[A-Z]")
    return next((r[1] for r in state.frames if r[1] and public.match(r[1])), "what was called")


def memory(state):
    found = touched(state)
    if not found:
        return None
    address, how = found
    pte = state.present(address)
    if address >= read.SYSTEM and state.ring == 3:
        return f"{address:08X} is the kernel's: no program may touch it."
    if pte & 1 and how == "written":
        return f"{address:08X} was written, but that page is read-only: code, constants, or memory protected so."
    if pte & 1:
        return f"{address:08X} is there, but not for this access (page table entry {pte:08X})."
    return f"nothing is mapped at {address:08X}: a wild pointer, or memory that has been given back."


def pool(state):
    if state.kind == "bugcheck" and state.code == 0xC2:
        why = POOL.get(state.parameters[0], "a pool block is not sound")
        tag = state.parameters[2].to_bytes(4, "little").decode("latin-1")
        named = f", tag '{tag}'" if tag.isprintable() else ""
        return f"{why}: block {state.parameters[1]:08X}{named}."
    if state.kind == "bugcheck" and state.code == 0xC4 and state.parameters[0] == 1:
        return (f"{state.parameters[2]} bytes at {state.parameters[1]:08X} were touched that are of no block of pool: "
                "freed, or behind a block's end.")
    if state.kind == "bugcheck" and state.code == 0xC4:
        return "what C leaves undefined was done here (the line with ubsan: above says what)."
    if state.kind == "bugcheck" and state.code == 0xF7:
        return f"the guard on {caller(state)}'s stack was overwritten: a local array was written behind its end."
    if state.kind == "bugcheck" and state.code == 0x05:
        return "KeAttachProcess was called by a thread that is attached already: the two do not nest."
    if state.kind == "bugcheck" and state.code == 0x4D:
        return "a page was taken that nobody had been charged for, and there was none left."
    return None


def trap(state):
    if state.kind == "bugcheck" and state.code == 0x7F:
        return f"the kernel met {TRAPS.get(state.parameters[0], f'trap {state.parameters[0]:X}')}."
    if state.kind == "bugcheck" and state.code == 0x80:
        return "a non-maskable interrupt came: hardware, or somebody at QEMU's monitor."
    if state.kind == "bugcheck" and state.code == 0x1E:
        return f"ring 0 raised {state.status(state.parameters[0])} and no frame of the kernel handled it."
    if state.kind == "exception":
        return EXCEPTIONS.get(state.code, f"{state.status()} was raised, and nobody handled it.")
    return None


EXCEPTIONS = {
    0x80000003: "an INT 3 was met and no debugger was there: a breakpoint left in, or an assertion.",
    0x80000004: "a single step was asked for (TF), and no debugger was there.",
    0xC0000094: "a division by zero.", 0xC0000095: "a signed result that did not fit (INTO or DIV).",
    0xC000001D: "bytes that are no instruction: a jump into data, or code overwritten.",
    0xC0000096: "an instruction that only ring 0 may execute.",
    0xC0000409: "the security cookie on the stack is not the one put there: a buffer was overrun.",
    0xC0000026: "a handler answered what is no disposition: the chain's record may be overwritten.",
    0xC0000025: "a handler wanted to go on after an exception that cannot be continued."}


def tables(state):
    if state.kind != "reset":
        return None
    idt = re.search(r"IDT=\s*(\w+) (\w+)", state.monitor)
    limit = int(idt[2], 16)
    if limit < 0x7FF or int(idt[1], 16) != attempt(lambda: int(read.struct("KPCR", machine.PCR)["IDT"]), 0):
        return f"IDTR is {idt[1]}, limit {limit:X}: not the kernel's table, so no vector leads anywhere."
    if not state.present(state.registers["esp"] - 4) & 1 and state.ring == 0:
        return f"ESP is {state.registers['esp']:08X}, where nothing is mapped: a fault could not push its frame."
    return f"a fault at {state.eip:08X}, another while that was delivered, and a third: page tables, stack or tables are damaged."


def hang(state):
    if state.kind != "hang":
        return None
    looks = state.places or [(state.eip, state.registers["eflags"])]
    names = [state.name(at).split("+")[0] for at, _ in looks]
    usual = max(set(names), key=names.count)
    looks = [look for look, name in zip(looks, names) if name == usual]  # without the interrupts in between
    places = [at for at, _ in looks]
    where = f"at {places[0]:08X}" if len(set(places)) == 1 else f"between {min(places):08X} and {max(places):08X}"
    where += f" ({state.name(min(places))})"
    if usual == "KeIdleLoop":
        return waits()
    if 2 * len(looks) <= len(names):
        return f"it is busy, and in no one place: {', '.join(sorted(set(names)))}."
    if usual == "KiSystemService":
        return f"{state.program} is busy, and calls one service after another."
    if state.detail.startswith("the clock") and not any(flags & 0x200 for _, flags in looks):
        return f"interrupts are off, and it loops {where}: no clock, no other thread."
    if state.irql and state.irql >= 2:
        return f"it loops {where} at IRQL {state.irql}: nothing else can be scheduled."
    if state.ring == 3:
        return f"{state.program} loops {where}."
    return f"the kernel loops {where}."


def waits():
    """Nothing runs: for what everybody waits; threads of programs only."""
    mutants = owners()
    for thread, wanted in mutants.items():
        seen, at = [], thread
        while at in mutants and at not in seen:
            seen.append(at)
            at = mutants[at]
        if at in seen:
            ids = [f"{int(read.struct('ETHREAD', t)['Cid']['UniqueThread']):x}" for t in seen[seen.index(at):]]
            return f"deadlock: threads {', '.join(ids)} wait for mutants of each other in a circle."
    return "nothing runs, and nobody will wake anybody: each thread waits (below)."


def owners():
    """thread: the thread that has the mutant it waits for."""
    found = {}
    for process in attempt(processes.all_processes, []):
        for thread in attempt(lambda p=process: processes.threads_of(p), []):
            row = read.struct("ETHREAD", thread)
            block = int(row["Tcb"]["WaitBlockList"])
            if int(row["Tcb"]["State"]) != 5 or not block:
                continue
            target = int(read.struct("KWAIT_BLOCK", block)["Object"])
            if int(read.struct("DISPATCHER_HEADER", target)["Type"]) == 2:
                found[thread] = int(read.struct("KMUTANT", target)["OwnerThread"])
    return found


RULES = (tables, hang, pool, null_call, wrong_fs, stack_overflow, nowhere, smashed, pattern_pointer, null_pointer,
         irql, memory, trap)


def likely(state):
    for rule in RULES:
        text = attempt(lambda r=rule: r(state))
        if text:
            return text
    return "not known."
