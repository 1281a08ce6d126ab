# SPDX-License-Identifier: MIT
"""Scripted GDB sessions through `tools/mica debug`: stacks across the rings, stepping, clean-up."""
import re
import subprocess

from conftest import GUEST, MICA, processes


def session(program, *commands, timeout=60):
    arguments = [part for text in (*commands, "kill", "quit") for part in ("--gdb", text)]
    done = subprocess.run([MICA, "debug", *arguments, GUEST / f"{program}.exe"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False)
    return done.stdout


def check_order(text, *wanted):
    """Lines of the backtrace match these patterns, in this order."""
    lines = [l for l in text.splitlines() if re.match(r"#\d+", l)]
    at = 0
    for want in wanted:
        while at < len(lines) and not re.search(want, lines[at]):
            at += 1
        assert at < len(lines), f"{want!r} is not on the stack, or out of order\n{text}"
        at += 1


def test_stops_at_the_entry():
    text = session("seh_try", "info symbol $eip")
    assert re.search(r"Temporary breakpoint 1, mainCRTStartup", text), text


def test_stack_in_a_filter():
    """From a ring-3 filter through both dispatchers to the line that faulted."""
    text = session("seh_try", "break Note", "continue", "bt")
    check_order(text, r"Note \(.*seh_try\.c", r"_except_handler3 .*seh3\.c",
                r"RtlDispatchException.*exception\.c", r"<signal handler called>",
                r"Peek .*peek\.c:\d+", r"Execute .*seh_try\.c:\d+", r"main .*seh_try\.c:\d+")


def test_stack_in_the_kernel():
    """From KiDispatchException through the trap frame to the line that faulted."""
    text = session("seh_try", "break KiDispatchException", "continue", "bt")
    check_order(text, r"KiDispatchException .*exception\.c", r"KiRaiseFault .*exception\.c",
                r"KiTrap0EHandler .*faults\.c", r"<signal handler called>",
                r"Peek .*peek\.c:\d+", r"Execute .*seh_try\.c:\d+", r"main .*seh_try\.c:\d+")


def test_trap_entry_has_lines():
    """Each instruction of the entry has its line, and the stack is whole at each."""
    text = session("seh_try", "break KiTrap0E", "continue", "info line *$eip",
                   *["stepi", "bt 2"] * 8, "info line *$eip")
    assert re.search(r'Line \d+ of "kernel/trap/vectors.asm" .*<KiTrap0E>', text), text
    assert re.search(r'Line \d+ of "kernel/trap/entry.asm" .*<KiEnterTrap\+\d+>', text), text
    frames = re.findall(r"^#1 .*", text, re.MULTILINE)
    assert len(frames) == 8 and len(set(frames)) == 1, text


def test_nexti_steps_over_int_2e():
    # The first time its page is not there yet, and the step is one into the page fault.
    text = session("seh_try", "break NtWriteFile@36", "continue", "continue", "nexti", "nexti",
                   "x/i $eip", "nexti", "x/i $eip", "bt")
    assert re.search(r"=> .*int\s+0x2e", text), text
    assert re.search(r"=> .*ret\s+0x24", text), text
    check_order(text, r"(Nt|Zw)WriteFile@36 .*stubs\.asm", r"Print .*console\.c")


def test_callback_stack_in_the_kernel():
    text = session("../course/16-callbacks", "break NtCallbackReturn", "continue",
                   "continue", "bt")
    check_order(text, r"NtCallbackReturn .*callback\.c", r"<signal handler called>", r"Double.*callbacks\.c")


def test_the_boot_from_reset():
    done = subprocess.run(
        [MICA, "debug", "--from-reset", "--gdb", "break PspUserThreadStartup", "--gdb", "continue",
         "--gdb", "bt", "--gdb", "kill", "--gdb", "quit", GUEST / "seh_try.exe"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=60, check=False)
    check_order(done.stdout, r"PspUserThreadStartup .*startup\.c", r"KiThreadStartup .*startup\.asm")


def test_double_fault_has_a_stack_of_its_own():
    """ESP into the guard page under a kernel stack: #PF cannot push, #DF comes by its task gate."""
    text = session("seh_try", "break KiTrap0EHandler", "continue",
                   "set $esp = ((unsigned)$esp & 0xFFFF0000) + 0x800", "delete", "continue")
    assert "*** STOP: 0x0000007F (0x00000008," in text, text
    assert "UNEXPECTED_KERNEL_MODE_TRAP" in text
    assert re.search(r"esp=fb0\w0800[\s\S]*cs=0008", text), text


def test_nothing_is_left():
    session("sleep", "info registers")
    assert not processes("-append sleep.exe -S")
