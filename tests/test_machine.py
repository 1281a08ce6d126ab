# SPDX-License-Identifier: MIT
"""The live machine, read from outside, against the seeds' tables (seed 004; nt-facts 1-3, 8)."""
import re
import shlex
import struct
import subprocess

import pytest
from conftest import BUILD, GUEST, launch
from machine import Machine

GDT, IDT, TSS, PCR, TEB, PEB = 0x80036000, 0x80036400, 0x8024D000, 0xFFDFF000, 0x7FFDE000, 0x7FFDF000


@pytest.fixture(scope="module")
def live():
    command = shlex.split(launch("run", "--dry-run", GUEST / "spin.exe", "machine").out.decode())
    with Machine(command) as machine:
        machine.wait_for_output(b"spinning\n")
        yield machine


def symbols():
    out = subprocess.check_output(["nm", BUILD / "mica.elf"], text=True)
    return {name: int(address, 16) for address, _, name in (l.split() for l in out.splitlines())}


def descriptor(base, limit, access, flags):
    """The eight bytes of a descriptor, from Intel's figure 3-8, independently of gdt.c."""
    if flags & 8:
        limit >>= 12
    return struct.pack("<HHBBBB", limit & 0xFFFF, base & 0xFFFF, base >> 16 & 0xFF, access,
                       flags << 4 | limit >> 16, base >> 24)


# Seed 004's dump, row by row: base, limit, access byte (accessed, busy), flags nibble.
ROWS = {
    0x08: (0, 0xFFFFFFFF, 0x9B, 0xC), 0x10: (0, 0xFFFFFFFF, 0x93, 0xC),
    0x18: (0, 0xFFFFFFFF, 0xFB, 0xC), 0x20: (0, 0xFFFFFFFF, 0xF3, 0xC),
    0x28: (0x8024D000, 0x20AB, 0x8B, 0), 0x30: (0xFFDFF000, 0x1FFF, 0x93, 0xC),
    0x38: (0x7FFDE000, 0xFFF, 0xF3, 0x4), 0x40: (0x400, 0xFFFF, 0xF3, 0),
    0x50: (0x80149F60, 0x68, 0x89, 0), 0x58: (0x80149FC8, 0x68, 0x89, 0),
    0x60: (0x22940, 0xFFFF, 0x93, 0), 0x68: (0xB8000, 0x3FFF, 0x93, 0),
    0x70: (0xFFFF7000, 0x3FF, 0x93, 0), 0x78: (0x80400000, 0xFFFF, 0x9B, 0),
    0x80: (0x80400000, 0xFFFF, 0x93, 0), 0x88: (0, 0, 0x93, 0), 0xE8: (0, 0xFFFF, 0x93, 0),
    0xF0: (0x80117DB0, 0x28D, 0x99, 0), 0xF8: (0, 0xFFFF, 0x93, 0),
}


def test_gdt(live):
    table = live.memory(GDT, 0x400)
    for selector in range(0, 0x400, 8):
        got = table[selector:selector + 8]
        if selector in ROWS:
            expected = descriptor(*ROWS[selector])
        elif selector == 0xE0:
            expected = struct.pack("<II", GDT + 0x100, 0)
        elif 0x100 <= selector < 0x3F8:
            expected = struct.pack("<II", GDT + selector + 8, 0)
        else:
            expected = bytes(8)
        assert got == expected, f"selector {selector:02X}: {got.hex()}, seed: {expected.hex()}"


def test_registers(live):
    text = live.monitor("info registers")
    assert re.search(r"GDT=\s+80036000 000003ff", text), text
    assert re.search(r"IDT=\s+80036400 000007ff", text), text
    assert re.search(r"TR =0028 8024d000 000020ab", text), text
    assert re.search(r"LDT=0000", text), text
    cr0 = int(re.search(r"CR0=(\w+)", text)[1], 16)
    assert cr0 & 0x80010021 == 0x80010021, "PG, WP, NE, PE"
    assert cr0 & 0x40004 == 0, "AM, EM are clear"


DPL3 = {0x03, 0x04, 0x2A, 0x2B, 0x2C, 0x2D, 0x2E}
NAMED = {0x2A: "KiGetTickCount", 0x2B: "KiCallbackReturn", 0x2C: "KiSetLowWaitHighThread",
         0x2D: "KiDebugService", 0x2E: "KiSystemService", 0x30: "HalpClockInterrupt",
         0x38: "HalpProfileInterrupt", 0x12: "KiTrap0F", 0x1F: "KiTrap0F", 0x2F: "KiTrap0F",
         0x32: "KiUnexpectedInterrupt2", 0x36: "KiUnexpectedInterrupt6",
         0x39: "KiUnexpectedInterrupt9", 0xFF: "KiUnexpectedInterrupt207"}
NAMED.update({v: f"KiTrap{v:02X}" for v in [*range(0, 2), *range(3, 8), *range(9, 0x12)]})


def test_idt(live):
    table, names = live.memory(IDT, 0x800), symbols()
    for vector in range(256):
        low, selector, access, high = struct.unpack_from("<HHHH", table, vector * 8)
        if vector in (2, 8):
            assert (selector, access) == ({2: 0x58, 8: 0x50}[vector], 0x8500), vector
        elif 0x20 <= vector <= 0x29:
            assert access & 0x8000 == 0 and selector == 8, vector
        else:
            assert selector == 8, vector
            assert access == (0xEE00 if vector in DPL3 else 0x8E00), f"{vector:02X} {access:04X}"
            if vector in NAMED:
                assert high << 16 | low == names[NAMED[vector]], f"{vector:02X} {NAMED[vector]}"


def test_tss(live):
    tss = live.memory(TSS, 0x20AC)
    esp0, ss0 = struct.unpack_from("<II", tss, 4)
    assert ss0 == 0x10 and 0xFB000000 <= esp0 < 0xFB400000
    assert struct.unpack_from("<H", tss, 0x66)[0] == 0x20AC, "the I/O map lies beyond the limit"
    for base in (0x80149F60, 0x80149FC8):
        task = live.memory(base, 0x68)
        stack, cr3, eip = (struct.unpack_from("<I", task, o)[0] for o in (0x38, 0x1C, 0x20))
        assert cr3 and stack and 0x80101000 <= eip < 0x80200000
        assert [struct.unpack_from("<I", task, o)[0] for o in (0x4C, 0x50, 0x54, 0x58)] == \
            [0x08, 0x10, 0x23, 0x30], "CS, SS, DS, FS"


def test_pcr(live):
    pcr = live.memory(PCR, 0xB10)

    def dword(offset):
        return struct.unpack_from("<I", pcr, offset)[0]

    assert dword(0x18) == TEB and dword(0x1C) == PCR and dword(0x20) == PCR + 0x120
    assert pcr[0x24] == 0, "PASSIVE_LEVEL"
    assert (dword(0x38), dword(0x3C), dword(0x40)) == (IDT, GDT, TSS)
    assert dword(0x44) == 0x00010001 and dword(0x48) == 1 and dword(0x4C) > 0
    assert pcr[0x51] == 0
    assert dword(0x30) == 0xFFFF & ~(1 << 0 | 1 << 1 | 1 << 2 | 1 << 4), "IDR: the masked lines"
    prcb = pcr[0x120:]
    assert struct.unpack_from("<HH", prcb, 0) == (1, 1)
    current, following, idle = struct.unpack_from("<III", prcb, 4)
    assert current and idle and following == 0
    assert struct.unpack_from("<H", prcb, 0x12)[0] == 2, "uniprocessor build"
    assert struct.unpack_from("<I", prcb, 0x14)[0] == 1
    assert prcb[0x18] >= 5 and prcb[0x19] == 1
    assert prcb[0x52D:0x53A].rstrip(b"\0") in (b"GenuineIntel", b"AuthenticAMD")
    assert struct.unpack_from("<I", prcb, 0x53C)[0] > 0, "MHz"
    assert struct.unpack_from("<I", prcb, 0x23C)[0] > 10, "system calls"
    assert live.dword(PCR + 0x120 + 0x1C0) > 0, "interrupts"


def test_shared_data(live):
    first = live.dword(0xFFDF0000)
    for _ in range(100):
        if live.dword(0xFFDF0000) > first:
            break
    assert live.dword(0xFFDF0000) > first, "ticks go on"
    assert live.dword(0x7FFE0004) == 0x0A000000
    assert live.memory(0x7FFE0030, 22).decode("utf-16-le") == "\\SystemRoot"
    assert struct.unpack("<II", live.memory(0x7FFE026C, 8)) == (4, 0)


def test_teb_and_peb(live):
    teb = live.memory(TEB, 0xF88)

    def dword(offset):
        return struct.unpack_from("<I", teb, offset)[0]

    assert dword(0x18) == TEB and dword(0x30) == PEB
    base, limit, allocation = dword(4), dword(8), dword(0xE0C)
    assert allocation < limit < base and base & 0xFFFF == 0 and allocation & 0xFFFF == 0
    assert dword(0x20) and dword(0x24) and teb[0x20:0x28] == teb[0x6E8:0x6F0]
    assert dword(0xBF8) == 0x020C0000 and dword(0xBFC) == TEB + 0xC00

    peb = live.memory(PEB, 0x1D8)
    assert struct.unpack_from("<I", peb, 8)[0] == 0x400000
    ldr, parameters = struct.unpack_from("<II", peb, 0x0C)
    assert struct.unpack_from("<I", peb, 0x64)[0] == 1
    assert struct.unpack_from("<II", peb, 0xA4) == (4, 0)
    assert struct.unpack_from("<HH", peb, 0xAC) == (1381, 0x600)
    assert struct.unpack_from("<II", peb, 0xB0) == (2, 3)

    params = live.memory(parameters, 0x290)
    assert struct.unpack_from("<I", params, 8)[0] & 1, "normalised"
    length, _, pointer = struct.unpack_from("<HHI", params, 0x40)
    assert live.memory(pointer, length).decode("utf-16-le") == "spin.exe machine"
    length, _, pointer = struct.unpack_from("<HHI", params, 0x38)
    assert live.memory(pointer, length).decode("utf-16-le") == "\\SystemRoot\\spin.exe"
    assert all(struct.unpack_from("<III", params, 0x18))

    link = live.dword(ldr + 0x0C)
    names = []
    while link != ldr + 0x0C:
        entry = live.memory(link, 0x48)
        length, _, pointer = struct.unpack_from("<HHI", entry, 0x2C)
        names.append((live.memory(pointer, length).decode("utf-16-le"),
                      struct.unpack_from("<I", entry, 0x18)[0]))
        link = struct.unpack_from("<I", entry)[0]
    assert names == [("spin.exe", 0x400000), ("ntdll.dll", 0x77F60000)]


def test_address_map(live):
    """Both guards are empty, ring 3 sees only its half, kernel code is not writable."""
    rows = re.findall(r"([0-9a-f]{8,16})-([0-9a-f]{8,16}) [0-9a-f]{8,16} (\S{3})",
                      live.monitor("info mem"))
    ranges = [(int(a, 16), int(b, 16), rights) for a, b, rights in rows]
    assert ranges
    for start, end, rights in ranges:
        user = "u" in rights
        assert start >= 0x10000, "the NULL guard"
        assert not (start < 0x80000000 and end > 0x7FFE1000), f"{start:08X}: the upper guard"
        assert user == (start < 0x80000000), f"{start:08X} {rights}"
        if start <= 0x80101000 < end:
            assert "w" not in rights, "kernel text"
        if start <= 0x7FFE0000 < end:
            assert "w" not in rights, "shared data"


def test_self_map(live):
    cr3 = int(re.search(r"CR3=(\w+)", live.monitor("info registers"))[1], 16)
    assert live.dword(0xC0300C00) & ~0xFFF == cr3
    assert live.dword(0xC0300C00) & 5 == 1, "present, supervisor"
    pte = live.dword(0xC0000000 + (0x80101000 >> 12) * 4)
    assert pte & ~0xFFF == 0x101000 and pte & 7 == 1
    assert live.dword(0xC0000000 + (0x77F60000 >> 12) * 4) & 7 == 5, "ntdll's header: read-only"
