# SPDX-License-Identifier: MIT
"""tools/coverage.py: what one program ran is in the report, and what it did not run is not."""
import os
import re
import subprocess

from conftest import BUILD, GUEST, MICA, ROOT


def test_one_program(tmp_path):
    (tmp_path / "logs").mkdir()
    environment = {**os.environ, "MICA_COVERAGE": str(tmp_path / "logs")}
    subprocess.run([MICA, "run", "--icount", GUEST / "seh_try.exe"], env=environment, check=True, timeout=60,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run(["/usr/bin/python3", ROOT / "tools" / "coverage.py", "--build", BUILD, tmp_path],
                          stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    info = (tmp_path / "mica.info").read_text()

    def ran(file, text):
        """Of the lines with that text in a file: were they run?"""
        rows = dict(re.findall(r"^DA:(\d+),(\d)", info.split(f"SF:{ROOT / file}\n")[1].split("end_of_record")[0],
                               re.MULTILINE))
        numbers = [i for i, line in enumerate((ROOT / file).read_text().splitlines(), 1) if text in line]
        return {rows[str(i)] for i in numbers if str(i) in rows}
    assert ran("kernel/trap/exception.c", "KeExceptionDispatchCount++") == {"1"}
    assert ran("kernel/rtl/unwind.c", "RtlpExecuteHandlerForUnwind(") == {"1"}
    assert ran("kernel/trap/entry.asm", "call    esi") == {"1"}
    assert ran("kernel/ex/mutant.c", "Status = KeReleaseMutant(") == {"0"}
    assert ran("kernel/ke/bugcheck.c", "HalScreenBlue();") == {"0"}
    assert re.search(r"^all +\d+ +\d+ +\d+\.\d % of the lines never run$", done.stdout, re.MULTILINE)


def test_without_logs(tmp_path):
    done = subprocess.run(["/usr/bin/python3", ROOT / "tools" / "coverage.py", tmp_path], stderr=subprocess.PIPE,
                          text=True, check=False)
    assert done.returncode == 1 and "there are no logs (make coverage)" in done.stderr
