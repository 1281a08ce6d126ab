# SPDX-License-Identifier: MIT
"""What the tests share: running a guest program, and explaining what went wrong."""
import dataclasses
import difflib
import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / os.environ.get("MICA_BUILD", "build")
MICA = ROOT / "tools" / "mica"
GUEST = BUILD / "guest"
# For a make of a test's own: without the switches of the make that runs us.
SWITCHES = ("MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "CHECKED", "KASAN", "T", "MICA_BUILD")
OWN_MAKE = {name: value for name, value in os.environ.items() if name not in SWITCHES}
TIME_LIMIT = 60  # seconds; a backstop, the launcher has its own


@dataclasses.dataclass
class Run:
    """How one run of the launcher ended."""

    command: list
    status: int
    out: bytes
    messages: str

    def explain(self):
        return "\n".join([
            "command: " + " ".join(map(str, self.command)), f"exit status: {self.status}",
            "--- standard output", self.out.decode(errors="replace"),
            "--- kernel messages", self.messages, decode_stack(self.messages)])


def decode_stack(messages):
    """The addresses in a bugcheck's stack, as functions and lines."""
    rows = re.findall(r"^(?:[0-9a-f]{8}| {8}) [0-9a-f]{8} .* - \w", messages, re.MULTILINE)
    if not rows:
        return ""
    addresses = [(row.split() if row[0] == " " else row.split()[2:])[0] for row in rows]
    result = subprocess.run(["addr2line", "-fpse", BUILD / "mica.elf", *addresses],
                            stdout=subprocess.PIPE, text=True, check=False)
    return "--- stack, decoded\n" + result.stdout


def processes(text):
    """Ids of the processes whose command line has this in it."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue  # it has ended
        if text in line:
            found.append(int(path.parent.name))
    return found


def launch(*arguments, stdin=b"", timeout=TIME_LIMIT):
    command = [MICA, *arguments]
    try:
        done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=timeout, check=False)
    except subprocess.TimeoutExpired as late:
        so_far = Run(command, 0, late.stdout or b"", (late.stderr or b"").decode(errors="replace"))
        pytest.fail(f"no end after {timeout} s\n{so_far.explain()}", pytrace=False)
    return Run(command, done.returncode, done.stdout, done.stderr.decode(errors="replace"))


def run_guest(program, *arguments, stdin=b"", options=(), timeout=40):
    """Runs a program of tests/guest (or a path), deterministically."""
    path = program if "/" in str(program) else GUEST / f"{program}.exe"
    return launch("run", "--icount", "--timeout", str(timeout), *options, path, *arguments,
                  stdin=stdin, timeout=timeout + 20)


def check_transcript(run, expected, status=0):
    got = run.out.decode(errors="replace")
    if got != expected or run.status != status:
        diff = "\n".join(difflib.unified_diff(expected.splitlines(), got.splitlines(),
                                              "expected", "got", lineterm=""))
        pytest.fail(f"expected status {status}\n{diff}\n{run.explain()}", pytrace=False)
