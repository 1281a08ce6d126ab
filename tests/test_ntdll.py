# SPDX-License-Identifier: MIT
"""ntdll.dll as a file: the dispatchers' bytes, the service stubs, the exports."""
import re
import struct
import subprocess

import pytest
from conftest import BUILD, ROOT

NTDLL = BUILD / "ntdll.dll"


def exports():
    """Name -> RVA, read from the export directory itself."""
    data = NTDLL.read_bytes()
    header = struct.unpack_from("<I", data, 0x3C)[0]
    count, size = struct.unpack_from("<H", data, header + 6)[0], struct.unpack_from("<H", data, header + 20)[0]
    sections = [struct.unpack_from("<IIII", data, header + 24 + size + 40 * i + 8) for i in range(count)]

    def offset(rva):
        for _, va, raw, pointer in sections:
            if va <= rva < va + raw:
                return rva - va + pointer
        raise AssertionError(hex(rva))

    directory = offset(struct.unpack_from("<I", data, header + 24 + 96)[0])
    functions, names = struct.unpack_from("<II", data, directory + 20)
    f, n, o = (offset(x) for x in struct.unpack_from("<III", data, directory + 28))
    result = {}
    for i in range(names):
        name = offset(struct.unpack_from("<I", data, n + 4 * i)[0])
        text = data[name:data.index(b"\0", name)].decode()
        rva = struct.unpack_from("<I", data, f + 4 * struct.unpack_from("<H", data, o + 2 * i)[0])[0]
        result[text] = data[offset(rva):offset(rva) + 64]
    return result


@pytest.fixture(scope="module")
def code():
    return exports()


def test_callback_dispatcher(code):
    """Seed 000, to the byte."""
    assert code["KiUserCallbackDispatcher"].hex().startswith(
        "83c4045a64a1180000008b40308b402cff149033c933d2cd2bcc")


def test_exception_dispatcher(code):
    """Seed 003, to where its listing is cut short; calls are relative, so their targets vary."""
    pattern = ("8b4c2404" "8b1c24" "51" "53" "e8........" "0ac0" "740c" "5b" "59" "6a00" "51"
               "e8........" "eb0b" "5b" "59" "6a00" "51" "53" "e8........")
    assert re.match(pattern, code["KiUserExceptionDispatcher"].hex())


def services():
    text = (ROOT / "kernel/include/nt/services.def").read_text()
    return [(int(n, 16), name, int(b)) for n, name, b in
            re.findall(r"^SERVICE\((\w+), (\w+), (\d+)\)", text, re.MULTILINE)]


@pytest.mark.parametrize("number,name,size", services(), ids=lambda v: str(v))
def test_stub(code, number, name, size):
    expected = b"\xb8" + struct.pack("<I", number) + bytes.fromhex("8d542404cd2e")
    expected += b"\xc2" + struct.pack("<H", size)
    assert code["Nt" + name].startswith(expected), code["Nt" + name].hex()
    assert code["Zw" + name].startswith(expected)


# nt-facts 7, the NT4 SP6 column, typed again here on purpose.
NT4_SP6 = {"AllocateVirtualMemory": 0x0A, "CallbackReturn": 0x0B, "Close": 0x0F, "Continue": 0x13,
           "DelayExecution": 0x27, "DisplayString": 0x2E, "FreeVirtualMemory": 0x3A,
           "GetTickCount": 0x3E, "QueryInformationProcess": 0x6D, "QueryPerformanceCounter": 0x76,
           "QuerySystemTime": 0x7D, "RaiseException": 0x84, "ReadFile": 0x86,
           "TerminateProcess": 0xBB, "WriteFile": 0xC8, "YieldExecution": 0xD2}


def test_numbers_are_nt4_sp6s():
    numbers = {name: number for number, name, _ in services()}
    assert {name: numbers[name] for name in NT4_SP6} == NT4_SP6
    assert numbers["MicaCallback"] == 0x1000


def test_exports(code):
    for name in ("KiUserApcDispatcher", "KiRaiseUserExceptionDispatcher", "LdrInitializeThunk",
                 "RtlUnwind", "RtlRaiseException", "RtlRaiseStatus"):
        assert name in code
    assert not [n for n in code if "@" in n], "names are undecorated"


def test_image_base():
    text = subprocess.check_output(["objdump", "-p", NTDLL], text=True)
    assert re.search(r"ImageBase\s+77f60000", text)
