# SPDX-License-Identifier: MIT
"""The scheduler's journal of random programs, held against the model of scheduler.py."""
import shlex
import subprocess

import pytest
import scheduler
from conftest import GUEST, launch

SEEDS = 50


@pytest.mark.parametrize("shift", [5, 6, 7])
def test_journal(shift):
    """Fifty seeds, on machines that are so slow that turns end often (2**shift ns a step)."""
    line = launch("run", "--icount", "--dry-run", GUEST / "schedule.exe", "1", str(SEEDS)).out.decode()
    command = shlex.split(line.replace("shift=1,", f"shift={shift},"))
    run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=100, check=False)
    assert run.returncode == 33, run.stderr.decode()
    runs = ["seed " + part for part in run.stdout.decode().split("seed ")[1:]]
    assert len(runs) == SEEDS
    total = dict.fromkeys(scheduler.NAMES, 0)
    for text in runs:
        for name, count in scheduler.check(text.splitlines()).items():
            total[name] += count
    # The journal is not empty of what it is about.
    for name in ("wait", "wake", "tick", "priority", "base", "yield", "interrupt", "switch", "leave"):
        assert total[name] > 200, total


def test_the_model_finds_a_mistake():
    """A thread that runs though another is more urgent; a turn that does not end."""
    good = ["seed 0 5", "A 0 0 8 8 6", "I 1 0 0 0 6", "B 4 1 8 8 6", "B A 0 9 8 5", "B B 0 9 8 5"]
    scheduler.check(good)
    with pytest.raises(scheduler.Wrong, match="A runs on, should be B"):
        scheduler.check(["seed 0 4", *good[1:4], "A B 0 8 8 6"])
    with pytest.raises(scheduler.Wrong, match="it runs with"):
        scheduler.check(["seed 0 4", *good[1:4], "B A 0 10 8 5"])
    with pytest.raises(scheduler.Wrong, match="a turn is over: False, should be True"):
        scheduler.check(["seed 0 5", *good[1:3], "A 5 0 8 8 6", "A 5 0 8 8 3", "A 9 0 8 8 0"])
