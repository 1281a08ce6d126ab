# SPDX-License-Identifier: MIT
"""smss and the shell: commands, jobs, keys."""
import re
import shlex
import time

import pytest
from conftest import BUILD, GUEST, launch, run_guest
from machine import Machine

MODULES = [BUILD / "shell.exe", BUILD / "hello.exe", GUEST / "spin.exe", GUEST / "unhandled.exe",
           GUEST / "lines.exe"]


def shell(*lines, status=0):
    """What the shell prints for these lines, each ended by Enter."""
    typed = "".join(line + "\r" for line in lines).encode()
    options = [word for path in MODULES for word in ("--module", str(path))]
    run = run_guest(str(BUILD / "smss.exe"), stdin=typed, options=options)
    assert run.status == status, run.explain()
    return run.out.decode(errors="replace")


def test_help_lists_what_there_is():
    text = shell("help", "exit")
    for name in ("ps", "handles", "objects", "mem", "kill", "priority", "dir", "type", "help", "exit"):
        assert re.search(rf"^  {name} ", text, re.MULTILINE), text


def test_programs_and_their_status():
    text = shell("hello one \"two words\"", "hello", "unhandled", "nothing", "exit")
    assert "argument 2: two words\nhello: exit status 2\n" in text, text
    assert "mica> hello\nHello from ring 3.\nmica> " in text, text
    assert "unhandled: STATUS_ACCESS_VIOLATION (C0000005)\n" in text, text
    assert "nothing: there is no such command or program" in text, text


def test_background_and_kill():
    text = shell("spin &", "ps", "priority spin 4", "kill spin", "wait", "hello", "exit")
    text = text.replace("spinning\n", "")  # it says so whenever its turn comes, in a line of `ps` even
    job = re.search(r"^\[(\d+)\] spin$", text, re.MULTILINE)
    assert job, text
    assert re.search(rf"^ *{job[1]} .*spin\.exe$", text, re.MULTILINE), text
    assert f"[{job[1]}] spin has ended: exit status 1" in text, text


def test_ctrl_c_ends_the_program_in_front():
    """Typed ahead, it would be the shell's own; so the program asks for it by what it prints."""
    options = [word for path in MODULES for word in ("--module", str(path))]
    command = shlex.split(launch("run", "--dry-run", *options, BUILD / "smss.exe").out.decode())
    with Machine(command) as machine:
        machine.wait_for_output(b"mica> ")
        machine.type_keys(b"spin\r")
        machine.wait_for_output(b"spinning")
        machine.type_keys(b"\x03")
        machine.wait_for_output(b"spin: STATUS_CONTROL_C_EXIT (C000013A)\n")
        machine.wait_for_output(b"mica> ")
        machine.type_keys(b"lines\r")
        machine.wait_for_output(b"lines\n")
        time.sleep(0.5)  # what is typed before the program runs is still the shell's, key by key
        machine.type_keys(b"ab\x7fc\r\x04")  # a line rubbed out and ended, then the end of the input
        machine.wait_for_output(b"[ac]")
        machine.wait_for_output(b"mica> ")
        machine.type_keys(b"exit\r")
        assert machine.wait() == 33, machine.messages()


def test_objects_and_handles():
    text = shell("objects", "objects \\KnownDlls", "objects \\nowhere", "handles", "handles 4711", "exit")
    assert re.search(r"^  SystemRoot +SymbolicLink -> \\Device\\Ramdisk$", text, re.MULTILINE), text
    assert re.search(r"^    ConsoleBreak +Event$", text, re.MULTILINE), text
    assert "\\KnownDlls\n  ntdll.dll" in text, text
    assert "\\nowhere: STATUS_OBJECT_NAME_NOT_FOUND" in text, text
    assert re.search(r"^ +\w+  File +access 120089", text, re.MULTILINE), text
    assert "4711: no process has that id" in text, text


def test_what_runs_behind_has_no_input():
    """All that is typed is the shell's; and each handle says what it is to."""
    text = shell("lines &", "wait", "spin &", "spin &", "kill spin", "handles", "type hello.exe", "kill smss",
                 "ps", "exit")
    assert re.search(r"^\[\d+\] lines has ended: STATUS_SUCCESS", text, re.MULTILINE), text
    spins = re.findall(r"^\[(\d+)\] spin$", text, re.MULTILINE)
    assert f"spin: which one? {spins[0]}, {spins[1]}\n" in text, text
    assert re.search(r"  File +access \w+  \\Device\\Console\\Input\n", text), text
    assert "kill: that is smss, the session itself" in text, text
    assert not re.search(r"[^\t\r\n -~]", text), text


def test_typing_ahead():
    """Half a line typed while a program runs is the beginning of the next one; nothing is overtaken."""
    options = [word for path in [*MODULES, GUEST / "sleep.exe"] for word in ("--module", str(path))]
    command = shlex.split(launch("run", "--dry-run", *options, BUILD / "smss.exe").out.decode())
    with Machine(command) as machine:
        machine.wait_for_output(b"mica> ")
        for ahead, rest, said in ((b"hel", b"lo\r", b"Hello from ring 3."),
                                  (b"hello a\rhello", b" b\r", b"argument 1: b")):
            machine.type_keys(b"sleep\r")
            machine.wait_for_output(b"sleeping\n")
            machine.type_keys(ahead + b"\x03")
            machine.wait_for_output(b"mica> ")
            machine.type_keys(rest)
            machine.wait_for_output(said)
            machine.wait_for_output(b"mica> ")
        machine.type_keys(b"exit\r")
        assert machine.wait() == 33, machine.messages()


def test_many_lines_at_once():
    text = shell(*[f"hello {i}" for i in range(40)], "exit")
    for i in range(40):
        assert f"argument 1: {i}\n" in text, text


def test_memory():
    text = shell("mem shell", "mem", "pool", "mem 3", "exit")
    assert re.search(r"^00400000-00400FFF +1 pages  commit  r-- +image +\\SystemRoot\\shell\.exe$", text,
                     re.MULTILINE), text
    assert re.search(r"^77F60000-.*\\SystemRoot\\ntdll\.dll$", text, re.MULTILINE), text
    assert re.search(r"^\d+ pages free, \d+ of \d+ committed", text, re.MULTILINE), text
    assert re.search(r"^Vad  +\d+ +\d+", text, re.MULTILINE), text


@pytest.mark.parametrize("keys,done", [
    (b"helo\x1b[Dl\r", "hello"), (b"ello\x01h\r", "hello"), (b"xhello\x1b[H\x1b[3~\r", "hello"),
    (b"hellox\x7f\r", "hello"), (b"junk\x15hello\r", "hello"), (b"hello junk\x1b[D\x1b[D\x1b[D\x1b[D\x0b\r", "hello"),
    (b"hello\r\x1b[A\r", "hello"), (b"hello a\rhelp\r\x1b[A\x1b[A\x1b[B\x1b[A\r", "hello a"),
    (b"half\x03hello\r", "hello")], ids=["left", "home", "delete", "backspace", "ctrl-u", "ctrl-k",
                                         "up", "up-and-down", "ctrl-c"])
def test_line_editing(keys, done):
    options = [word for path in MODULES for word in ("--module", str(path))]
    run = run_guest(str(BUILD / "smss.exe"), stdin=keys + b"exit\r", options=options)
    assert run.status == 0, run.explain()
    text = run.out.decode()
    last = text[:text.rindex("mica> ")]
    assert "Hello from ring 3." in last.rsplit("mica> ", 1)[1], text
    assert ("argument 1: a" in last.rsplit("mica> ", 1)[1]) == (done == "hello a"), text


def test_wrong_arguments():
    text = shell("kill", "kill nobody", "priority spin", "type", "type nothing", "type hello.exe x", "mem nobody",
                 "priority shell 99", "handles a b", "exit")
    for part in ("kill: which process?", "nobody: no process has that name", "priority: of which process",
                 "type: which file?", "nothing: there is no such file",
                 "handles: of one process"):
        assert part in text, f"{part}\n{text}"
