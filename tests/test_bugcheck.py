# SPDX-License-Identifier: MIT
"""The blue screen: what it says for each way to get there, on the kernel's line and on the screen."""
import re
import shlex
import subprocess
import time

import pytest
from conftest import BUILD, GUEST, MICA, OWN_MAKE, ROOT, launch, run_guest
from machine import Machine

VGA = 0x800B8000
HEAD = r"\*\*\* STOP: 0x{:08X} \({}\)\n{}"


def broken(*commands, program=GUEST / "seh_try.exe", stop="KiTrap0EHandler"):
    """Stops at a kernel function, breaks something, goes on; what the kernel said."""
    script = [f"break {stop}", "continue", "delete", *commands, "continue", "kill", "quit"]
    arguments = [part for text in script for part in ("--gdb", text)]
    done = subprocess.run([MICA, "debug", *arguments, program], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                          check=False)
    return done.stdout


# How: GDB commands in KiTrap0EHandler, and what the screen begins with.
WAYS = {
    "a page of the kernel that is not there":
        (["set $eip = KiCopyMemoryGuarded", "set $esp = $esp - 64",
          "set *(int *)($esp+4) = $esp - 0x100", "set *(int *)($esp+8) = 0xA0000000",
          "set *(int *)($esp+12) = 4", "set $eflags |= 0x200"],
         HEAD.format(0x50, "0xA0000000,0x00000000,0x80[0-9A-F]{6},0x00000000",
                     "PAGE_FAULT_IN_NONPAGED_AREA"), "KiCopyMemoryGuarded"),
    "a page fault with interrupts off":
        (["set $eip = 0x12"], HEAD.format(0x0A, "0x00000012,0x00000000,0x00000000,0x00000012",
                                          "IRQL_NOT_LESS_OR_EQUAL"), None),
    "null pointer, interrupts on":
        (["set $eip = 0x12", "set $eflags |= 0x200"],
         HEAD.format(0x1E, "0xC0000005,0x00000012,0xFB[0-9A-F]{6},0x00000000",
                     "KMODE_EXCEPTION_NOT_HANDLED"), None),
    "an illegal instruction":
        (["set $eip = KiDispatchException + 1", "set *(short *)($eip) = 0x0B0F"],
         HEAD.format(0x7F, "0x00000006,0x00000000,0x80[0-9A-F]{6},0x00000000",
                     "UNEXPECTED_KERNEL_MODE_TRAP"), "KiDispatchException"),
    "a breakpoint without a debugger":
        (["set $eip = DbgBreakPoint"],
         HEAD.format(0x1E, "0x80000003,0x80[0-9A-F]{6},0xFB[0-9A-F]{6},0x00000000",
                     "KMODE_EXCEPTION_NOT_HANDLED"), "DbgBreakPoint"),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways(way):
    commands, heading, symbol = WAYS[way]
    text = broken(*commands)
    assert re.search(heading, text), text
    if symbol:
        assert re.search(r"\*\*\* Address 80\w{6} has base at 80100000 - mica\.elf\n" + symbol, text), text


# A checked build says so where the IRQL is raised.
CHECKED = HEAD.format(0x09, "0x00000002,0x00000001,0x00000000,0x00000000", "IRQL_NOT_GREATER_OR_EQUAL")

# What a driver may not do: case of trap/testdispatch.c, what is said, and who is named.
FORBIDDEN = {
    "waiting at DISPATCH_LEVEL": (16, HEAD.format(
        0x0A, "0x80[0-9A-F]{6},0x00000002,0x00000000,0x80[0-9A-F]{6}", "IRQL_NOT_LESS_OR_EQUAL"), "KeWaitFor"),
    "waiting in a DPC": (17, HEAD.format(
        0xB8, "0x80[0-9A-F]{6},0x[0-9A-F]{8},0x00000002,0x00000000", "ATTEMPTED_SWITCH_FROM_DPC"), "KeWaitFor"),
    "a fast mutex at DISPATCH_LEVEL": (18, HEAD.format(
        0x0A, "0x80[0-9A-F]{6},0x00000002,0x00000000,0x80[0-9A-F]{6}", "IRQL_NOT_LESS_OR_EQUAL") + "|" +
        CHECKED, "ExAcquireFastMutex|KiWrongIrql"),
    "pageable memory at DISPATCH_LEVEL": (19, HEAD.format(
        0x0A, "0x00001234,0x00000002,0x00000001,0x80[0-9A-F]{6}", "IRQL_NOT_LESS_OR_EQUAL"), "KiHighTouchCase"),
    "a kernel stack that is too short": (20, HEAD.format(
        0x7F, "0x00000008,0x80[0-9A-F]{6},0xFB[0-9A-F]{6},0x[0-9A-F]{8}", "UNEXPECTED_KERNEL_MODE_TRAP"), "KiDeep"),
    "pool freed twice": (21, HEAD.format(
        0xC2, "0x00000007,0x[0-9A-F]{8},0x[0-9A-F]{8},0x00000000", "BAD_POOL_CALLER"), "MiBadPool"),
    "attaching twice": (22, HEAD.format(
        0x05, "0x[0-9A-F]{8},0x[0-9A-F]{8},0x00000001,0x00000000", "INVALID_PROCESS_ATTACH_ATTEMPT"),
        "KeAttachProcess"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_forbidden(what):
    """The documented bugcheck, for each rule about IRQL, and the kernel's own stack and pool."""
    case, heading, symbol = FORBIDDEN[what]
    run = run_guest("kernelcase", str(case))
    assert run.status == 125, run.explain()
    assert re.search(heading, run.messages), run.explain()
    assert re.search(f"mica.elf\n({symbol})", run.messages), run.explain()
    assert "- KiSystemService+" in run.messages or case == 20, run.explain()


def another_kernel(switch):
    """The kernel of `make SWITCH=1`; what is up to date is known by path, so that is as make has it."""
    folder = BUILD.relative_to(ROOT) / switch.lower()
    subprocess.run(["make", "-s", f"{switch}=1", f"BUILD={folder}", f"{folder}/mica.elf"], cwd=ROOT,
                   env=OWN_MAKE, check=True, timeout=120)

    def case(number):
        command = shlex.split(launch("run", "--dry-run", GUEST / "kernelcase.exe", str(number)).out.decode())
        command[command.index("-kernel") + 1] = str(ROOT / folder / "mica.elf")
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=30, check=False, text=True)
    return case


def test_checked_build():
    """make CHECKED=1: what is written behind a block, IRQL that goes the wrong way, what C leaves undefined, a local
    array overrun."""
    case = another_kernel("CHECKED")
    assert case(8).stdout.endswith("all have come\n")
    assert re.search(HEAD.format(0xC2, "0x00000006,0xE1[0-9A-F]{6},0x74736554,0x00000000", "BAD_POOL_CALLER"),
                     case(23).stderr)
    assert re.search(CHECKED, case(18).stderr)
    told = case(33).stderr
    assert re.search(r"^ubsan: kernel/trap/testcrash\.c:\d+:\d+: a signed sum does not fit$", told, re.MULTILINE), told
    assert re.search(HEAD.format(0xC4, "0x00000000,.*", "DRIVER_VERIFIER_DETECTED_VIOLATION"), told), told
    assert re.search(HEAD.format(0xF7, ".*", "DRIVER_OVERRAN_STACK_BUFFER"), case(34).stderr)
    if BUILD.name == "build":
        assert run_guest("kernelcase", "23", "33").out == b"nobody saw it\n80000000\n"


def test_kasan_build():
    """make KASAN=1: each access to pool is looked at: of a block that is freed, and behind a block's end."""
    case = another_kernel("KASAN")
    assert case(8).stdout.endswith("all have come\n")
    for number, how in ((31, "4 bytes at FF"), (23, "1 bytes at E1")):
        told = case(number).stderr
        assert re.search(rf"^kasan: {how}\w+, of no block of pool$", told, re.MULTILINE), told
        assert re.search(HEAD.format(0xC4, "0x00000001,.*", "DRIVER_VERIFIER_DETECTED_VIOLATION"), told), told


def test_form():
    """The parts, in NT 4's order; the stack goes through the trap frame into the program."""
    text = broken("set $eip = KeBugCheckEx", "set $esp = $esp - 64",
                  *[f"set *(int *)($esp+{4 * i + 4}) = {v}" for i, v in enumerate([0xC2, 1, 2, 3, 4])],
                  "set *(int *)$esp = KiTrap0EHandler + 5")
    at = 0
    for part in (
        "*** STOP: 0x000000C2 (0x00000001,0x00000002,0x00000003,0x00000004)", "BAD_POOL_CALLER",
        "*** Address 80", " has base at 80100000 - mica.elf", "\nCPUID:GenuineIntel ", "irql:0  SYSVER 0xf0000565",
        "\nDll Base DateStmp - Name", "\n80100000 00000000 - mica.elf",
        "00400000 00000000 - seh_try.exe", "- ntdll.dll", "\nAddress  dword dump   Build [1381]", "KiTrap0EHandler+5",
        "- KiEnterTrap+", "badb0d00", "- seh_try.exe+", "The machine has stopped"):
        assert text.find(part, at) >= 0, f"{part}\n{text}"
        at = text.find(part, at)


def test_screen():
    """White on blue, the same lines; and the machine stays stopped where nothing takes the exit."""
    command = shlex.split(launch("run", "--dry-run", GUEST / "sleep.exe").out.decode())
    at = command.index("isa-debug-exit,iobase=0xf4,iosize=4")
    del command[at - 1:at + 1]
    with Machine(command) as machine:
        machine.wait_for_output(b"sleeping\n")
        time.sleep(0.3)
        machine.qmp("inject-nmi")
        for _ in range(100):
            time.sleep(0.05)
            if "turn off your computer" in machine.messages():
                break
        cells = machine.memory(VGA, 80 * 25 * 2)
        assert set(cells[1::2]) == {0x1F}, "white on blue"
        screen = "\n".join(cells[r:r + 160:2].decode("latin-1").rstrip() for r in range(0, 4000, 160))
        for text in ("*** STOP: 0x00000080 (0x00000000,", "NMI_HARDWARE_FAILURE*** Address 80",
                     "KeIdleLoop+", "KiSystemStartup+", "- mica.elf", "The machine has stopped"):
            assert text in screen, screen


def test_screen_scrolls():
    """More lines than the adapter has room for: what it shows are the last ones."""
    command = shlex.split(launch("run", "--dry-run", GUEST / "lines.exe").out.decode())
    with Machine(command) as machine:
        machine.type_keys(b"".join(b"line %d\n" % i for i in range(450)))
        machine.wait_for_output(b"[line 449]\n")

        def rows():
            start = 0
            for register in (0x0C, 0x0D):
                machine.monitor(f"o /b 0x3d4 {register}")
                start = start << 8 | int(machine.monitor("i /b 0x3d5").split("=")[1], 16)
            assert start % 80 == 0 and start > 0
            cells = machine.memory(VGA + 2 * start, 80 * 25 * 2)
            return [cells[r:r + 160:2].decode("latin-1").rstrip() for r in range(0, 4000, 160)]
        wanted = [f"[line {i}]" for i in range(426, 450)] + [""]
        for _ in range(50):  # the serial line has it a moment before the screen
            if rows() == wanted:
                break
            time.sleep(0.1)
        assert rows() == wanted


def test_nmi_in_a_program():
    """By its task gate, whatever was running: here ring 3, whose registers are shown."""
    command = shlex.split(launch("run", "--dry-run", GUEST / "spin.exe", "forever").out.decode())
    with Machine(command) as machine:
        machine.wait_for_output(b"spinning\n")
        time.sleep(0.3)
        machine.qmp("inject-nmi")
        assert machine.wait() == 35, machine.messages()
        text = machine.messages()
    assert re.search(r"\*\*\* Address 004\w{5} has base at 00400000 - spin\.exe\nspin\.exe\+\w+\n", text), text
    assert re.search(r"\neip=004\w{5} esp=00\w{6} [\s\S]*cs=001b", text), text


def test_symbols_are_the_linkers():
    """ke/images.c's list against nm: nothing moved when it was added."""
    code = subprocess.check_output(["nm", "-n", BUILD / "mica.elf"], text=True)
    names = re.findall(r"^(\w+) [tT] ([A-Za-z_]\w*)$", code, re.MULTILINE)
    listed = re.findall(r"dd 0x(\w+), Name(\d+)", (BUILD / "symbols.asm").read_text())
    strings = dict(re.findall(r'^Name(\d+): db "(\w+)"', (BUILD / "symbols.asm").read_text(), re.MULTILINE))
    assert len(listed) > 300
    assert {(a, strings[n]) for a, n in listed} <= set(names)
