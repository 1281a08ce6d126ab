# SPDX-License-Identifier: MIT
"""Guest programs against exact transcripts: expected/NAME.txt for guest/NAME.c."""
import re

import pytest
from conftest import BUILD, ROOT, check_transcript, run_guest

TRANSCRIPTS = sorted((ROOT / "tests" / "expected").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda p: p.stem)
def test_transcript(path):
    check_transcript(run_guest(path.stem), path.read_text())


# How a process ends that nobody saves: argument, status (low byte), what the report must say.
UNHANDLED = [
    ("", 0x05, [r"unhandled exception C0000005 STATUS_ACCESS_VIOLATION",
                r"at 0040\w{4} unhandled\.exe\+\w+, flags 0, parameters 00000000 00000014",
                r"eip=0040\w{4}", r"handlers:",
                r"exited with status C0000005 STATUS_ACCESS_VIOLATION"]),
    ("chain", 0x05, [r"frame \w{8} handler 0040\w{4} unhandled\.exe\+\w+"]),
    ("status", 0x34, [r"unhandled exception E0001234", r"flags 1", r"status E0001234"]),
    ("badchain", 0x05, [r"unhandled exception C0000005", r"cannot be read: the chain is damaged"]),
    ("badstack", 0x1D, [r"unhandled exception C000001D STATUS_ILLEGAL_INSTRUCTION",
                        r"esp=00002000"]),
    ("kernelstack", 0x1D, [r"unhandled exception C000001D", r"esp=80100000"]),
    ("zerostack", 0x05, [r"unhandled exception C0000005", r"parameters 00000001 FFFFFFFC"]),
    ("breakpoint", 0x03, [r"unhandled exception 80000003 STATUS_BREAKPOINT",
                          r"ntdll\.dll\+", r"exited with status 80000003 STATUS_BREAKPOINT"]),
]


@pytest.mark.parametrize("argument,status,report", UNHANDLED, ids=[u[0] or "none" for u in UNHANDLED])
def test_unhandled(argument, status, report):
    run = run_guest("unhandled", *([argument] if argument else []))
    assert run.status == status, run.explain()
    assert b"not reached" not in run.out
    for pattern in report:
        assert re.search(pattern, run.messages), f"no {pattern!r}\n{run.explain()}"


def test_input_reaches_the_program_whole():
    """Every byte value, more than the kernel's ring holds, and the end of the file."""
    data = bytes(range(256)) * 50
    total = 0
    for byte in data:
        total = (total * 31 + byte) & 0xFFFFFFFF
    check_transcript(run_guest("input", stdin=data),
                     f"{len(data)} bytes, sum {total:08X}\n"
                     "end: STATUS_END_OF_FILE, again: STATUS_END_OF_FILE\n")


def test_line_endings():
    check_transcript(run_guest("lines", stdin=b"a\nb\r\nc c\n\nlast"), "[a]\n[b]\n[c c]\n[]\n[last]\n", status=5)


def test_output_is_the_programs_alone():
    run = run_guest(str(BUILD / "hello.exe"), "one", "two words", 'a"b', "back\\slash\\",
                    "ümlaut", "", "a,b")
    check_transcript(run, "Hello from ring 3.\nargument 1: one\nargument 2: two words\n"
                          'argument 3: a"b\nargument 4: back\\slash\\\nargument 5: ümlaut\n'
                          "argument 6: \nargument 7: a,b\n", status=7)


def test_runs_are_identical():
    """-icount: the same instructions, the same clock, the same bytes, twice."""
    first, second = run_guest("clock"), run_guest("clock")
    assert first.out == second.out and first.status == 0, first.explain() + second.explain()
    assert len(first.out.split()) == 4, first.explain()


def test_a_closing_line_cannot_be_forged():
    run = run_guest("forge")
    assert run.status == 0x33, run.explain()
    assert run.messages.endswith("@\nmica: forge.exe exited with status 00000033\n")
