# SPDX-License-Identifier: MIT
"""Images: DLLs, imports by name, ordinal and forwarder, what is missing, relocation."""
import shutil
import subprocess

import pytest
from conftest import BUILD, ROOT, check_transcript, run_guest

INCLUDES = [f"-I{ROOT}/{d}" for d in ("kernel/include", "kernel", "user/include", "ntdll")]
CC = ["clang", "--target=i686-pc-windows-msvc", "-std=gnu11", "-ffreestanding", "-fno-builtin",
      "-fms-extensions", "-O1", "-fshort-wchar", *INCLUDES]
LD = ["ld", "-m", "i386pe", "--enable-stdcall-fixup", "-T", ROOT / "tools/pe.ld"]
LIBRARIES = [BUILD / "libseh.a", BUILD / "libntdll.a"]
SOURCES = ROOT / "tests" / "dll"


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout


def make_library(folder, name):
    """What programs that call the DLL link with; it can be made before the DLL."""
    definition = (SOURCES / f"{name}.def").read_text()
    # An import library lists what is called: forwarders get their size here.
    definition = definition.replace("AddElsewhere = second.SecondAdd", "AddElsewhere@8")
    lines = [l for l in definition.splitlines() if "=" not in l]
    (folder / f"{name}.import.def").write_text("\n".join(lines) + "\n")
    library = folder / f"lib{name}.a"
    run("i686-w64-mingw32-dlltool", "-k", "-d", folder / f"{name}.import.def", "-l", library)
    return library


def make_dll(folder, name, base, *libraries):
    run(*CC, "-c", SOURCES / f"{name}.c", "-o", folder / f"{name}.o")
    run(*LD, "-shared", "--kill-at", "-e", "_DllMain@12", "--image-base", hex(base),
        SOURCES / f"{name}.def", folder / f"{name}.o", *libraries, *LIBRARIES,
        "-o", folder / f"{name}.dll")
    return folder / f"{name}.dll"


def make_program(folder, name, *libraries):
    run(*CC, "-c", SOURCES / f"{name}.c", "-o", folder / f"{name}.o")
    run(*LD, "-e", "_mainCRTStartup", "--image-base", "0x400000", folder / f"{name}.o", *libraries,
        *LIBRARIES, "-o", folder / f"{name}.exe")
    return folder / f"{name}.exe"


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    first, second = make_library(folder, "first"), make_library(folder, "second")
    make_dll(folder, "second", 0x10000000)
    make_dll(folder, "first", 0x10000000, second)  # the same base: one has to move
    make_program(folder, "user", first)
    return folder


EXPECTED = """\
second.dll: reason 1, static 1, base 1
first.dll: reason 1, static 1, relocated pointer works 1
by name 4, by ordinal 7, data 1234, forwarded 7
LdrGetDllHandle: STATUS_SUCCESS
LdrGetProcedureAddress: STATUS_SUCCESS, works 1
missing name: STATUS_ENTRYPOINT_NOT_FOUND
missing ordinal: STATUS_ORDINAL_NOT_FOUND
forwarder to nowhere: STATUS_DLL_NOT_FOUND
missing dll: STATUS_DLL_NOT_FOUND
first.dll: reason 0, static 1, relocated pointer works 1
second.dll: reason 0, static 1, base 1
"""


def test_imports(images):
    """DLLs beside the program come along; two with one base: the second is relocated."""
    check_transcript(run_guest(str(images / "user.exe")), EXPECTED)


def test_missing_dll(images, tmp_path):
    shutil.copy(images / "user.exe", tmp_path)
    shutil.copy(images / "first.dll", tmp_path)
    result = run_guest(str(tmp_path / "user.exe"))
    assert result.status == 0x35, result.explain()
    assert "first.dll: DLL second.dll was not found (C0000135 STATUS_DLL_NOT_FOUND)" in \
        result.messages, result.explain()
    assert "exited with status C0000135 STATUS_DLL_NOT_FOUND" in result.messages


def replaced(images, tmp_path, old, new):
    for name in ("user.exe", "first.dll", "second.dll"):
        shutil.copy(images / name, tmp_path)
    program = tmp_path / "user.exe"
    data = program.read_bytes()
    assert old in data
    program.write_bytes(data.replace(old, new))
    return run_guest(str(program))


def test_missing_entry_point(images, tmp_path):
    result = replaced(images, tmp_path, b"FirstAdd\0", b"FirstBad\0")
    assert result.status == 0x39, result.explain()
    assert "user.exe: entry point FirstBad was not found in first.dll " \
        "(C0000139 STATUS_ENTRYPOINT_NOT_FOUND)" in result.messages, result.explain()
    assert "exited with status C0000139" in result.messages


def test_missing_ordinal(images, tmp_path):
    result = replaced(images, tmp_path, b"\x2a\0\0\x80", b"\x2b\0\0\x80")
    assert result.status == 0x38, result.explain()
    assert "ordinal 43 was not found in first.dll" in result.messages, result.explain()


def link_hello(folder, base, *options):
    program = folder / "moved.exe"
    run(*LD, "-e", "_mainCRTStartup", "--image-base", hex(base), *options,
        BUILD / "u/user/hello.o", *LIBRARIES, "-o", program)
    return str(program)


# Places that are taken (ntdll's, the PEB's) or that no program may have.
TAKEN = [0x77F60000, 0x7FFD0000, 0x80000000, 0xC0000000, 0x10000000]


@pytest.mark.parametrize("base", TAKEN, ids=hex)
def test_relocated(base, tmp_path):
    program = link_hello(tmp_path, base, "--dynamicbase", "--enable-reloc-section")
    check_transcript(run_guest(program, "x"), "Hello from ring 3.\nargument 1: x\n", status=1)


def test_cannot_be_relocated(tmp_path):
    program = link_hello(tmp_path, 0x77F60000, "--disable-reloc-section")
    result = run_guest(program)
    assert result.status == 126 and "STATUS_CONFLICTING_ADDRESSES" in result.messages, \
        result.explain()


LOADED = """\
  program: process attach, 5 of its own
5 and 0 of its own
  right: process attach
  left: process attach
load left.dll: STATUS_SUCCESS
load LEFT: STATUS_SUCCESS
load right.dll: STATUS_SUCCESS
there and back: 190
a thread
  right: thread attach
  left: thread attach
  program: thread attach, 5 of its own
  thread 1: 5 and 0 of its own
  left: thread detach
  right: thread detach
  program: thread detach, 71 of its own
right wants no threads: STATUS_SUCCESS
a thread
  left: thread attach
  program: thread attach, 5 of its own
  thread 2: 5 and 0 of its own
  left: thread detach
  program: thread detach, 72 of its own
unload left
  STATUS_SUCCESS
unload left
  STATUS_SUCCESS
left is there: STATUS_SUCCESS
unload right
  left: process detach
  right: process detach
  STATUS_SUCCESS
left is there: STATUS_DLL_NOT_FOUND, right: STATUS_DLL_NOT_FOUND, their memory: 10000 10000
unload right
  STATUS_DLL_NOT_FOUND
load nosuch.dll: STATUS_DLL_NOT_FOUND
load orphan.dll: STATUS_DLL_NOT_FOUND
orphan is there: STATUS_DLL_NOT_FOUND, right: STATUS_DLL_NOT_FOUND
  left: process attach
  right: process attach
  refuse: process attach
  refuse: process detach
  right: process detach
  left: process detach
load refuse.dll: STATUS_DLL_INIT_FAILED
refuse is there: STATUS_DLL_NOT_FOUND, right: STATUS_DLL_NOT_FOUND
load text.dll: STATUS_INVALID_IMAGE_NOT_MZ
unload what is none
  STATUS_DLL_NOT_FOUND
unload ntdll
  STATUS_SUCCESS
ntdll is there: STATUS_SUCCESS
  nest: process attach
  right: process attach
  left: process attach
load nest.dll: STATUS_SUCCESS
unload nest
  nest: process detach
  nest: unloads left: STATUS_SUCCESS
  left: process detach
  right: process detach
  STATUS_SUCCESS
nest is there: STATUS_DLL_NOT_FOUND, left: STATUS_DLL_NOT_FOUND
  nest: process attach
  right: process attach
  left: process attach
load nest.dll: STATUS_SUCCESS
by another's name: 190
load right.dll: STATUS_SUCCESS
unload right
  STATUS_SUCCESS
6 and 1 still, and the end
  left: process detach, with the process
  right: process detach, with the process
  nest: process detach, with the process
  program: process detach, 6 of its own
"""


def test_coming_and_going(tmp_path):
    """NT's order and counts. Wine 8 agrees but for these: it does not count what is loaded through
    a circle of imports, it leaves what a failed load had brought along, and it does not call the
    program's TLS callbacks at the end."""
    left, right = make_library(tmp_path, "left"), make_library(tmp_path, "right")
    missing = make_library(tmp_path, "missing")
    dlls = [make_dll(tmp_path, "left", 0x10000000, right),
            make_dll(tmp_path, "right", 0x10010000, left),
            make_dll(tmp_path, "nest", 0x10020000),
            make_dll(tmp_path, "refuse", 0x10030000, right),
            make_dll(tmp_path, "orphan", 0x10040000, right, missing),
            tmp_path / "text.dll"]
    dlls[-1].write_text("this is not an image\n" * 300)
    program = make_program(tmp_path, "loader")
    options = [word for path in dlls for word in ("--module", str(path))]
    check_transcript(run_guest(str(program), options=options), LOADED)
