# SPDX-License-Identifier: MIT
"""One run of QEMU: feeds it, limits it, and turns its end into an exit status."""
import contextlib
import ctypes
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time

from . import machine

TIME_LIMIT, BUGCHECK, NOT_STARTED, HOST_FAILED = 124, 125, 126, 127
FOREVER = 1e7  # seconds: a person is there
PATIENCE = 2  # seconds between SIGTERM and SIGKILL
KEPT = 8192  # bytes of kernel messages, to find the closing line in

# isa-debug-exit makes 2n + 1 of what the kernel writes (hal/hal.h). 0 is a reset: a triple fault.
EXIT_PROGRAM_ENDED, EXIT_BUGCHECK, EXIT_NOT_STARTED, EXIT_RESET = 33, 35, 37, 0

DLE, EOT = b"\x10", b"\x04"  # kernel/io/console.c: how a serial line says "end of file"
CLOSING_LINE = re.compile(r"^mica: .* exited with status ([0-9A-F]{8})", re.MULTILINE)
# QEMU's own last words, when it was us.
STOPPED = re.compile(rb"^qemu-system-i386: (terminating on signal 15|QEMU: Terminated via GDBstub).*\n", re.MULTILINE)
PR_SET_PDEATHSIG = 1
QUIT_KEY = b"\x1d"  # Ctrl+], as telnet's


class Left(Exception):
    """Somebody at the terminal pressed the quit key."""


def leave(*_):
    raise Left


def say(text):
    print(f"mica: {text}", file=sys.stderr, flush=True)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def feed(source, sink, quit_key=None):
    """Copies our standard input to the guest's, escaped, and its end. The quit key ends us."""
    try:
        while True:
            select.select([source], [], [])
            try:
                data = os.read(source, 4096)
            except BlockingIOError:
                continue  # on a terminal QEMU makes stdout, and so this, non-blocking
            if quit_key and quit_key in data:
                os.kill(os.getpid(), signal.SIGUSR1)
                return
            sink.write(data.replace(DLE, DLE + DLE) if data else DLE + EOT)
            sink.flush()
            if not data:
                return
    except (OSError, ValueError):
        pass  # the guest ended first


@contextlib.contextmanager
def raw_terminal(wanted):
    """Our terminal passes each key on, Ctrl+C too: the guest's shell edits lines itself."""
    if not wanted or not os.isatty(0):
        yield False
        return
    before = termios.tcgetattr(0)
    changed = termios.tcgetattr(0)
    changed[0] &= ~termios.IXON
    changed[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(0, termios.TCSADRAIN, changed)
    try:
        yield True
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def is_terminal(path):
    try:
        with open(path, "rb", buffering=0) as file:
            return file.isatty()
    except OSError:
        return False


def answer(path, line):
    """Lines of a file (or terminal) for the kernel's debugger, then the end (kernel/kd/line.c)."""
    try:
        with open(path, "rb", buffering=0) as source:
            last = b"\n"
            while data := source.read(4096):
                line.sendall(data.replace(EOT, b""))
                last = data[-1:]
        line.sendall((b"" if last == b"\n" else b"\n") + EOT)
    except OSError:
        pass  # the guest ended first


def relay(source, kept):
    """Kernel messages: to our standard error by whole lines (GDB's do not cut them in two), or what
    there is of one after a tenth of a second; the tail is kept."""
    part = b""
    while True:
        if part and not select.select([source], [], [], 0.1)[0]:
            os.write(2, part)
            part = b""
        try:
            data = os.read(source.fileno(), 4096)
        except ConnectionResetError:
            data = b""
        kept += data
        del kept[:-KEPT]
        lines, newline, part = (part + data).rpartition(b"\n")
        os.write(2, STOPPED.sub(b"", lines + newline + (b"" if data else part)))
        if not data:
            return


def stop(process):
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait(process, timeout, watched=None):
    """The exit code; TimeoutExpired; BrokenPipeError when nobody reads our output any more. While a report is made
    the program's time stands still."""
    end = time.monotonic() + timeout
    output = select.poll()
    output.register(1, 0)
    while True:
        try:
            return process.wait(min(0.25, max(0, end - time.monotonic())))
        except subprocess.TimeoutExpired:
            if watched and watched.busy:
                end += 0.25
            elif time.monotonic() >= end:
                raise
            if any(event & (select.POLLERR | select.POLLHUP) for _, event in output.poll(0)):
                raise BrokenPipeError from None


def start(command, answers, log=None):
    """QEMU, and the readers of what it and the kernel say: process, kept messages, threads.
    LOG: QEMU writes to our standard error itself, in step with the program's output, and there."""
    kept, sources = bytearray(), []
    ours = theirs = None
    if answers is not None:
        ours, theirs = socket.socketpair()
        command = machine.with_answers(command, theirs.fileno())
        sources.append(ours)
        threading.Thread(target=answer, args=(answers, ours), daemon=True).start()
    try:
        process = subprocess.Popen(machine.with_log(command, log) if log else command,
                                   stdin=subprocess.PIPE, stderr=None if log else subprocess.PIPE,
                                   pass_fds=[theirs.fileno()] if theirs else [],
                                   preexec_fn=die_with_parent)
    except FileNotFoundError as error:
        raise machine.HostError(f"{machine.QEMU} is not installed: run make") from error
    if theirs:
        theirs.close()
    if not log:
        sources.append(process.stderr)
    readers = [threading.Thread(target=relay, args=(s, kept), daemon=True) for s in sources]
    for reader in readers:
        reader.start()
    return process, kept, readers


def run(command, timeout, answers=None, raw=False, watched=None):
    """Runs the command line; returns our exit status. ANSWERS: a file for the kernel's debugger.
    RAW: keys go to the guest one by one. WATCHED: a watch.Watch that looks at it."""
    with raw_terminal(raw) as keys, tempfile.NamedTemporaryFile(prefix="mica-") as log:
        beside = log.name if keys and os.isatty(2) else None
        if watched is None:
            return run_fed(command, timeout, answers, QUIT_KEY if keys else None, beside)
        try:
            return run_fed([*command, *watched.arguments()], timeout, answers, QUIT_KEY if keys else None, beside,
                           watched)
        finally:
            watched.finish()


def run_fed(command, timeout, answers, quit_key, log=None, watched=None):
    if quit_key:
        say("Ctrl+] leaves, whatever the machine does")
    process, kept, readers = start(command, answers, log)
    if watched:
        watched.start()
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    signal.signal(signal.SIGUSR1, leave)
    if answers is not None and os.isatty(0) and is_terminal(answers):
        process.stdin.write(DLE + EOT)  # the debugger has the terminal
        process.stdin.flush()
    else:
        threading.Thread(target=feed, args=(0, process.stdin, quit_key), daemon=True).start()
    try:
        code = wait(process, timeout, watched)
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except subprocess.TimeoutExpired:
        if watched:
            watched.time_limit()
        stop(process)
        for reader in readers:
            reader.join(PATIENCE)
        say(f"time limit: still running after {timeout:g} s (--timeout)")
        return TIME_LIMIT
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Left:
        process.kill()  # at once, and without a word
        print("\r")
        return 0
    finally:
        if process.poll() is None:
            stop(process)
    for reader in readers:
        reader.join(PATIENCE)
    if log:
        with open(log, "rb") as file:
            kept += file.read()[-KEPT:]
    if watched and watched.hung:
        say("the machine hangs: its clock stands still")
        return TIME_LIMIT
    return verdict(code, kept.decode(errors="replace"))


def verdict(code, messages):
    if code == EXIT_PROGRAM_ENDED:
        lines = CLOSING_LINE.findall(messages)
        if lines:
            return int(lines[-1], 16) & 0xFF
        say("the machine ended without a closing line")
        return HOST_FAILED
    if code == EXIT_BUGCHECK:
        say("bugcheck: the kernel stopped itself, see above")
        return BUGCHECK
    if code == EXIT_RESET:
        say("the machine was reset: a triple fault, or the emulator was told to quit")
        return BUGCHECK
    if code == EXIT_NOT_STARTED:
        return NOT_STARTED
    say(f"{machine.QEMU} ended with status {code}")
    return HOST_FAILED
