# SPDX-License-Identifier: MIT
"""`mica record` and `mica replay`: a run kept with all that came from outside, and run again, backwards too."""
import hashlib
import json
import pathlib
import shutil
import subprocess

from . import debugger, machine, session

LIMIT = 60  # seconds
DISK = "128M"  # never written by the guest: where QEMU keeps the state to which it goes back


def icount(folder, mode):
    return ["-icount", f"shift=auto,rr={mode},rrfile={folder / 'replay.bin'},rrsnapshot=init",
            "-drive", f"file={folder / 'disk.qcow2'},if=none,id=rr"]


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
    status = session.run([*command, *icount(folder, "record")], timeout)
    if status == session.TIME_LIMIT:
        session.say("the console's input does not come in while QEMU records: does the program read it?")
        return status
    kept = {"command": command, "files": {path: digest(path) for path in images(command)}}
    (folder / "command.json").write_text(json.dumps(kept, indent=1))
    session.say(f"kept in {folder}: tools/mica replay")
    return status


def load(folder):
    """The command line of a recording whose images are still the same."""
    try:
        kept = json.loads((folder / "command.json").read_text())
    except (OSError, ValueError):
        raise machine.HostError(f"{folder}: no recording (tools/mica record PROGRAM.exe)") from None
    for path, was in kept["files"].items():
        if not pathlib.Path(path).is_file() or digest(path) != was:
            raise machine.HostError(f"{path} has changed since: record again")
    return kept["command"]


def replay(folder, timeout, plain, extra):
    """In GDB, stopped at the program's entry; PLAIN: only what it printed, once more."""
    command = load(folder)
    replayed = [*command, *icount(folder, "replay")]
    if plain:
        return session.run(replayed, timeout)
    return debugger.debug(replayed, images(command)[2], False, extra)
