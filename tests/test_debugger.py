# SPDX-License-Identifier: MIT
"""The kernel's debugger (kernel/kd) as its user meets it, and the kernel's switches."""
import re
import shlex
import subprocess

import pytest
from conftest import GUEST, check_transcript, launch

PROMPT = GUEST / "prompt.exe"


def with_answers(tmp_path, answers, *options, program=PROMPT):
    path = tmp_path / "answers"
    path.write_text(answers)
    return launch("run", "--icount", "--timeout", "20", *options, "--kd", path, program)


def test_answers(tmp_path):
    run = with_answers(tmp_path, "r\ng\nabcdef\nJo\ngn")
    check_transcript(run, "KdDebuggerEnabled 3\nDbgPrint: 0\nbehind a breakpoint\n"
                          "DbgPrompt: 4 'abcd' #\nDbgPrompt: 2 'Jo'\n"
                          "not handled there: STATUS_BREAKPOINT\nnobody there: go\n")
    assert re.search(r"from ring 3: 42\n"
                     r"kd: first chance 80000003 STATUS_BREAKPOINT at 77F\w{5}, user mode\n"
                     r"kd> r\neax=(.|\n)*cs=001B ss=0023\nkd> g\nyour name\? abcdef\nand again\? Jo\n"
                     r"kd: first chance 80000003(.|\n)*kd> gn\n"
                     r"kd: first chance (.|\n)*kd> g\n", run.messages), run.explain()


def test_unknown_words_are_explained(tmp_path):
    run = with_answers(tmp_path, "bp 401000\n")
    assert "kd> bp 401000\ng: go; gh: go, handled; gn:" in run.messages, run.explain()


def test_without_a_debugger_nobody_prompts():
    run = launch("run", "--icount", PROMPT)
    assert run.status == 3 and run.out == b"KdDebuggerEnabled 0\nDbgPrint: 0\n", run.explain()
    assert "unhandled exception 80000003" in run.messages


def test_stop_on_exception(tmp_path):
    """Other first chances only by request: FLG_STOP_ON_EXCEPTION (nt-facts 9.2)."""
    program = GUEST / "unhandled.exe"
    quiet = with_answers(tmp_path, "g\n", program=program)
    assert "kd:" not in quiet.messages and quiet.status == 5, quiet.explain()
    asked = with_answers(tmp_path, "gn\n", "--global-flag", "1", program=program)
    assert re.search(r"kd: first chance C0000005 STATUS_ACCESS_VIOLATION at 0040\w+, user mode\n"
                     r"kd> gn\nmica: unhandled.exe: unhandled", asked.messages), asked.explain()


@pytest.mark.parametrize("options,text", [
    (("--kd", "/nowhere"), "--kd /nowhere: cannot be read"),
    (("--kd", "/tmp"), "--kd /tmp: cannot be read"),
    (("--dry-run", "--kd", "/dev/null"), "no command line alone does the same"),
    (("--global-flag", "x"), "x: not a hexadecimal number"),
    (("--global-flag", "123456789"), "not a hexadecimal number of 32 bits"),
])
def test_wrong_options(options, text):
    run = launch("run", *options, PROMPT)
    assert run.status == 127 and text in run.messages, run.explain()


def test_a_path_is_no_switch():
    """A loader may name the program by a path that begins like one."""
    command = shlex.split(launch("run", "--dry-run", GUEST.parent / "hello.exe").out.decode())
    for line in ("/boot/hello.exe x", "/hello.exe x", "/SEHOP /boot/hello.exe x"):
        command[command.index("-append") + 1] = line
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=20, check=False)
        assert done.returncode == 33 and b"argument 1: x\n" in done.stdout, done


@pytest.mark.parametrize("line", ["/NOSUCH hello.exe", "/GLOBALFLAG= hello.exe",
                                  "/GLOBALFLAG=12x hello.exe", "/" + "A" * 40 + " hello.exe"])
def test_wrong_switches(line, tmp_path):
    """On the kernel's own command line, as a boot loader would give it."""
    command = shlex.split(launch("run", "--dry-run", GUEST.parent / "hello.exe").out.decode())
    command[command.index("-append") + 1] = line
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=20, check=False)
    assert done.returncode == 37 and b"cannot start: a switch of the kernel" in done.stderr, done


def test_breakpoints_of_the_processor_are_left_behind(tmp_path):
    """Handled, one is not met again at the same instruction (the course's chapter 3, cases 8 and 9)."""
    program = GUEST.parent / "course" / "03-debug-registers.exe"
    run = with_answers(tmp_path, "g\n" * 40, program=program)
    assert run.status == 0 and "12. they survive" in run.out.decode(), run.explain()
    assert "hits" not in run.messages and 5 < run.messages.count("STATUS_SINGLE_STEP") < 30, run.explain()


def test_ring_0_talks_to_it_too(tmp_path):
    """DbgPrint, DbgPrompt and a breakpoint of the kernel's own (course, chapter 20)."""
    program = GUEST.parent / "course" / "20-ring-0.exe"
    run = with_answers(tmp_path, "gn\nZebra\n", program=program)
    assert "handler 80000003, cs 8, went on" in run.out.decode(), run.explain()
    assert "print 0, prompt 5, first letter 5A" in run.out.decode(), run.explain()
    assert re.search(r"kd: first chance 80000003 STATUS_BREAKPOINT at 80\w{6}, kernel mode\nkd> gn\n"
                     r"(.|\n)*from ring 0: 42\nring 0 asks\? ", run.messages), run.explain()
    handled = with_answers(tmp_path, "gh\nZ\n", program=program)
    assert "2. a breakpoint, stepped over by a handler\n  went on\n" in handled.out.decode(), handled.explain()
