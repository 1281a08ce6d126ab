# SPDX-License-Identifier: MIT
"""user/ntsd, the debugger in ring 3: what one types at it, and what it says."""
import re
import shlex

import pytest
from conftest import BUILD, GUEST, launch, run_guest
from machine import Machine


def debug(program, *lines, status=0, folder=GUEST):
    """What ntsd prints for these lines about a program."""
    run = run_guest(str(BUILD / "ntsd.exe"), program, stdin="".join(l + "\n" for l in lines).encode(),
                    options=["--module", folder / f"{program}.exe"])
    assert run.status == status, run.explain()
    return run.out.decode(errors="replace")


def test_a_breakpoint_and_the_stack():
    text = debug("seh_try", "bp main", "bl", "g", "k", "bc 0", "bl", "q")
    assert re.search(r"^ModLoad: 77f60000 [0-9a-f]{8}   ntdll$", text, re.MULTILINE), text
    assert "ntdll!DbgBreakPoint+0x1:\n" in text, text
    assert "0:000>  0 00401000 seh_try!main\n" in text, text
    assert "Breakpoint 0 hit\n" in text and "\nseh_try!main:\n00401000 55" in text, text
    assert re.search(r"seh_try!main\n.* seh_try!mainCRTStartup\+0x\w+\n.* ntdll!RtlpRunThread\+0x", text), text
    assert text.endswith("0:000> 0:000> 0:000> "), text  # nothing is left to list; q says nothing


def test_a_breakpoint_is_met_again():
    """A thread that stands on one goes on over it, and comes back."""
    text = debug("seh_try", "bp Peek", "g", "g", "g", "g", "g", "q")
    assert text.count("Breakpoint 0 hit\n") == 2, text
    assert text.count("Attempt to read from 000000") == 2, text


@pytest.mark.parametrize("answers, ends", [(["g", "gn", "gn"], "STATUS_ACCESS_VIOLATION"),
                                           (["g", "g", "g"], "STATUS_ACCESS_VIOLATION")])
def test_second_chance(answers, ends):
    text = debug("unhandled", *answers, status=5)  # the low byte of C0000005
    assert text.count("code c0000005 (first chance)") == 1, text
    assert text.count("code c0000005 (!!! second chance !!!)") == 1, text
    assert text.endswith(f"the process has ended: {ends}\n"), text


def test_registers_memory_and_steps():
    text = debug("seh_try", "bp main", "g", "r ebx", "r ebx=12ab", "r ebx", "t", "p",
                 "ed @esp 11223344", "dd @esp 4", "db @esp 2", "eb @esp 41", "db @esp 1", "ln main+1",
                 "~", "lm", "q")
    assert "0:000> ebx=000012ab\n" in text, text
    assert "seh_try!main+0x1:\n" in text and "seh_try!main+0x3:\n" in text, text
    assert re.search(r"0:000> [0-9a-f]{8}  11223344\n", text), text
    assert re.search(r"0:000> [0-9a-f]{8}  44 33  D3\n", text), text
    assert re.search(r"0:000> [0-9a-f]{8}  41  A\n", text), text
    assert "0:000> 00401001 seh_try!main+0x1\n" in text, text
    assert re.search(r"\. 0  Id: [0-9a-f]+\.[0-9a-f]+\n", text), text


def test_a_fault_mended():
    """gh goes on where it stands: with the register set right, no handler hears of it."""
    text = debug("seh_try", "bp main", "g", "r esp", "g", "r eax=@esp", "gh", "q")
    body = text[text.index("Attempt to read from 00000010"):]
    assert "filter execute" not in body.split("(first chance)", maxsplit=1)[0], text


def test_a_call_is_stepped_over():
    text = debug("hello", "bp main", "g", *["p"] * 12, "q", folder=BUILD)
    places = re.findall(r"^(?:0:000> )*(\w+![\w+]+):$", text, re.MULTILINE)
    assert len(places) == 14 and all(p.startswith("hello!main") for p in places[1:]), text
    assert "Hello from ring 3.\n" in text, text


@pytest.mark.parametrize("line, says", [
    ("nonsense", "ntsd: nonsense: no such command; ? lists them"),
    ("bp", "ntsd: bp takes an address"), ("bp nowhere", "ntsd: nowhere: no number, register or name"),
    ("bp 0", "ntsd: there is no memory at 00000000"), ("bc 7", "ntsd: bc takes a breakpoint's number"),
    ("dd 0", "00000000  ????????"), ("ed 10 5", "ntsd: there is no memory at 00000010"),
    ("ed @esp", "ntsd: which value?"), ("r zzz", "ntsd: zzz: no register"), ("?", "go: as continued"),
    ("t zzz", "ntsd: zzz: no number, register or name"), ("dd esp", "(a register is @name)"),
    ("~7s", "ntsd: there is no thread 7")])
def test_what_is_wrong_is_said(line, says):
    text = debug("seh_try", line, "q")
    assert says in text, text


def test_without_a_program():
    for arguments, says in ((["nothing"], "ntsd: nothing: STATUS_OBJECT_NAME_NOT_FOUND\n"),
                            (["-p", "9999"], "ntsd: 9999: STATUS_INVALID_CID\n"),
                            ([], "ntsd -p PROCESS ")):
        run = run_guest(str(BUILD / "ntsd.exe"), *arguments)
        assert run.status == 1 and says in run.out.decode(), run.explain()


def test_attaching_and_leaving():
    """To a program that runs behind the shell; it runs on when ntsd has left."""
    names = [BUILD / "shell.exe", BUILD / "ntsd.exe", GUEST / "spin.exe"]
    options = [word for path in names for word in ("--module", str(path))]
    command = shlex.split(launch("run", "--dry-run", *options, BUILD / "smss.exe").out.decode())
    with Machine(command) as machine:
        machine.wait_for_output(b"mica> ")
        machine.type_keys(b"spin &\r")
        job = re.search(rb"\[(\d+)\] spin", machine.wait_for_output(b"spinning"))[1]
        machine.type_keys(b"ntsd -p " + job + b"\r")
        seen = machine.wait_for_output(b"0:000> ")
        assert b"ModLoad: 00400000" in seen and b"ntdll!DbgBreakPoint+0x1" in seen, seen
        machine.type_keys(b"~\r")
        seen = machine.wait_for_output(b"0:000> ")
        assert seen.count(b"Id: ") == 2, seen  # its own thread, and the one that broke in
        machine.type_keys(b"~0s\rk\r")
        machine.wait_for_output(b"0:000> ")
        assert b"spin!main" in machine.wait_for_output(b"0:000> ")
        machine.type_keys(b".detach\r")
        machine.wait_for_output(b"mica> ")
        machine.type_keys(b"kill spin\rwait\r")
        machine.wait_for_output(b"spin has ended: exit status 1")
