# SPDX-License-Identifier: MIT
"""Booting: memory sizes, missing and damaged modules, the ISO, loaders that are none."""
import shlex
import shutil
import subprocess

import pytest
from conftest import BUILD, ROOT, check_transcript, launch, run_guest

HELLO = BUILD / "hello.exe"
NOT_STARTED = 126


def dry_run(*arguments):
    run = launch("run", "--dry-run", *arguments)
    assert run.status == 0, run.explain()
    return shlex.split(run.out.decode())


def boot(command, timeout=20):
    """Runs a QEMU command line; returns its exit status and all it printed."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=timeout, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


@pytest.mark.parametrize("memory", [8, 16, 512, 1024])
def test_memory(memory):
    run = run_guest(str(HELLO), options=["--memory", str(memory)])
    check_transcript(run, "Hello from ring 3.\n")
    assert f"[{min(memory, 512)} MB Memory]" in run.messages


def test_too_little_memory():
    command = dry_run(HELLO)
    command[command.index("-m") + 1] = "4"
    status, text = boot(command)
    assert status == 37 and "this machine is too small: Mica needs 8 MB of memory" in text, text


def with_modules(*files, line="hello.exe"):
    command = dry_run(HELLO)
    at = command.index("-initrd")
    if files:
        command[at + 1] = ",".join(map(str, files))
    else:
        del command[at:at + 2]
    command[command.index("-append") + 1] = line
    return command


def damaged(folder, source, name, change):
    data = bytearray(source.read_bytes())
    path = folder / name
    path.write_bytes(change(data))
    return path


def test_no_modules():
    status, text = boot(with_modules())
    assert status == 37 and "the loader brought no modules" in text, text


def test_missing_ntdll():
    status, text = boot(with_modules(HELLO))
    assert status == 37 and "ntdll.dll is not among the modules" in text, text


def test_missing_program():
    status, text = boot(with_modules(BUILD / "ntdll.dll", line="other.exe"))
    assert status == 37 and "the program is not among the modules" in text, text
    assert "STATUS_NO_SUCH_FILE" in text


def test_damaged_ntdll(tmp_path):
    bad = damaged(tmp_path, BUILD / "ntdll.dll", "ntdll.dll", lambda d: d[:2000])
    status, text = boot(with_modules(bad, HELLO))
    assert status == 37 and "ntdll.dll cannot be mapped" in text, text
    assert "STATUS_INVALID_IMAGE_FORMAT" in text


def test_ntdll_without_a_dispatcher(tmp_path):
    bad = damaged(tmp_path, BUILD / "ntdll.dll", "ntdll.dll",
                  lambda d: d.replace(b"KiUserCallbackDispatcher", b"KiUserCallbackDispatchez"))
    status, text = boot(with_modules(bad, HELLO))
    assert status == 37 and "KiUserCallbackDispatcher" in text, text


def test_without_a_program_name_the_first_exe_runs():
    status, text = boot(with_modules(BUILD / "ntdll.dll", HELLO, line=""))
    assert status == 33 and "Hello from ring 3." in text, text


DAMAGE = {
    "empty": (lambda d: b"", "STATUS_MAPPED_FILE_SIZE_ZERO"),
    "text": (lambda d: b"#!/bin/sh\n" * 20, "STATUS_INVALID_IMAGE_NOT_MZ"),
    "dos": (lambda d: d[:0x3C] + b"\xff\xff\xff\x7f" + d[0x40:], "STATUS_INVALID_IMAGE_PROTECT"),
    "cut": (lambda d: d[:3000], "STATUS_INVALID_IMAGE_FORMAT"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_program(kind, tmp_path):
    change, status = DAMAGE[kind]
    run = launch("run", damaged(tmp_path, HELLO, "bad.exe", change))
    assert run.status == NOT_STARTED and status in run.messages, run.explain()


def test_not_multiboot(tmp_path):
    """Entered with another EAX, the first instructions say so: GDB is the other loader."""
    command = dry_run(HELLO) + ["-S", "-gdb", "stdio"]
    # stdin and stdout carry GDB's packets, so the serial lines go to files.
    for name, chardev in (("console", "stdio,id=console"),
                          ("kernel", "file,id=kernel,path=/dev/stderr,append=on")):
        command[command.index(chardev)] = f"file,id={name},path={tmp_path / name}"
    subprocess.run(
        ["gdb", "-q", "-nx", "-batch", BUILD / "mica.elf", "-ex", "set architecture i386",
         "-ex", "target remote | exec " + shlex.join(command), "-ex", "break _start",
         "-ex", "continue", "-ex", "set $eax = 0x1234", "-ex", "continue"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30,
        check=False)
    text = (tmp_path / "console").read_text()
    assert "Mica: not started by a multiboot loader" in text


def test_iso():
    """GRUB, the CD, smss, the shell, the tour: once through, once more, and off."""
    run = launch("boot", BUILD / "mica.iso", stdin=b"tour\n\nq\nexit\n")
    text = run.out.decode(errors="replace")
    assert run.status == 0, run.explain()
    assert text.count("Welcome to Mica, a small NT") == 2, run.explain()
    assert text.count("5. and the __except block goes on.") == 2, run.explain()
    assert text.count("4. the service is back: STATUS_SUCCESS, output 42.") == 2, run.explain()
    assert "sgdt  base 80036000 limit 3FF" in text and "str   28" in text


def test_iso_is_whole():
    """Every file on the CD is where GRUB put it, untouched: the demonstrations run, a text is read."""
    demos = sorted((ROOT / "tests" / "demos").glob("*.txt"))
    typed = "".join(f"{path.stem}\n" for path in demos) + "hello\ntype readme.txt\nexit\n"
    run = launch("boot", BUILD / "mica.iso", stdin=typed.encode())
    text = run.out.decode()
    assert run.status == 0, run.explain()
    for path in demos:
        assert path.read_text() in text, path.stem + "\n" + run.explain()
    assert "Hello from ring 3.\n" in text
    assert (ROOT / "README.md").read_text() in text


def test_what_is_no_iso():
    run = launch("boot", BUILD / "mica.elf")
    assert run.status == NOT_STARTED and "not an ISO image" in run.messages, run.explain()


def make_iso(folder, without):
    tree = folder / "tree"
    shutil.copytree(BUILD / "iso", tree)
    (tree / without).unlink()
    subprocess.run(["grub-mkrescue", "-d", "/usr/lib/grub/i386-pc", "-o", folder / "bad.iso", tree],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return folder / "bad.iso"


def test_iso_without_ntdll(tmp_path):
    run = launch("boot", make_iso(tmp_path, "ntdll.dll"))
    assert run.status == NOT_STARTED, run.explain()
    assert "ntdll.dll is not among the modules" in run.messages


def test_iso_without_kernel(tmp_path):
    run = launch("boot", make_iso(tmp_path, "mica.elf"))
    assert run.status != 0, run.explain()
    assert b"mica.elf is missing from this image, or damaged" in run.out, run.explain()
