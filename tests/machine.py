# SPDX-License-Identifier: MIT
"""A guest looked at from outside: QEMU with QMP on a socket of its own."""
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import tempfile
import time


PATIENCE = 20  # seconds without output


class Machine:
    def __init__(self, command):
        self.unread = b""
        self.folder = tempfile.mkdtemp(prefix="mica-test-")
        path = os.path.join(self.folder, "qmp")
        self.log = open(os.path.join(self.folder, "messages"), "w+b")
        self.process = subprocess.Popen(
            [*command, "-qmp", f"unix:{path},server=on,wait=off"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.log)
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        for _ in range(200):
            try:
                self.socket.connect(path)
                break
            except OSError:
                time.sleep(0.02)
        self.stream = self.socket.makefile("rwb")
        self.stream.readline()
        self.qmp("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.socket.close()
        self.text = self.messages()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def messages(self):
        if self.log.closed:
            return self.text
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def qmp(self, name, **arguments):
        self.stream.write(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
        self.stream.flush()
        while True:
            try:
                line = self.stream.readline()
            except ConnectionResetError:
                line = b""
            if not line:
                return None  # the machine has ended: what was asked may have been its end
            answer = json.loads(line)
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise RuntimeError(answer["error"])

    def wait_for_output(self, text):
        """Up to and with TEXT; what comes behind it is for the next call."""
        seen, self.unread = self.unread, b""
        while text not in seen:
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            data = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            assert data, f"{text!r} has not come: {seen!r} {self.messages()}"
            seen += data
        end = seen.index(text) + len(text)
        self.unread = seen[end:]
        return seen[:end]

    def type_keys(self, keys):
        self.process.stdin.write(keys)
        self.process.stdin.flush()

    def wait(self):
        return self.process.wait(20)

    def memory(self, address, size):
        """Guest virtual memory, in the address space that is current."""
        path = os.path.join(self.folder, "memory")
        self.qmp("memsave", val=address, size=size, filename=path)
        with open(path, "rb") as file:
            return file.read()

    def dword(self, address):
        return struct.unpack("<I", self.memory(address, 4))[0]

    def monitor(self, line):
        return self.qmp("human-monitor-command", **{"command-line": line})
