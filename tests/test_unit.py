# SPDX-License-Identifier: MIT
"""Host unit tests: each unit/*.c with the kernel sources its `uses:` line names, in 32 bits."""
import re
import subprocess

import pytest
from conftest import BUILD, ROOT

UNITS = sorted((ROOT / "tests" / "unit").glob("*.c"))
FLAGS = ["-m32", "-std=gnu11", "-g", "-O1", "-Wall", "-fms-extensions", "-fno-builtin",
         "-fshort-wchar", "-DKI_HOST_TEST", "-DRTL_HOST_TEST", "-fno-strict-aliasing",
         "-Wno-pointer-to-int-cast", "-Wno-address-of-packed-member",
         f"-I{ROOT}/kernel/include", f"-I{ROOT}/kernel", f"-I{ROOT}/hal", f"-I{ROOT}/tests/unit"]


@pytest.mark.parametrize("source", UNITS, ids=lambda p: p.stem)
def test_unit(source):
    uses = re.search(r"uses: (.*?)\*/", source.read_text(), re.DOTALL)[1].replace("*", "").split()
    folder = BUILD / "unit"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / source.stem
    build = subprocess.run(
        ["gcc", *FLAGS, "-fsanitize=address,undefined", "-fno-sanitize=alignment,shift",
         "-static-libubsan", "-static-libasan", source, *[ROOT / u for u in uses], "-o", program],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert build.returncode == 0, build.stdout
    run = subprocess.run([program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         timeout=60, check=False)
    assert run.returncode == 0 and "runtime error" not in run.stdout, run.stdout[-4000:]
    assert int(re.search(r"(\d+) checks, 0 failures", run.stdout)[1]) > 0, run.stdout
