# SPDX-License-Identifier: MIT
"""`tools/mica bench`: nothing grows worse than logarithmically, and some things have a gate."""
import re

import pytest
from conftest import BUILD, launch

STEPS = [10, 100, 1000, 10000]
# What an operation may cost with 10 objects, in guest instructions (design: a wait and a wake are
# several services; seL4 and Linux need 722 and 1,628 for the two switches).
GATES = {"null service": 95, "handle look-up": 500, "signal and wait, oneself": 1200,
         "signal and wait, there": 3200, "two context switches": 800, "VAD look-up": 1900,
         "timer insert": 1000}
DECADE = 200  # what ten times as many may add: a few levels of a tree


def measure(*options):
    run = launch("bench", *options)
    assert run.status == 0, run.explain()
    text = run.out.decode()
    rows = {m[1].strip(): [int(n) for n in m[2].split()]
            for m in re.finditer(r"^(\S.*?)((?: +\d+){4})$", text, re.MULTILINE)}
    return text, rows


@pytest.fixture(scope="module")
def table():
    return measure()


@pytest.mark.skipif(BUILD.name != "build", reason="the gates are the usual build's")
def test_what_an_event_costs(table):
    """A service notes two: its beginning and its end."""
    name = "handle look-up (NtResetEvent)"
    without, logged = table[1][name][0], measure("--events", "65536")[1][name][0]
    assert 2 * 50 < logged - without < 2 * 100, (without, logged)


@pytest.mark.skipif(BUILD.name != "build", reason="the gates are the usual build's")
@pytest.mark.parametrize("name", GATES)
def test_cost(table, name):
    text, rows = table
    found = [costs for row, costs in rows.items() if row.startswith(name)]
    assert len(found) == 1 and len(found[0]) == len(STEPS), text
    costs = found[0]
    assert costs[0] <= GATES[name], text
    assert all(b - a <= DECADE for a, b in zip(costs, costs[1:])), text


def test_waiting_threads_cost_nothing(table):
    text, _ = table
    row = re.search(r"^  with so many waiting threads +(\d+) +(\d+) +(\d+)$", text, re.MULTILINE)
    assert row and int(row[3]) <= int(row[1]) + 20, text
