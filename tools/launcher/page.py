# SPDX-License-Identifier: MIT
"""A journey as one self-contained page: lanes, and each step in words. The page is page.html."""
import json
import pathlib

from . import machine

TEMPLATE = pathlib.Path(__file__).with_name("page.html")
LANES = ["program", "ntdll", "kernel", "hardware"]
AROUND = 3  # lines of source shown on either side

TRAPS = {"00": "a division by zero or with an overflow (#DE)", "01": "a debug exception (#DB)",
         "03": "an int 3 (#BP)", "04": "an INTO with the overflow flag set (#OF)", "05": "a BOUND out of range (#BR)",
         "06": "an instruction that does not exist (#UD)", "07": "floating point while the unit holds another "
         "thread's state (#NM)", "0A": "an invalid TSS (#TS)", "0B": "a segment that is not present (#NP)",
         "0C": "a stack fault (#SS)", "0D": "a general protection fault (#GP)", "0E": "a page fault (#PF)",
         "10": "an x87 error (#MF)", "11": "a misaligned access (#AC)", "13": "an SSE error (#XM)"}

WORDS = {
    "TrapIn": "The processor found {trap} at {at} and went through the gate of that vector to {handler}, "
              "which runs in ring 0 on the thread's kernel stack.",
    "TrapOut": "The kernel leaves through the trap frame: IRET goes on at {to}.",
    "ServiceIn": "The program asked for a system service: EAX had its number, EDX pointed at the arguments, int 2E "
                 "went in.",
    "ServiceOut": "The service is over. Its status goes back in EAX: {status}.",
    "Exception": "KiDispatchException has an exception record, {status} at {at}. First the debuggers may have it, "
                 "then the handlers of whoever was interrupted.",
    "ToHandlers": "No debugger took it. The kernel put the record and the CONTEXT on the program's own stack and "
                  "changed the trap frame, so that IRET goes to {to} instead of the instruction that faulted.",
    "HandlerCall": "RtlDispatchException walks the list at fs:[0], innermost frame first. This frame's handler is asked.",
    "HandlerReturn": "The handler has answered {disposition}. {meaning}",
    "UnwindStart": "A handler has decided to take the exception. Before it goes on at its own frame, every frame "
                   "inside must clean up: the second walk begins.",
    "UnwindCall": "A frame inside the target cleans up: its handler is called with EXCEPTION_UNWINDING, and runs "
                  "__finally blocks.",
    "UnwindEnd": "The walk has come to the target frame: execution goes on there, the frames inside are gone.",
    "CallbackOut": "The kernel calls the program: KiUserCallbackDispatcher looks up function {api} in "
                   "PEB.KernelCallbackTable.",
    "CallbackReturn": "The callback is over (int 2B): its status is {status}, and the service goes on.",
    "KernelApc": "A kernel APC runs in this thread.",
    "UserApc": "On its way to ring 3 the thread takes an APC: KiUserApcDispatcher will call {routine}.",
    "Switch": "The scheduler gives the processor to thread {thread}.",
    "Fault": "Mm has looked at the page of {address}: {status}.",
    "Image": "{name} is mapped at {base}.",
    "ProcessStart": "A process begins: {name}, id {id}.",
    "ThreadStart": "A thread is made: id {id} of process {process}.",
    "ThreadEnd": "Thread {id} ends with {status}.",
}

MEANINGS = {"ContinueSearch": "It does not want the exception; the next frame out is asked.",
            "ContinueExecution": "It has mended the cause; the program goes on with the CONTEXT as it is now.",
            "NestedException": "The exception came while another one's handler ran; frames inside that are skipped.",
            "CollidedUnwind": "Another unwind had been under way here; this one takes over where that one was."}


LABELS = {
    "TrapIn": "{trap} at {at}", "TrapOut": "goes on at {to}", "Exception": "{status} at {at}",
    "ToHandlers": "to the handlers: {to}", "HandlerCall": "asks {handler}", "HandlerReturn": "{disposition}",
    "UnwindStart": "unwinds to frame {target}", "UnwindCall": "cleans up: {handler}", "UnwindEnd": "goes on at {to}",
    "CallbackOut": "calls back: function {api}", "CallbackReturn": "the callback returns {status}",
    "UserApc": "an APC: {routine}", "Switch": "switches to thread {thread}", "Fault": "page {address}: {status}",
    "Image": "maps {name} at {base}", "ProcessStart": "process {name} begins", "ThreadStart": "thread {id} is made",
    "ThreadEnd": "thread {id} ends: {status}",
}


def lane(journey, event):
    """Where it happened."""
    def owner(address):
        image = journey.symbols.image(address)
        name = image[1].rsplit("/", 1)[-1] if image else ""
        return "kernel" if address >= 0x80000000 else "ntdll" if name == "ntdll.dll" else "program"
    if event.kind == "TrapIn":
        return "hardware"
    if event.kind == "TrapOut":
        return owner(event.arguments[0])
    if event.kind in ("HandlerCall", "HandlerReturn", "UnwindCall"):
        return owner(event.arguments[0])
    if event.kind in ("UnwindStart", "UnwindEnd"):
        return "ntdll" if event.ring == 3 else "kernel"
    if event.kind in ("ToHandlers", "UserApc", "CallbackOut"):
        return "ntdll"
    return "kernel"


def values_of(journey, event):
    """The arguments by the last word of their names, for WORDS and LABELS."""
    values = {n.split()[-1]: journey.value(event, n, a) for n, a in zip(event.names, event.arguments) if n}
    if event.kind == "TrapIn":
        handler = values["handler"]
        vector = handler[6:8] if handler.startswith("KiTrap") else ""
        values["trap"] = TRAPS.get(vector, "an interrupt of the hardware's")
    values["meaning"] = MEANINGS.get(values.get("disposition"), "")
    return values


def label(journey, event, values):
    """A few words for the lane."""
    if event.kind in LABELS:
        text = LABELS[event.kind].format_map(values)
        return text[0].upper() + text[1:] if event.kind == "TrapIn" else text
    return journey.describe(event)


class Sources:
    """Pieces of source files, each once."""

    def __init__(self):
        self.pieces, self.files = {}, {}

    def piece(self, name):
        """The key of what `function (file:line)` shows; None where there is no file."""
        if not name.endswith(")") or "(" not in name:
            return None
        file, _, line = name[name.rindex("(") + 1:-1].rpartition(":")
        path = machine.ROOT / file
        if not file or not line.isdecimal() or not path.is_file():
            return None
        key = f"{file}:{line}"
        if key not in self.pieces:
            if file not in self.files:
                self.files[file] = path.read_text(errors="replace").splitlines()
            number = int(line)
            first = max(1, number - AROUND)
            self.pieces[key] = [first, number, self.files[file][first - 1:number + AROUND]]
        return key


def step(journey, event, sources):
    """One row for the page: short keys, for there may be a hundred thousand."""
    places = [n for n in event.names if n.startswith("code")]
    keys = [sources.piece(journey.value(event, n, event.argument(n))) for n in places]
    data = {kind: list(values) for kind, values in event.data if kind != "Stack"}
    stack = [w for kind, values in event.data if kind == "Stack" for w in values]
    values = values_of(journey, event)
    row = {"i": event.index, "t": event.time, "w": journey.threads.get(event.thread, "idle"), "r": event.ring,
           "k": event.kind, "g": event.group, "l": LANES.index(lane(journey, event)),
           "s": label(journey, event, values), "p": WORDS.get(event.kind, "").format_map(values),
           "a": [[n.removeprefix("code "), journey.value(event, n, a)]
                 for n, a in zip(event.names, event.arguments) if n]}
    if any(keys):
        row["c"] = [k for k in keys if k]
    if data:
        row["d"] = data
    if stack:
        row["m"] = [[w, journey.symbols.name(w) if journey.symbols.image(w) else ""] for w in stack]
    return row


def write(path, journey, events, title):
    """The page, whole: no other file, no network."""
    events = list(events)
    journey.symbols.resolve({w for e in events for kind, values in e.data if kind == "Stack" for w in values})
    sources = Sources()
    steps = [step(journey, event, sources) for event in events]
    data = json.dumps({"title": title, "lanes": LANES, "steps": steps, "sources": sources.pieces},
                      separators=(",", ":")).replace("</", "<\\/")
    page = TEMPLATE.read_text().replace("@TITLE@", title.replace("<", "&lt;")).replace("@DATA@", data)
    path.write_text(page)
