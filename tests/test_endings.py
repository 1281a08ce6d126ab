# SPDX-License-Identifier: MIT
"""Processes that end by an exception, or inside a callback: status, output, report. nt-facts 4.10."""
import re

import pytest
from conftest import run_guest

# argument: low byte of the status, what it prints, what the kernel says
ENDINGS = {
    "callback-fault": (0x05, "", r"unhandled exception C0000005 [\s\S]*"
                                 r"handler 77F\w+ ntdll\.dll\+\w+[\s\S]*status C0000005"),
    "callback-process": (0x41, "", r"exited with status 00000041"),
    "callback-thread": (0x42, "", r"exited with status 00000042"),
    "thread": (0x43, "NULL: STATUS_CANT_TERMINATE_SELF\nwrong: STATUS_INVALID_HANDLE\n", r"status 00000043"),
    # the filter of the outermost frame: the process is the handler, or nobody is
    "top-executes": (0x1D, "top filter: STATUS_ILLEGAL_INSTRUCTION\nfinally, abnormal 1\n",
                     r"^(?![\s\S]*unhandled)[\s\S]*status C000001D"),
    "top-searches": (0x1D, "top filter: STATUS_ILLEGAL_INSTRUCTION\n", r"unhandled exception C000001D"),
    "top-continues": (0, "top filter: STATUS_ILLEGAL_INSTRUCTION\nwent on\nfinally, abnormal 0\nnot reached\n",
                      r"status 00000000"),
    "top-debugged": (0x1D, "", r"unhandled exception C000001D"),
    "top-port": (0x1D, "", r"unhandled exception C000001D"),
    "top-removed": (0x1D, "", r"unhandled exception C000001D"),
    "second-chance": (0x09, "", r"unhandled exception E0000009[\s\S]*status E0000009"),
    "cookie": (0x09, "", r"unhandled exception C0000409 STATUS_STACK_BUFFER_OVERRUN[\s\S]*flags 1"),
    "unwind-nowhere": (0x09, "", r"unhandled exception E0000009[\s\S]*flags 6"),
    # the chain of nested dispatches eats the stack: overflow, and its dispatch fails too
    "forever": (None, "", r"exited with status C00000(05|FD|1D)"),
    # records that are not: outside of the stack, at an odd place, NULL, half behind its end
    "chain-null": (0x1D, "", r"unhandled exception C000001D[\s\S]*flags 8"),
    "chain-odd": (0x1D, "", r"unhandled exception C000001D[\s\S]*flags 8"),
    "chain-static": (0x1D, "", r"unhandled exception C000001D[\s\S]*flags 8"),
    "chain-high": (0x1D, "", r"unhandled exception C000001D[\s\S]*flags 8"),
    "apc-stack": (0x05, "", r"unhandled exception C0000005[\s\S]*esp=00002000"),
    "close": (1, "not raised\n", r"status 00000001"),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_ending(what):
    status, out, said = ENDINGS[what]
    run = run_guest("ending", what)
    assert status is None or run.status == status, run.explain()
    assert run.status not in (124, 125, 126, 127), run.explain()
    assert run.out.decode() == out, run.explain()
    assert re.search(said, run.messages), run.explain()


def test_close_raises_by_the_global_flag():
    """KiRaiseUserExceptionDispatcher: unhandled, or continued, and then NtClose returns the status."""
    run = run_guest("ending", "close", options=("--global-flag", "400000"))
    assert run.status == 8 and "unhandled exception C0000008" in run.messages, run.explain()
    run = run_guest("ending", "close-handled", options=("--global-flag", "400000"))
    assert run.status == 1 and run.out == b"raised: STATUS_INVALID_HANDLE\nand went on\n", run.explain()
