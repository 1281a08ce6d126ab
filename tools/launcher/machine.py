# SPDX-License-Identifier: MIT
"""The QEMU command line: one place that knows how Mica's machine is put together."""
import hashlib
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_of(arguments):
    """The build that a program on the command line is of (build/checked/hello.exe: its kernel is beside it, or
    above); else the usual one. Whoever we start finds the same: MICA_BUILD."""
    for word in arguments:
        path = pathlib.Path(word).resolve() if word.endswith((".exe", ".iso")) else None
        for folder in path.parents if path and path.is_file() else ():
            if (folder / "mica.elf").is_file() and (folder / "ntdll.dll").is_file():
                return folder
    return ROOT / "build"


BUILD = ROOT / os.environ["MICA_BUILD"] if "MICA_BUILD" in os.environ else build_of(sys.argv[1:])
os.environ["MICA_BUILD"] = str(BUILD)
KERNEL = BUILD / "mica.elf"
NTDLL = BUILD / "ntdll.dll"
LINKS = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "mica"

QEMU = "qemu-system-i386"  # never qemu-system-x86_64: GDB's register packet differs
MINIMUM_MEMORY = 8  # boot/loader.h
MAXIMUM_COMMAND_LINE = 4095

STEP, COUNTING_STEP = 1, 0  # the second: a tick of RDTSC is an instruction


def deterministic(shift):
    """Time is counted in instructions, 2**shift ns each: every run is the same."""
    return ["-icount", f"shift={shift},sleep=off", "-rtc", "base=2000-01-01T00:00:00,clock=vm"]


KERNEL_LINE = ["-chardev", "file,id=kernel,path=/dev/stderr,append=on"]


def with_answers(command, descriptor):
    """The same command line, with the kernel's line on a socket: somebody answers its debugger."""
    at = command.index(KERNEL_LINE[1])
    return [*command[:at], f"socket,id=kernel,fd={descriptor}", *command[at + 1:]]


def with_log(command, path):
    """The same command line; what goes to the kernel's line is written to a file as well."""
    return [f"{word},logfile={path}" if word == KERNEL_LINE[1] else word for word in command]


def with_memory(command, path):
    """The same command line, the machine's memory in a file."""
    at = command.index("-m")
    size = f"size={command[at + 1]}M"
    return [*command[:at], "-object", f"memory-backend-file,id=ram,{size},mem-path={path},share=on",
            "-machine", "memory-backend=ram", *command[at:]]


class HostError(Exception):
    """The host side cannot do it; the text says what."""


class CannotStart(Exception):
    """The program cannot be started; the text says why."""


def coverage():
    """MICA_COVERAGE=FOLDER: each run notes there what it ran of kernel and ntdll (tools/coverage.py)."""
    folder = os.environ.get("MICA_COVERAGE")
    return ["-d", "in_asm", "-dfilter", "0x100000..0x100fff,0x80100000..0x801fffff,0x77f60000..0x77ffffff",
            "-D", f"{folder}/{time.time_ns()}-%d.log"] if folder else []  # ids of processes come again


def base(memory, display="none"):
    """The machine without anything to boot. COM1 is our stdin and stdout, COM2 our stderr."""
    return [
        QEMU, "-machine", "pc", "-accel", "tcg", "-m", str(memory), "-nodefaults",
        "-vga", "std", "-display", display, "-no-reboot",
        "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
        "-device", "pvpanic,ioport=0x505", "-action", "panic=none",
        "-chardev", "stdio,id=console", "-serial", "chardev:console",
        *KERNEL_LINE, "-serial", "chardev:kernel", *coverage(),
    ]


def check_file(path, what):
    if os.path.isdir(path):
        raise CannotStart(f"{what} {path}: is a folder")
    if not os.path.isfile(path):
        raise CannotStart(f"{what} {path}: no such file (make builds the project's own, make tests "
                          "the tests')")
    if not os.access(path, os.R_OK):
        raise CannotStart(f"{what} {path}: cannot be read")


def check_answers(path):
    if os.path.isdir(path) or not os.access(path, os.R_OK):
        raise HostError(f"--kd {path}: cannot be read")


def module_path(path):
    """An absolute path QEMU can pass on: it splits the list at commas and names at blanks."""
    path = os.path.abspath(path)
    if any(c in path for c in " ,\t"):
        # A link that stays, so that a printed command line stays true.
        name = os.path.basename(path).replace(" ", "_").replace(",", "_").replace("\t", "_")
        folder = LINKS / hashlib.sha1(os.fsencode(path)).hexdigest()[:12]
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / name
        if not link.is_symlink():
            link.symlink_to(path)
        path = str(link)
    if any(c in path for c in " ,\t"):
        raise HostError(f"{LINKS} has blanks or commas in its name; set XDG_CACHE_HOME")
    return path


def imported_dlls(path):
    """Names of the DLLs an image imports, as binutils' objdump lists them."""
    result = subprocess.run(["objdump", "-p", path], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True, errors="replace", check=False)
    return [line.split("DLL Name:")[1].strip()
            for line in result.stdout.splitlines() if "DLL Name:" in line]


def with_dlls(program):
    """The program's own DLLs: those it imports that lie beside it, and what they import."""
    found, waiting = [], [program]
    folder = os.path.dirname(os.path.abspath(program))
    beside = {name.lower(): name for name in os.listdir(folder)}
    while waiting:
        for dll in imported_dlls(waiting.pop()):
            name = beside.get(dll.lower())
            path = os.path.join(folder, name) if name else None
            if path and dll.lower() != "ntdll.dll" and path not in found:
                found.append(path)
                waiting.append(path)
    return found


def boot_program(program, arguments, memory, shift=None, modules=(), switches=()):
    """Boots straight into PROGRAM with ARGUMENTS; SWITCHES are for the kernel (boot/options.c).
    SHIFT: deterministic time, or None."""
    if memory < MINIMUM_MEMORY:
        raise HostError(f"--memory {memory}: Mica needs {MINIMUM_MEMORY} MB")
    for path in (KERNEL, NTDLL):
        if not path.is_file():
            raise HostError(f"{path} is missing: run make first")
    check_file(program, "program")
    for path in modules:
        check_file(path, "module")
    files = [module_path(p) for p in [str(NTDLL), program, *with_dlls(program), *modules]]
    line = " ".join([*switches, subprocess.list2cmdline([os.path.basename(files[1]), *arguments])])
    if len(os.fsencode(line)) > MAXIMUM_COMMAND_LINE:
        raise CannotStart(f"the arguments are longer than {MAXIMUM_COMMAND_LINE} bytes")
    return [*base(memory), *([] if shift is None else deterministic(shift)),
            "-kernel", module_path(str(KERNEL)), "-initrd", ",".join(files), "-append", line]


def boot_iso(iso, memory, display="none"):
    check_file(iso, "image")
    with open(iso, "rb") as file:
        file.seek(0x8001)  # ISO 9660's first volume descriptor
        if file.read(5) != b"CD001":
            raise CannotStart(f"image {iso}: not an ISO image")
    return [*base(memory, display), "-boot", "d", "-drive",
            f"file={os.path.abspath(iso)},media=cdrom,format=raw,readonly=on,if=ide"]
