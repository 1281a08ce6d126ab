# SPDX-License-Identifier: MIT
"""tools/mica: statuses, limits, refusals, and that nothing is left behind."""
import os
import pty
import select
import shlex
import signal
import subprocess
import time

import pytest
from conftest import BUILD, GUEST, MICA, ROOT, launch, processes, run_guest
from machine import Machine

HELLO = BUILD / "hello.exe"


def test_status_is_the_low_byte():
    assert run_guest(str(HELLO), *"abcde").status == 5


def test_time_limit_leaves_nothing():
    run = launch("run", "--timeout", "1", GUEST / "sleep.exe", "limit")
    assert run.status == 124 and "time limit" in run.messages, run.explain()


def test_terminated_launcher_takes_qemu_along():
    process = subprocess.Popen([MICA, "run", GUEST / "sleep.exe", "terminated"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    assert process.stdout.readline() == b"sleeping\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    for _ in range(50):
        left = processes("-append sleep.exe terminated")
        if not left:
            break
        time.sleep(0.1)
    assert not left


def test_typing_on_a_terminal():
    """QEMU makes the terminal non-blocking; every line must arrive all the same."""
    try:
        master, slave = pty.openpty()
    except OSError as error:
        pytest.skip(f"no terminals here: {error}")  # a root without /dev/pts
    process = subprocess.Popen([MICA, "run", GUEST / "lines.exe"], stdin=slave, stdout=slave,
                               stderr=subprocess.DEVNULL)
    os.close(slave)
    seen = b""
    for line in (b"one", b"two", b"three"):
        os.write(master, line + b"\n")
        while b"[" + line + b"]" not in seen:
            assert select.select([master], [], [], 20)[0], seen
            seen += os.read(master, 1024)
    os.write(master, b"\x04")  # Ctrl+D: the terminal's end of file
    assert process.wait(20) == 3
    os.close(master)


def test_nobody_reads():
    """`mica run ... | head -1` ends when head does."""
    process = subprocess.Popen([MICA, "run", GUEST / "lines.exe"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    process.stdin.write(b"one\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(20) == 128 + signal.SIGPIPE


def test_closed_streams():
    done = subprocess.run([MICA, "run", HELLO], preexec_fn=lambda: os.closerange(0, 3), timeout=20,
                          check=False)
    assert done.returncode == 0


def test_dashes_are_the_programs():
    run = launch("run", HELLO, "--", "-x", "--help")
    assert run.status == 3 and b"argument 1: --\nargument 2: -x\n" in run.out, run.explain()


def test_no_such_program():
    run = launch("run", "nosuch.exe")
    assert run.status == 126 and "no such file" in run.messages, run.explain()


def test_wrong_arguments():
    for arguments in (["run"], ["run", "--memory", "4", HELLO], ["run", "--timeout", "x", HELLO],
                      ["run", "--timeout", "0", HELLO], ["nosuchverb"], []):
        run = launch(*arguments)
        assert run.status == 127 and "usage" in run.messages, run.explain()


def test_dry_run_is_usable_as_it_stands():
    run = launch("run", "--dry-run", HELLO, "a b", "c")
    assert run.status == 0 and b"\n" not in run.out.rstrip(b"\n")
    done = subprocess.run(run.out.decode(), shell=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
    assert done.returncode == 33, done
    assert done.stdout == b"Hello from ring 3.\nargument 1: a b\nargument 2: c\n"
    assert b"hello.exe exited with status 00000002" in done.stderr


def test_path_with_blanks_and_commas(tmp_path):
    folder = tmp_path / "a b, c"
    folder.mkdir()
    program = folder / "my, program.exe"
    program.write_bytes(HELLO.read_bytes())
    run = launch("run", program, "x")
    assert run.status == 1 and b"argument 1: x" in run.out, run.explain()


def test_from_another_folder(tmp_path):
    done = subprocess.run([MICA, "run", os.path.relpath(HELLO, tmp_path)], cwd=tmp_path,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=20, check=False)
    assert done.returncode == 0 and done.stdout == b"Hello from ring 3.\n"


def test_long_arguments():
    assert launch("run", HELLO, "x" * 3000).status == 1
    run = launch("run", HELLO, "x" * 5000)
    assert run.status == 126 and "longer than 4095" in run.messages, run.explain()


def test_bugcheck_status():
    """An NMI at any moment: the task gate reports and stops."""
    run = launch("run", "--dry-run", GUEST / "sleep.exe")
    command = shlex.split(run.out.decode())
    with Machine(command) as machine:
        machine.wait_for_output(b"sleeping\n")
        machine.qmp("inject-nmi")
        assert machine.wait() == 35, machine.messages()
    assert "NMI_HARDWARE_FAILURE" in machine.messages()
    assert "*** STOP: 0x00000080" in machine.messages()


def test_setup_names_the_packages_where_it_cannot_install(tmp_path):
    """On a machine without apt-get the exact command is printed, and nothing is tried."""
    shell = tmp_path / "bin"
    shell.mkdir()
    for tool in ("sh", "id", "mktemp", "rm", "tail", "grep", "env"):
        os.symlink(subprocess.check_output(["which", tool], text=True).strip(), shell / tool)
    done = subprocess.run(["/bin/sh", ROOT / "tools" / "setup.sh", "test"],
                          env={"PATH": str(shell), "PYTHON": "/nonexistent"},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 1
    assert "apt-get install -y --no-install-recommends clang nasm" in done.stdout, done.stdout
    assert "python3-pytest" in done.stdout
