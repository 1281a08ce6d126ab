# SPDX-License-Identifier: MIT
"""SafeSEH and SEHOP attacked: the attacker wins only where theory says so. ntdll/chaincheck.c."""
import struct
import subprocess

import pytest
from conftest import BUILD, GUEST, ROOT, check_transcript, run_guest

WON, DIED = (66, b"the attacker's code ran\n"), (0x1D, b"")
FINE = (0, b"the program's handler ran\n")


@pytest.fixture(scope="module")
def listed():
    """The program with its table of handlers made known: the load configuration directory is set
    (GNU ld does not do that; Microsoft's linker does)."""
    source, target = GUEST / "attack.exe", BUILD / "guest-listed" / "attack.exe"
    target.parent.mkdir(exist_ok=True)
    symbols = subprocess.check_output(["nm", source], text=True)
    address = next(int(l.split()[0], 16) for l in symbols.splitlines() if "load_config_used" in l)
    image = bytearray(source.read_bytes())
    header = struct.unpack_from("<I", image, 0x3C)[0] + 24
    base = struct.unpack_from("<I", image, header + 28)[0]
    struct.pack_into("<II", image, header + 96 + 10 * 8, address - base, 0x40)
    target.write_bytes(image)
    return str(target)


# attack: handler, chain, and who wins against nothing, SafeSEH, SEHOP, both
ATTACKS = [
    ("none", "broken", FINE, FINE, FINE, FINE),
    ("stack", "broken", WON, DIED, DIED, DIED),
    ("stack", "kept", WON, DIED, DIED, DIED),
    ("gadget", "broken", WON, DIED, DIED, DIED),
    ("gadget", "kept", WON, DIED, WON, DIED),     # the chain is whole: only the table knows
    ("elsewhere", "broken", WON, WON, DIED, DIED),
    ("elsewhere", "kept", WON, WON, WON, WON),    # neither sees it: that is what DEP is for
    ("gadget", "circle", WON, DIED, DIED, DIED),
    ("elsewhere", "circle", WON, WON, DIED, DIED),
]
SWITCHES = [(), ("--safeseh",), ("--sehop",), ("--safeseh", "--sehop")]


@pytest.mark.parametrize("which", range(4), ids=["off", "safeseh", "sehop", "both"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: f"{a[0]}-{a[1]}")
def test_attack(listed, attack, which):
    status, out = attack[2 + which]
    run = run_guest(listed, attack[0], attack[1], options=SWITCHES[which])
    assert (run.status, run.out) == (status, out), run.explain()


def test_handlers_outside_of_images(listed):
    """Without IMAGE_DISPATCH_ENABLE SafeSEH wants them in an image."""
    run = run_guest(listed, "elsewhere", "kept", "image-only", options=("--safeseh",))
    assert (run.status, run.out) == DIED, run.explain()
    run = run_guest(listed, "elsewhere", "kept", "image-only")
    assert (run.status, run.out) == WON, run.explain()


def test_handlers_in_data():
    """Without EXECUTE_DISPATCH_ENABLE SafeSEH wants them in a section of code, table or not."""
    run = run_guest("attack", "data", "kept", options=("--safeseh",))
    assert (run.status, run.out) == WON, run.explain()
    run = run_guest("attack", "data", "kept", "code-only", options=("--safeseh",))
    assert (run.status, run.out) == DIED, run.explain()
    run = run_guest("attack", "gadget", "kept", "code-only", options=("--safeseh",))
    assert (run.status, run.out) == WON, run.explain()


def test_an_image_without_a_table_has_no_protection():
    run = run_guest("attack", "gadget", "kept", options=("--safeseh",))
    assert (run.status, run.out) == WON, run.explain()


@pytest.mark.parametrize("program", ["seh_try", "stack", "registers"])
def test_honest_programs_do_not_notice(program):
    expected = (ROOT / "tests" / "expected" / f"{program}.txt").read_text()
    check_transcript(run_guest(program, options=("--safeseh", "--sehop")), expected)


def test_flags():
    check_transcript(run_guest("executeflags"), "default: STATUS_SUCCESS F2\n"
                     "short: STATUS_INFO_LENGTH_MISMATCH\nunknown bit: STATUS_INVALID_PARAMETER\n"
                     "other class: STATUS_INVALID_INFO_CLASS\nother process: STATUS_INVALID_HANDLE\n"
                     "no pointer: STATUS_ACCESS_VIOLATION\n"
                     "set: STATUS_SUCCESS, now 32\n"
                     "a chain without its end: handled 1\n"
                     "attached: handled 1, then 1\n"
                     "permanent: STATUS_SUCCESS, again STATUS_ACCESS_DENIED, still 3A\n")
