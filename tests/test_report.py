# SPDX-License-Identifier: MIT
"""Crash reports: for each planted mistake what it was, where, and why; the core; how to see it again."""
import re
import shlex
import subprocess

import pytest
from conftest import BUILD, GUEST, ROOT, launch


def reported(*arguments, status, options=()):
    run = launch("run", *options, *arguments)
    assert run.status == status, run.explain()
    found = re.search(r"^--- crash report\n(.*?)^--- end of the report$", run.messages, re.MULTILINE | re.DOTALL)
    assert found, run.explain()
    return found[1]


def field(report, name):
    return re.search(rf"^{name}: +(.*)$", report, re.MULTILINE)[1]


# A mistake of a program's (tests/guest/planted.c): its status, its place, and why.
PROGRAMS = {
    "null": (0xC0000005, "UseThing", r"a null pointer was written \(offset 0x14"),
    "call": (0xC0000005, "00000000", r"a null function pointer was called, by main"),
    "constant": (0xC0000005, "WriteConstant", r"was written, but that page is read-only"),
    "deep": (0xC00000FD, "Deeper", r"the stack is used up: Deeper calls too deep"),
    "smash": (0xC0000005, "41414141", r"41414141, which is text .* return address or function pointer was overwritten"),
    "fs": (0xC0000005, "LoseFs", r"goes through FS, and reached 00000018: FS was not the one of the thread's TEB"),
    "divide": (0xC0000094, "Divide", r"a division by zero"),
    "cli": (0xC0000096, "Privileged", r"an instruction that only ring 0 may execute"),
    "kernel": (0xC0000005, "Kernel", r"80100000 is the kernel's"),
    "wild": (0xC0000005, "Wild", r"nothing is mapped at 30000000"),
    "raise": (0xC0000017, "Raise", r"STATUS_NO_MEMORY was raised, and nobody handled it"),
}


@pytest.mark.parametrize("mistake", PROGRAMS)
def test_programs(mistake):
    code, place, cause = PROGRAMS[mistake]
    report = reported(GUEST / "planted.exe", mistake, status=code & 0xFF)
    assert re.match(rf"unhandled exception {code:08X} STATUS_\w+; planted\.exe, ring 3$", field(report, "what"))
    assert place in field(report, "where") and re.search(cause, field(report, "cause")), report
    assert " main " in report or place in ("41414141", "Deeper"), report  # 40 frames are looked at
    assert place != "Deeper" or re.search(r"^ +\(\d+ more of the same\)$", report, re.MULTILINE), report


def test_freed_memory():
    report = reported(GUEST / "planted.exe", "freed", status=5, options=["--global-flag", "20"])
    assert re.search(r"holds EEEEEEEE: memory that has been freed", field(report, "cause")), report
    assert "--global-flag 20" in field(report, "again"), report


# A driver's (trap/testdispatch.c, testcrash.c): the case, what it is, where, why.
KERNEL = {
    "waiting in a DPC": (17, "bugcheck B8 ATTEMPTED_SWITCH_FROM_DPC", "KiCheckWait", "a DPC waited"),
    "a fast mutex at DISPATCH_LEVEL": (18, "bugcheck (A IRQL_NOT_LESS|9 IRQL_NOT_GREATER)", "",
                                       r"ExAcquireFastMutex needs an IRQL below 2|the IRQL was to be raised to 1"),
    "a null pointer at DISPATCH_LEVEL": (19, "bugcheck A IRQL_NOT_LESS_OR_EQUAL", "KiHighTouchCase",
                                         r"a null pointer was written \(offset 0x1234.* At IRQL 2"),
    "a kernel stack that is too short": (20, "bugcheck 7F UNEXPECTED_KERNEL_MODE_TRAP", "KiDeep",
                                         "the kernel stack is used up .* KiDeep calls too deep"),
    "pool freed twice": (21, "bugcheck C2 BAD_POOL_CALLER", "MiBadPool", "a pool block was freed twice"),
    "attaching twice": (22, "bugcheck 5 INVALID_PROCESS_ATTACH_ATTEMPT", "KeAttachProcess", "do not nest"),
    "no interrupt table": (24, "triple fault", "KiTripleFaultCase", "IDTR is 00000000, limit 0"),
    "a lost stack pointer": (25, "bugcheck 7F", "KiLostStackCase", "ESP was A0000000"),
    "wrong FS": (28, "bugcheck 1E KMODE_EXCEPTION_NOT_HANDLED", "KiWrongFsCase", "FS is 0023, not 0030"),
    "a null function": (29, "bugcheck 1E", "00000000", "a null function pointer was called, by NtMicaKernelCase"),
    "writing code": (30, "bugcheck 50 PAGE_FAULT_IN_NONPAGED_AREA", "KiWriteTextCase", "that page is read-only"),
    "a wild copy": (32, "bugcheck 50", "memset", "nothing is mapped at A0001000"),
    "a local array": (34, "bugcheck (50|F7)", "", r"a local array was written behind its end"),
}


@pytest.mark.parametrize("mistake", KERNEL)
def test_kernel(mistake):
    case, what, place, cause = KERNEL[mistake]
    report = reported(GUEST / "kernelcase.exe", str(case), status=125)
    assert re.match(what, field(report, "what")) and place in field(report, "where"), report
    assert re.search(cause, field(report, "cause")), report
    if case not in (24, 25, 20, 34):
        for name in ("NtMicaKernelCase", "main "):  # one stack, through the rings
            assert re.search(rf"^  [0-9a-f]{{8}} {name}", report, re.MULTILINE), report
    if place.startswith("Ki") and case not in (17, 18):
        assert re.search(r"^source: kernel/trap/test\w+\.c:\d+\n(?: +\d+ .*\n)* +\d+> .*\S", report, re.MULTILINE), report


HANGS = {
    ("planted", "deadlock"): r"deadlock: threads \w+, \w+ wait for mutants of each other in a circle",
    ("planted", "wait"): r"nothing runs, and nobody will wake anybody",
    ("planted", "spin"): r"planted\.exe loops at [0-9A-F]{8} \(Spin",
    ("kernelcase", "27"): r"it loops .*KiHighLoopCase.* at IRQL 2",
}


@pytest.mark.parametrize("program, case", HANGS)
def test_hangs(program, case):
    report = reported(GUEST / f"{program}.exe", case, status=124, options=["--timeout", "3"])
    assert re.match("hang: the time limit", field(report, "what")), report
    assert re.search(HANGS[program, case], field(report, "cause")), report
    assert "\nthreads:\n        THREAD " in report, report


def test_a_clock_that_stands_still():
    """Interrupts off: that is found long before the time limit."""
    report = reported(GUEST / "kernelcase.exe", "26", status=124)
    assert re.match("hang: the clock has stood still for 6 s", field(report, "what")), report
    assert re.search(r"interrupts are off, and it loops .*KiStuckCase", field(report, "cause")), report


def test_the_last_events():
    report = reported(GUEST / "unhandled.exe", "chain", status=5)
    rows = re.search(r"the last events \(12 of \d+\):\n((?:  .*\n)+)", report)[1]
    assert "HandlerCall: handler Pass (tests/guest/unhandled.c:" in rows, report
    assert rows.rstrip().splitlines()[-1].startswith("      c.10 r3  exception Exception: status STATUS_ACCESS_VIOLATION")


def test_the_command_that_sees_it_again():
    """It stops where it went wrong: the same exception, on its way to its end."""
    report = reported(GUEST / "planted.exe", "null", status=5, options=["--icount"])
    words = shlex.split(field(report, "again"))
    assert words[-2:] == [str(GUEST / "planted.exe"), "null"] and "--icount" in words, words
    at = words.index("continue") + 1
    words[at:at] = ["--gdb", "bt", "--gdb", "kill", "--gdb", "quit"]
    done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    assert re.search(r"^#0 +PsReportUnhandledException", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^#\d+ .*UseThing \(\) at tests/guest/planted\.c:", done.stdout, re.MULTILINE), done.stdout


def test_core(tmp_path):
    """On request an ELF core, which GDB opens, with one stack from ring 0 into the program."""
    run = launch("run", "--no-report", "--core", tmp_path / "core", GUEST / "kernelcase.exe", "28")
    assert run.status == 125 and "--- crash report" not in run.messages, run.explain()
    words = shlex.split(re.search(r"^mica: kept: (.*)$", run.messages, re.MULTILINE)[1])
    done = subprocess.run([words[0], "-q", "-nx", "-batch", *words[1:], "-ex", "bt"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
    for name in ("KeBugCheckTrap", "KiWrongFsCase", "NtMicaKernelCase", "main"):
        assert re.search(rf"^#\d+ .*{name} \(", done.stdout, re.MULTILINE), done.stdout


def test_no_core_without_a_crash(tmp_path):
    run = launch("run", "--core", tmp_path / "core", BUILD / "hello.exe")
    assert run.status == 0 and not (tmp_path / "core").exists() and "report" not in run.messages, run.explain()


def test_a_core_that_cannot_be_written(tmp_path):
    run = launch("run", "--core", tmp_path / "none" / "core", GUEST / "planted.exe", "null")
    assert run.status == 5 and "No such file or directory" in run.messages, run.explain()
