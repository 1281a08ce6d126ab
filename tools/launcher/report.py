# SPDX-License-Identifier: MIT
"""A crash report: GDB looks at the core of a run that went wrong, and says what it was (tools/gdb/crash)."""
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

from . import debugger, machine

LIMIT = 30  # seconds for GDB


class Report:
    """Makes reports of one run. RERUN: the command line of `mica debug` for the same program, or None.
    CORE: where the core is to stay, or None. WANTED: not only the core."""

    def __init__(self, command, rerun=None, core=None, wanted=True):
        self.rerun, self.core, self.wanted = rerun, core, wanted
        self.kept = False
        at = command.index("-initrd") + 1 if "-initrd" in command else None
        self.files = command[at].split(",") if at else sorted(map(str, machine.BUILD.glob("*.exe")))
        if not at:
            self.files.insert(0, str(machine.NTDLL))

    def __call__(self, core, facts):
        """Prints the report on the core at CORE, a file that goes."""
        if self.wanted and not shutil.which("gdb"):
            print("mica: no crash report: gdb is not installed (run make)", file=sys.stderr, flush=True)
        elif self.wanted:
            self.show(core, facts)
        if self.core:
            self.keep(core)

    def show(self, core, facts):
        facts = dict(facts, rerun=self.rerun)
        told = pathlib.Path(core).with_name("facts.json")
        told.write_text(json.dumps(facts))
        program = self.files[1:2] + self.files[:1] + self.files[2:]
        gdb = ["gdb", "-q", "-nx", "-batch", "-iex", "set auto-load safe-path /", "-ex", "set width 0",
               str(machine.KERNEL), "-x", str(debugger.GDB_SCRIPT), "-ex", f"mica-images {' '.join(program)}",
               "-ex", f"core-file {core}", "-ex", f"mica-crash {told}"]
        try:
            done = subprocess.run(gdb, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=LIMIT, check=False, start_new_session=True)
            text = done.stdout.decode(errors="replace")
        except subprocess.TimeoutExpired:
            text = f"(GDB had not answered after {LIMIT} s)\n{facts['registers'].replace(chr(13), '')}"
        begin = text.find("--- crash report")
        sys.stderr.write("\n" + (text[begin:] if begin >= 0 else f"--- crash report\n{text}\n") + "\n")
        sys.stderr.flush()

    def keep(self, core):
        try:
            if not self.kept:
                pathlib.Path(self.core).unlink(missing_ok=True)
                shutil.copyfile(core, self.core)
                self.kept = True
        except OSError as error:
            print(f"mica: --core {self.core}: {error.strerror}", file=sys.stderr)
            return
        here = os.path.relpath(machine.ROOT)
        script = os.path.join(here, "tools/gdb/mica.py")
        images = " ".join(shlex.quote(os.path.relpath(f)) for f in self.files)
        print(f"mica: kept: gdb -x {script} -ex 'mica-images {images}' "
              f"{os.path.relpath(machine.KERNEL)} {shlex.quote(str(self.core))}", file=sys.stderr, flush=True)
