# SPDX-License-Identifier: MIT
"""`mica debug`: QEMU paused, GDB in front, one unix socket of their own between them."""
import os
import shutil
import struct
import subprocess
import tempfile
import threading

from . import machine, session

GDB_SCRIPT = machine.ROOT / "tools" / "gdb" / "mica.py"


def entry_point(path):
    """ImageBase + AddressOfEntryPoint of a PE file; CannotStart when it has none."""
    with open(path, "rb") as file:
        data = file.read(4096)
    try:
        header = struct.unpack_from("<I", data, 0x3C)[0]
        if data[:2] != b"MZ" or data[header:header + 4] != b"PE\0\0":
            raise struct.error
        entry = struct.unpack_from("<I", data, header + 0x28)[0]
        return struct.unpack_from("<I", data, header + 0x34)[0] + entry
    except struct.error:
        raise machine.CannotStart(f"program {path}: not a PE image") from None


def gdb_command(sock, program, files, from_reset, extra):
    """FILES: the images whose symbols GDB should know, the program's in front."""
    return ["gdb", "-q", "-nx", "-iex", "set auto-load safe-path /",
            "-ex", "set confirm off", "-ex", "set pagination off", "-ex", "set width 0",
            str(machine.KERNEL), "-x", str(GDB_SCRIPT),
            "-ex", f"mica-images {' '.join(files)}",
            "-ex", f"target remote {sock}",
            *([] if from_reset else
              ["-ex", f"tbreak *{entry_point(program):#x}", "-ex", "continue"]), *extra]


def serve(command, port):
    """A machine that waits at its first instruction; its status."""
    session.say(f"the machine waits for a debugger at 127.0.0.1:{port}; "
                "in the project's folder: gdb -x .gdbinit")
    return session.run([*command, "-S", "-gdb", f"tcp:127.0.0.1:{port},server=on,wait=off"], session.FOREVER)


def debug(command, program, from_reset=False, extra=()):
    """Returns GDB's exit status; QEMU does not outlive it."""
    if not shutil.which("gdb"):
        raise machine.HostError("gdb is not installed: run make")
    folder = tempfile.mkdtemp(prefix="mica-")
    sock = os.path.join(folder, "gdb")
    files = command[command.index("-initrd") + 1].split(",")  # ntdll, the program, the rest
    gdb = gdb_command(sock, program, files, from_reset, extra)
    # Its own session: the terminal's Ctrl+C is GDB's.
    qemu = subprocess.Popen(
        [*command, "-S", "-gdb", f"unix:{sock},server=on,wait=off"], stdin=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True, preexec_fn=session.die_with_parent)
    qemu.stdin.write(session.DLE + session.EOT)  # the program's input is empty
    qemu.stdin.flush()
    reader = threading.Thread(target=session.relay, args=(qemu.stderr, bytearray()), daemon=True)
    reader.start()
    try:
        for _ in range(100):
            if os.path.exists(sock) or qemu.poll() is not None:
                break
            try:
                qemu.wait(0.05)
            except subprocess.TimeoutExpired:
                pass
        if qemu.poll() is not None:
            raise machine.HostError(f"{machine.QEMU} ended with status {qemu.returncode}")
        front = subprocess.Popen(gdb, preexec_fn=session.die_with_parent)
        while True:
            try:
                return front.wait()
            except KeyboardInterrupt:
                continue  # GDB got it too, and deals with it
    finally:
        session.stop(qemu)
        reader.join(session.PATIENCE)  # what the kernel said last
        shutil.rmtree(folder, ignore_errors=True)
