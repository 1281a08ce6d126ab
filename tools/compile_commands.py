#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Turns `make -n` on standard input into compile_commands.json on standard output."""
import json
import os
import shlex
import sys

entries = []
for line in sys.stdin:
    words = shlex.split(line) if " -c " in line else []
    if words and words[-3:-2] and words[-2] == "-o":
        source = words[words.index("-c") + 1]
        entries.append({"directory": os.getcwd(), "file": source, "arguments": words})
json.dump(entries, sys.stdout, indent=1)
