# SPDX-License-Identifier: MIT
"""The demonstrations of user/, one idea each, against what a lecturer is told they print."""
import shlex
import subprocess

import pytest
from conftest import BUILD, ROOT, check_transcript, launch, run_guest

DEMOS = sorted((ROOT / "tests" / "demos").glob("*.txt"))


@pytest.mark.parametrize("path", DEMOS, ids=lambda p: p.stem)
def test_demo(path):
    check_transcript(run_guest(str(BUILD / f"{path.stem}.exe")), path.read_text())


@pytest.mark.parametrize("shift", [0, 2, 3])
@pytest.mark.parametrize("path", DEMOS, ids=lambda p: p.stem)
def test_demo_at_other_speeds(path, shift):
    """Where interrupts fall must not matter: the same with processors of other speeds."""
    program = BUILD / f"{path.stem}.exe"
    line = launch("run", "--icount", "--dry-run", program).out.decode()
    command = shlex.split(line.replace("shift=1,", f"shift={shift},"))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.stdout.decode() == path.read_text(), done.stderr.decode()
