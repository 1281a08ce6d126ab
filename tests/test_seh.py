# SPDX-License-Identifier: MIT
"""Exception handling in the hands of different compilers, and the check on __try bodies."""
import pathlib
import subprocess

import pytest
from conftest import BUILD, ROOT, check_transcript, run_guest

INCLUDES = [f"-I{ROOT}/{d}" for d in ("kernel/include", "kernel", "user/include", "ntdll")]
COMMON = ["-std=gnu11", "-ffreestanding", "-fno-builtin", "-fms-extensions", "-g", *INCLUDES]
COMPILERS = {
    "clang": ["clang", "--target=i686-pc-windows-msvc"],
    "clang-gnu": ["clang", "--target=i686-w64-windows-gnu"],
    "gcc": ["i686-w64-mingw32-gcc", "-fno-stack-protector"],
}
# The newest that is packaged (tools/setup.sh installs it), named for its version.
NEWEST = sorted((p.name for p in pathlib.Path("/usr/bin").glob("clang-[0-9]*")
                 if p.name[6:].isdecimal()), key=lambda n: int(n[6:]))[-1:]
for newest in NEWEST:
    COMPILERS[newest] = [newest, "--target=i686-pc-windows-msvc"]
LEVELS = ["-O0", "-O1", "-O2", "-Os"]
# What uses __try, and its transcript.
TRY = {"seh_try": ("tests/guest/seh_try.c", "tests/expected/seh_try.txt"),
       **{p.stem: (f"tests/course/{p.name}", f"tests/course/{p.stem}.txt")
          for p in sorted((ROOT / "tests" / "course").glob("1[124]-*.c"))}}


def build(compiler, level, source, name):
    folder = BUILD / "seh"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / f"{name}-{compiler}{level}.exe"
    subprocess.run([*COMPILERS[compiler], *COMMON, level, "-c", source, "-o", f"{program}.o"],
                   check=True, timeout=60)
    subprocess.run(["ld", "-m", "i386pe", "--enable-stdcall-fixup", "-T", ROOT / "tools/pe.ld",
                    "-e", "_mainCRTStartup", f"{program}.o", BUILD / "libseh.a",
                    BUILD / "libntdll.a", "-o", program], check=True, timeout=60)
    return str(program)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_macros(compiler, level):
    program = build(compiler, level, ROOT / "tests/seh/macros.c", "macros")
    check_transcript(run_guest(program), (ROOT / "tests/seh/macros.txt").read_text())


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("compiler", ["clang", *NEWEST])
@pytest.mark.parametrize("name", TRY)
def test_try(name, compiler, level):
    source, expected = TRY[name]
    program = build(compiler, level, ROOT / source, name)
    check_transcript(run_guest(program), (ROOT / expected).read_text())


@pytest.mark.skipif(not NEWEST, reason="no newer clang is packaged here")
def test_two_generations_of_clang():
    """The distribution's and the newest: one compiler's habits are not a rule."""
    versions = {subprocess.check_output([c, "-dumpversion"], text=True).split(".")[0]
                for c in ("clang", *NEWEST)}
    assert len(versions) == 2, versions


# Sources for the check on __try bodies: the body, and whether it is refused.
BODIES = {
    "call": ("Peek(p);", False),
    "store": ("*p = 1;", True),
    "load": ("x = *p;", True),
    "subscript": ("x = p[3];", True),
    "member": ("x = s->member;", True),
    "assembly": ('__asm__("ud2");', True),
    "divide": ("x = x / y;", True),
    "divide-by-constant": ("x = x / 3;", False),
    "nested": ("if (x) { while (y) { x = *p; } }", True),
    "in-an-argument": ("Poke(p, *p);", True),
    "address-of": ("Poke(&p[1], sizeof(*p)); Poke(&s->member, 1);", False),
    "local-array": ("a[1] = 2;", False),
    "inner-try": ("__try { *p = 1; } __except (1) { }", True),
    "inner-handler": ("__try { Peek(p); } __except (1) { *p = 1; }", True),
}
TEMPLATE = """#include "mica.h"
struct S {{ ULONG member; }};
ULONG f(ULONG *p, struct S *s, ULONG x, ULONG y)
{{
    ULONG a[4];
    *p = 0;
    __try {{ {} }} __except (1) {{ *p = 2; }}
    return x + a[0];
}}
"""


@pytest.mark.parametrize("name", BODIES)
def test_check_on_try_bodies(name, tmp_path):
    body, refused = BODIES[name]
    source = tmp_path / "body.c"
    source.write_text(TEMPLATE.format(body))
    done = subprocess.run([ROOT / "tools/trycheck.py", "--", *COMMON, source],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == (1 if refused else 0), done.stdout
    if refused:
        assert "body.c:7" in done.stdout and "__try" in done.stdout, done.stdout
