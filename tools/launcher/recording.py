# SPDX-License-Identifier: MIT
"""`mica record` and `mica replay`: a run kept with all that came from outside, and run again, backwards too."""
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from . import debugger, events, machine, session

LIMIT = 60  # seconds
EVENTS = 1 << 15  # kept of a recorded run: where one can go to, and what a replay is held against
DISK = "128M"  # never written by the guest: where QEMU keeps the state to which it goes back


def icount(folder, mode):
    return ["-icount", f"shift={machine.STEP},rr={mode},rrfile={folder / 'replay.bin'},rrsnapshot=init",
            "-drive", f"file={folder / 'disk.qcow2'},if=none,id=rr"]


@contextlib.contextmanager
def in_a_file(command):
    """(the same command line, the machine's memory in a file; that file), for as long as it takes."""
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.NamedTemporaryFile(prefix="mica-memory-", dir=folder) as memory:
        yield machine.with_memory(command, memory.name), memory.name


def noted(path):
    """The events in a machine's memory: the number of the first that is left, and each one's time, kind,
    thread and arguments."""
    found, lost = events.read(events.Memory(path))
    return {"first": lost, "rows": [[e.time, e.kind, e.thread, list(e.arguments)] for e in found]}


def images(command):
    return [command[command.index("-kernel") + 1], *command[command.index("-initrd") + 1].split(",")]


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def record(command, folder, timeout):
    """Runs it as `mica run` does, and keeps the recording in FOLDER. The program's status."""
    if not shutil.which("qemu-img"):
        raise machine.HostError("qemu-img is not installed: apt-get install qemu-utils")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise machine.HostError(f"{folder}: {error.strerror}") from None
    for name in ("replay.bin", "disk.qcow2", "command.json"):
        (folder / name).unlink(missing_ok=True)
    subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", folder / "disk.qcow2", DISK], check=True)
    with in_a_file(command) as (recorded, memory):
        status = session.run([*recorded, *icount(folder, "record")], timeout)
        log = noted(memory) if status != session.TIME_LIMIT else None
    if status == session.TIME_LIMIT:
        session.say("the console's input does not come in while QEMU records: does the program read it?")
        return status
    kept = {"command": command, "files": {path: digest(path) for path in images(command)}}
    (folder / "command.json").write_text(json.dumps(kept, indent=1))
    (folder / "events.json").write_text(json.dumps(log))
    usual = folder == machine.BUILD / "recording"
    session.say(f"kept in {folder}: tools/mica replay" + ("" if usual else f" --from {folder}"))
    return status


def load(folder):
    """The command line of a recording whose images are still the same."""
    try:
        kept = json.loads((folder / "command.json").read_text())
    except (OSError, ValueError):
        raise machine.HostError(f"{folder}: no recording (tools/mica record PROGRAM.exe)") from None
    if not (folder / "events.json").is_file():
        raise machine.HostError(f"{folder}: an older recording: record again")
    for path, was in kept["files"].items():
        if not pathlib.Path(path).is_file() or digest(path) != was:
            raise machine.HostError(f"{path} has changed since: record again")
    return kept["command"]


def compare(command, folder, timeout):
    """Runs the recording again, and says whether each event came at the same instruction."""
    before = json.loads((folder / "events.json").read_text())
    with in_a_file(command) as (replayed, memory):
        status = session.run(replayed, timeout)
        after = noted(memory)
    if before == after:
        session.say(f"{len(after['rows'])} events, each at the same instruction as in the recording")
        return status
    pairs = zip(before["rows"], after["rows"])
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(before["rows"]), len(after["rows"])))
    session.say(f"the replay differs from the recording at event {before['first'] + same}")
    return session.HOST_FAILED


def replay(folder, timeout, plain, extra):
    """In GDB, stopped at the program's entry; PLAIN: only what it printed, once more."""
    command = load(folder)
    replayed = [*command, *icount(folder, "replay")]
    if plain:
        return compare(replayed, folder, timeout)
    with in_a_file(replayed) as (replayed, _):  # the state that is gone back to knows memory by its name
        log = json.loads((folder / "events.json").read_text())
        told = ["-ex", f"set $mica_events = {log['first'] + len(log['rows'])}"]
        os.environ["MICA_REPLAY"] = json.dumps(replayed)  # GDB begins it anew, to go back (gdb/nt/going_back.py)
        return debugger.debug(replayed, images(command)[2], False, [*told, *extra])
