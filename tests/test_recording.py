# SPDX-License-Identifier: MIT
"""mica record and mica replay: the same once more, and backwards."""
import json
import re
import shutil

import pytest
from conftest import BUILD, GUEST, launch


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recording")
    done = launch("record", "--to", folder, GUEST / "heap.exe")
    assert done.status == 0, done.explain()
    return folder, done


def test_the_same_once_more(kept):
    folder, first = kept
    again = launch("replay", "--from", folder, "--plain")
    assert (again.status, again.out) == (0, first.out), again.explain()
    events = re.search(r"mica: (\d+) events, each at the same instruction as in the recording\n", again.messages)
    assert int(events[1]) > 1000, again.messages
    assert again.messages.replace(events[0], "") == \
        first.messages.replace(f"mica: kept in {folder}: tools/mica replay --from {folder}\n", "")


def test_a_program_that_waits_for_input(tmp_path):
    """QEMU 7.2 lets no input of the console's in while it records, but for what comes by chance: then the limit ends
    it, and a message says why."""
    done = launch("record", "--timeout", "3", "--to", tmp_path, GUEST / "lines.exe", stdin=b"one\n")
    late = done.status == 124 and "the console's input does not come in while QEMU records" in done.messages
    assert late or done.status == 0, done.explain()


def test_backwards(kept):
    """Instructions back, and again forward to where we were; and who wrote a variable last."""
    commands = ["break Sections", "continue", "p/x $eip", "stepi", "stepi", "p/x $eip", "nt back 2", "p/x $eip",
                "nt writer Random", "bt 1", "kill", "quit"]
    arguments = [part for c in commands for part in ("--gdb", c)]
    done = launch("replay", "--from", kept[0], *arguments, timeout=150)
    text = done.out.decode() + done.messages
    places = re.findall(r"^\$\d+ = (0x\w+)$", text, re.MULTILINE)
    assert len(places) == 3 and places[0] == places[2] != places[1], text
    # The store has just been made: we stand behind it, in the function that made it, or was inlined into.
    assert re.search(r"at \w{8} \w+\+\d+ \(tests/guest/heap\.c:(1[3-9]|8\d|9\d)\)", text), text


def test_going_to_an_event(kept):
    """By its number in the log, back and forth: the same one is the same instruction."""
    commands = ["break Sections", "continue", "nt journey 3", "nt goto 500", "nt goto 400", "nt goto 500",
                "bt 1", "nt goto 0n5x", "nt goto 99999999", "kill", "quit"]
    done = launch("replay", "--from", kept[0], *[part for c in commands for part in ("--gdb", c)])
    text = done.out.decode() + done.messages
    places = re.findall(r"^event (\d+): (\w+)\nat (\w+ KiWriteEvent.*)$", text, re.MULTILINE)
    assert [p[0] for p in places] == ["500", "400", "500"] and places[0] == places[2], text
    assert len(re.findall(r"^ +\d+ +[0-9a-f]+\.[0-9a-f]+ r3  ", text, re.MULTILINE)) == 3, text
    assert "neither an expression nor a number" in text and "no event of the log, which has 0 to " in text, text


def test_a_replay_that_differs(kept, tmp_path):
    """What it is held against is changed: the first event that is not the same is named."""
    folder = tmp_path / "kept"
    shutil.copytree(kept[0], folder)
    log = json.loads((folder / "events.json").read_text())
    log["rows"][77][0] += 1
    (folder / "events.json").write_text(json.dumps(log))
    done = launch("replay", "--from", folder, "--plain")
    assert done.status == 127 and "differs from the recording at event 77\n" in done.messages, done.explain()


def test_only_in_a_replay():
    done = launch("debug", "--gdb", "nt back", "--gdb", "kill", "--gdb", "quit", GUEST / "heap.exe")
    assert "the machine cannot go back: `tools/mica record`" in done.out.decode() + done.messages, done.explain()


def test_what_has_changed(tmp_path):
    program = tmp_path / "program.exe"
    shutil.copy(BUILD / "hello.exe", program)
    assert launch("record", "--to", tmp_path / "kept", program).status == 0
    shutil.copy(GUEST / "heap.exe", program)
    done = launch("replay", "--from", tmp_path / "kept", "--plain")
    assert done.status == 127 and "program.exe has changed since: record again" in done.messages, done.explain()


def test_no_recording(tmp_path):
    done = launch("replay", "--from", tmp_path, "--plain")
    assert done.status == 127 and "no recording (tools/mica record PROGRAM.exe)" in done.messages, done.explain()
    (tmp_path / "file").write_text("")
    done = launch("record", "--to", tmp_path / "file", BUILD / "hello.exe")
    assert done.status == 127 and "file: File exists" in done.messages, done.explain()
