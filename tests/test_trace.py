# SPDX-License-Identifier: MIT
"""mica trace: the journeys of three programs, exactly; filters, JSON, what is refused."""
import difflib
import json
import re

import pytest
from conftest import BUILD, GUEST, ROOT, launch


def journey(program, *options, arguments=()):
    """Lines of the journey without their times, addresses of the stack and of code as *."""
    done = launch("trace", "--icount", *options, program, *arguments)
    lines = []
    for line in done.messages.splitlines():
        row = re.match(r" *\d+ +(\S+) (r\d)  (\S+) +(.*)", line)
        if row:
            text = re.sub(r"\b(frame|esp|target|from|cr2|address|eflags) [0-9A-F]+\b", r"\1 *", row[4])
            lines.append(f"{row[2]} {row[3]} " + re.sub(r":\d+\)", ")", text))
    return done, lines


# A fault that an outer filter takes: how the search and the unwind go, handler by handler.
SEARCH = """\
r3 exception Exception: status STATUS_ACCESS_VIOLATION, at Poke (user/lib/peek.c), first chance 1, parameter 20
r3 exception ToHandlers: status STATUS_ACCESS_VIOLATION, to KiUserExceptionDispatcher@8 (ntdll/dispatch.asm), esp *
r3 handler HandlerCall: handler except_handler3 (user/lib/seh3.c), frame *, flags 0, status STATUS_ACCESS_VIOLATION
r3 handler HandlerReturn: handler except_handler3 (user/lib/seh3.c), frame *, disposition ContinueSearch, status STATUS_ACCESS_VIOLATION
r3 handler HandlerCall: handler except_handler3 (user/lib/seh3.c), frame *, flags 0, status STATUS_ACCESS_VIOLATION
r3 unwind UnwindStart: target *, from global_unwind2+14, status STATUS_UNWIND, value 0
r3 unwind UnwindCall: handler RtlpExceptionProtector (kernel/rtl/handlers.asm), frame *, flags 2, status STATUS_UNWIND
r3 unwind UnwindCall: handler except_handler3 (user/lib/seh3.c), frame *, flags 2, status STATUS_UNWIND
r3 unwind UnwindEnd: target *, to global_unwind2+14, esp *, value 0
"""


def test_search_and_unwind():
    done, lines = journey(GUEST / "seh_try.exe", "--kind", "exception", "--kind", "handler", "--kind", "unwind")
    assert done.status == 0
    assert SEARCH in "\n".join(lines) + "\n", "\n".join(lines)


# From the first instruction of the machine's first thread to the end of the last: whole journeys, but for the traps and
# page faults (where pages end is the linker's affair). Numbers of five digits and more are addresses: *.
WHOLE = {"callback": (BUILD / "callback.exe", [], 0), "apcwait": (BUILD / "apcwait.exe", [], 0),
         "unhandled": (GUEST / "unhandled.exe", ["chain"], 5)}
KINDS = ("service", "exception", "handler", "unwind", "callback", "apc", "switch", "image", "process")


@pytest.mark.skipif(BUILD.name != "build", reason="another build takes another time, and switches elsewhere")
@pytest.mark.parametrize("name", WHOLE)
def test_whole_journeys(name):
    program, arguments, status = WHOLE[name]
    done, lines = journey(program, *[part for kind in KINDS for part in ("--kind", kind)], arguments=arguments)
    got = "".join(re.sub(r"\b[0-9A-F]{5,8}\b", "*", line) + "\n" for line in lines)
    expected = (ROOT / "tests" / "journeys" / f"{name}.txt").read_text()
    assert done.status == status
    assert got == expected, "\n".join(difflib.unified_diff(expected.splitlines(), got.splitlines(), "expected", "got"))


HELLO = """\
r3 service NtWriteFile(8, 0, 0, ...)
r3 service NtWriteFile = STATUS_SUCCESS
r3 service NtTerminateProcess(0, 0)
r3 service NtTerminateProcess = STATUS_SUCCESS
r3 service NtTerminateProcess(FFFFFFFF, 0)
"""


def test_services():
    """What a program that prints a line asks of the kernel, from its own first instruction on."""
    done, lines = journey(BUILD / "hello.exe", "--kind", "service")
    assert done.out == b"Hello from ring 3.\n"
    assert "\n".join(lines).endswith("\n" + HELLO.rstrip("\n")), lines
    assert lines[0].startswith("r3 service Nt"), lines[0]


def test_a_thread_is_interrupted_by_an_apc():
    """The APC's way in, and both threads' switches."""
    done, lines = journey(BUILD / "apcwait.exe", "--kind", "apc", "--kind", "process")
    assert done.status == 0
    apcs = [l for l in lines if l.startswith("r3 apc")]
    assert re.match(r"r3 apc UserApc: routine LdrInitializeThunk\S* ", apcs[0]), apcs
    assert any("apcwait.c" in l for l in apcs), apcs
    assert sum("ThreadStart" in l for l in lines) >= 2, lines


def test_json(tmp_path):
    file = tmp_path / "journey.json"
    done = launch("trace", "--icount", "--json", "--output", file, GUEST / "seh_try.exe")
    rows = json.loads(file.read_text())
    assert done.status == 0 and len(rows) > 100
    first = next(r for r in rows if r["kind"] == "Exception")
    assert first["arguments"]["status"] == "STATUS_ACCESS_VIOLATION" and first["ring"] == 3
    assert [d["kind"] for d in first["data"]][:2] == ["Registers", "Pointers"]
    assert [r["index"] for r in rows] == sorted(r["index"] for r in rows)


def test_every_run_is_the_same():
    assert journey(BUILD / "hello.exe")[0].messages == journey(BUILD / "hello.exe")[0].messages


def test_only_a_thread():
    _, all_of_them = journey(BUILD / "apcwait.exe", "--kind", "service")
    _, one = journey(BUILD / "apcwait.exe", "--kind", "service", "--thread", "10")
    assert 0 < len(one) < len(all_of_them)


def test_the_last_ones_are_kept():
    done, lines = journey(GUEST / "seh_try.exe", "--events", "64")
    assert re.search(r"\(\d+ earlier events are lost: --events takes more\)", done.messages)
    assert 0 < len(lines) <= 64


def test_a_crash_has_a_journey_too():
    """The machine's memory is a file: what was noted before a bugcheck is there."""
    done, lines = journey(GUEST / "kernelcase.exe", "--kind", "service", arguments=["16"])
    assert done.status == 125
    assert lines[-1].startswith("r3 service NtMicaKernelCase(10, "), lines[-3:]


@pytest.mark.parametrize("options,message", [
    (["--kind", "nothing"], "invalid choice: 'nothing'"),
    (["--events", "0"], "not a number of events"),
    (["--events", "99999999"], "not enough memory for so many events"),
    (["--output", "/nowhere/file"], "/nowhere/file")])
def test_wrong_options(options, message):
    done = launch("trace", *options, BUILD / "hello.exe")
    assert done.status != 0 and message in done.messages, done.messages
    assert "Traceback" not in done.messages
