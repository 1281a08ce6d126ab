# SPDX-License-Identifier: MIT
"""The tree itself: both compilers, floors, sizes, formatting, names that comments cite."""
import re
import shlex
import subprocess

import pytest
from conftest import BUILD, OWN_MAKE, ROOT, launch

TRACKED = subprocess.check_output(["git", "ls-files"], cwd=ROOT, text=True).splitlines() \
    if (ROOT / ".git").exists() else []
SOURCES = [p for p in TRACKED if p.endswith((".c", ".h", ".asm", ".inc", ".py", ".def"))
           or p == "tools/mica"]


def test_gcc_builds_the_kernel():
    """gcc -m32 too; what it built boots."""
    done = subprocess.run(["make", "-s", f"BUILD={BUILD}/gcc", "KCC=gcc", "CI=1",
                           f"{BUILD}/gcc/mica.elf"], cwd=ROOT, env=OWN_MAKE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout
    command = shlex.split(launch("run", "--dry-run", BUILD / "hello.exe", "x").out.decode())
    command[command.index("-kernel") + 1] = str(BUILD / "gcc" / "mica.elf")
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=20, check=False)
    assert run.returncode == 33 and run.stdout == b"Hello from ring 3.\nargument 1: x\n", run


# Floors of the house, lowest first: a file includes only what stands on its floor or below.
FLOORS = [{"nt", "asm"}, {"rtl"}, {"hal", "boot"}, {"i386"}, {"ke"}, {"kd"}, {"mm"}, {"ob"}, {"ex"}, {"io"},
          {"ps"}, {"dbgk"}, {"trap"}, {"init"}]
LOCAL = {"hal.h": "hal", "halp.h": "hal", "port.h": "hal", "loader.h": "boot"}


def floor_of(folder):
    return next((i for i, names in enumerate(FLOORS) if folder in names), None)


def test_floors():
    wrong = []
    for path in SOURCES:
        parts = path.split("/")
        folder = "nt" if "include/nt" in path else \
            parts[1] if parts[0] == "kernel" else parts[0]
        own = floor_of(folder)
        if own is None:
            continue
        for name in re.findall(r'^#include "(.+?)"', (ROOT / path).read_text(), re.MULTILINE):
            target = LOCAL.get(name, name.split("/")[0] if "/" in name else folder)
            if (floor_of(target) or 0) > own:
                wrong.append(f"{path} includes {name}: up from {folder} to {target}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not TRACKED, reason="not a git checkout")
def test_no_file_is_long():
    long = [(p, n) for p in SOURCES if (n := len((ROOT / p).read_text().splitlines())) > 300]
    assert not long, long


@pytest.mark.skipif(not TRACKED, reason="not a git checkout")
def test_top_level_is_fixed():
    top = {p.split("/")[0] for p in TRACKED}
    named = {n for n in top if not n.startswith(".") and n != "LICENSE"}
    assert named == {"Makefile", "linker.ld", "boot", "kernel", "hal", "ntdll", "user", "tools",
                     "tests", "README.md"}


def test_every_folder_says_what_lives_there():
    folders = {p.rsplit("/", 1)[0] for p in SOURCES if "/" in p}
    without = [f for f in folders if not (ROOT / f / "README.md").exists()
               and not f.startswith("tests/") and f not in ("kernel/include/asm", "user/include",
                                                            "user/lib", "tools/launcher",
                                                            "tools/gdb")]
    assert not without, without


# Macros that read better the way they stand.
UNFORMATTED = ("user/include/seh.h", "tests/seh/macros.c")


@pytest.mark.skipif(not TRACKED, reason="not a git checkout")
def test_formatting():
    files = [p for p in SOURCES if p.endswith((".c", ".h")) and p not in UNFORMATTED]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_help_lists_every_target():
    text = (ROOT / "Makefile").read_text()
    listed = subprocess.check_output(["make", "help"], cwd=ROOT, text=True)
    for target in re.findall(r"^([a-z_]+):.*##", text, re.MULTILINE):
        assert re.search(rf"^  make {target} +\S", listed, re.MULTILINE), target
    for target in ("run", "test", "iso", "help"):
        assert f"make {target}" in listed
