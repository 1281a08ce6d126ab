# SPDX-License-Identifier: MIT
"""The executive under load: what many processes, many threads and failed allocations leave."""
import re

import pytest
from conftest import check_transcript, run_guest


def test_ten_thousand_processes():
    """Created and ended one after the other; pool, pages, commitment and handles as before."""
    check_transcript(run_guest("many", "processes", "10000", timeout=200),
                     "10000 processes, 0 ended otherwise than they should, as before: yes\n")


def test_a_thousand_threads():
    check_transcript(run_guest("many", "threads", "1000", options=("--memory", "64")),
                     "1000 threads at once, 1000 ended as they should, as before: yes\n")


def test_too_many_threads():
    """In the smallest machine: some are refused, with a status, and everything goes on."""
    run = run_guest("many", "threads", "5000", options=("--memory", "8"))
    found = re.fullmatch(rb"(\d+) threads at once, (\d+) ended as they should, as before: yes\n",
                         run.out)
    assert run.status == 0 and found, run.explain()
    assert found[1] == found[2] and 50 < int(found[1]) < 5000, run.explain()


def test_every_allocation_fails_once():
    """On the way of a process from its creation to its end: no crash, no leak."""
    run = run_guest("many", "fail")
    assert run.status == 0 and run.out.startswith(
        b"all of the allocations on the way failed once: yes; some were refused: yes, "
        b"as before: yes\n"), run.explain()
    allocations = int(re.search(rb"\((\d+) allocations", run.out)[1])
    assert allocations > 30, run.explain()


def test_ring_0():
    """APCs, a queue of work and a timer's DPC, as a driver has them; twice, for nothing is left."""
    lines = ["queued, special 2, special 4, normal 1 at IRQL 0, normal 3 at IRQL 0, all have come",
             "special 2, leaving, normal 1 at IRQL 0, left",
             "before the first 0, before the second 1, taken 1, taken 2, then 102, running 1",
             "DPC at IRQL 2, wait 0, cancel 0"]
    cases = [str(n) for n in range(8, 12)]
    check_transcript(run_guest("kernelcase", *cases, *cases), "\n".join(lines * 2) + "\n")


@pytest.mark.parametrize("memory", ["8", "16"])
def test_little_memory(memory):
    """A program that takes all there is gets a status, and gives everything back."""
    run = run_guest("sections", options=("--memory", memory))
    assert run.out.endswith(b"everything goes on: yes\n"), run.explain()
