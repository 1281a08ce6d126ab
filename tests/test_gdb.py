# SPDX-License-Identifier: MIT
"""Scripted GDB sessions through `tools/mica debug`: stacks across the rings, stepping, clean-up."""
import json
import re
import socket
import subprocess
import time

from conftest import BUILD, GUEST, MICA, ROOT, processes


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


def test_the_programs_input_is_empty():
    text = session("lines", "continue")
    assert "lines.exe exited with status 00000000 STATUS_SUCCESS" in text, text


def test_breakpoint_in_one_program():
    """Set while another program runs at the same addresses; symbols follow the process."""
    modules = [part for name in ("shell", "hello") for part in ("--module", BUILD / f"{name}.exe")]
    commands = ["nt bp shell main", "continue", "bt 1", "nt lm", "nt bp nobody main", "nt bp shell nothing",
                "kill", "quit"]
    done = subprocess.run([MICA, "debug", *modules, *[p for c in commands for p in ("--gdb", c)], BUILD / "smss.exe"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False)
    assert re.search(r"Breakpoint 2, main .* at user/shell/main\.c:\d+", done.stdout), done.stdout
    assert re.search(r"00400000 \w{8}   \\SystemRoot\\shell\.exe|its loader has not begun", done.stdout), done.stdout
    assert "nobody: no image of that name is known: hello.exe, ntdll.dll, shell.exe, smss.exe" in done.stdout
    assert 'Function "nothing" not defined' in done.stdout, done.stdout


def test_by_hand():
    """make gdb-server and the tracked .gdbinit, on another port than everybody's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = (ROOT / ".gdbinit").read_text().replace("127.0.0.1:1234", f"127.0.0.1:{port}")
    script = re.sub(r"build/", f"{BUILD}/", script)
    server = subprocess.Popen([MICA, "gdb-server", "--port", str(port), BUILD / "hello.exe"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert f"waits for a debugger at 127.0.0.1:{port}" in server.stderr.readline()
        lines = [l for l in script.splitlines() if l and not l.startswith("#")]
        for _ in range(50):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        extra = ["nt bp hello main", "continue", "bt 1", "kill", "quit"]
        done = subprocess.run(["gdb", "-q", "-nx", "-batch", *[p for l in lines + extra for p in ("-ex", l)]],
                              cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
        assert re.search(r"Breakpoint 1, main .* at user/hello\.c:\d+", done.stdout), done.stdout
        server.wait(20)
    finally:
        server.kill()
        server.communicate()


def test_editor_settings():
    """Visual Studio Code's files say what is there."""
    launch, tasks = (json.loads((ROOT / ".vscode" / f"{n}.json").read_text()) for n in ("launch", "tasks"))
    config = launch["configurations"][0]
    assert config["preLaunchTask"] in [t["label"] for t in tasks["tasks"]]
    assert "source tools/gdb/mica.py" in [c["text"] for c in config["setupCommands"]]
    makefile = (ROOT / "Makefile").read_text()
    for task in tasks["tasks"]:
        target = (task["command"].split() + [""])[1]
        assert not target or f"\n{target}:" in makefile, task


def test_nothing_is_left():
    session("sleep", "info registers")
    assert not processes("-append sleep.exe -S")
