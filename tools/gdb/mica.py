# SPDX-License-Identifier: MIT
"""GDB's side of Mica: `source tools/gdb/mica.py`. Symbols (images.py), WinDbg's verbs (nt/)."""
import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.append(os.path.dirname(sys.path[0]))  # launcher/
import nt  # noqa: E402, F401
import images  # noqa: E402, F401
import crash  # noqa: E402, F401

gdb.execute("set architecture i386")
gdb.execute("set disassembly-flavor intel")
