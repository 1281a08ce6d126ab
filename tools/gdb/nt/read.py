# SPDX-License-Identifier: MIT
"""The guest's memory as structures, lists and strings; any process's, by its page tables."""
import gdb

PHYSICAL = 0x80000000  # all physical memory, in the kernel's half
SYSTEM = 0x80000000


def evaluate(text):
    """A number: a GDB expression, or hexadecimal as WinDbg has it."""
    try:
        return int(gdb.parse_and_eval(str(text))) & 0xFFFFFFFF
    except gdb.error:
        try:
            return int(str(text).replace("`", ""), 16)
        except ValueError:
            raise gdb.GdbError(f"{text}: neither an expression nor a number") from None


def number(text, default=None):
    return default if text is None else evaluate(text)


def raw(address, count):
    return bytes(gdb.selected_inferior().read_memory(address & 0xFFFFFFFF, count))


def word(address, count=4):
    return int.from_bytes(raw(address, count), "little")


def kind(name):
    """A type by NT's name; clang keeps the structure's tag where nobody uses the name itself."""
    try:
        return gdb.lookup_type(name)
    except gdb.error:
        return gdb.lookup_type(f"struct _{name}")


def size(type_name):
    return kind(type_name).sizeof


def struct(type_name, address, space=None):
    """The structure at an address: of the address space in force, or of SPACE."""
    layout = kind(type_name)
    if space is not None and address < SYSTEM:
        return gdb.Value(space.read(address, layout.sizeof), layout)
    return gdb.Value(address).cast(layout.pointer()).dereference()


def offset(type_name, path):
    """Of a field, given as in C: "Tcb.ThreadListEntry"."""
    layout, total = kind(type_name).strip_typedefs(), 0
    for name in path.split("."):
        field = layout[name]
        total += field.bitpos // 8
        layout = field.type.strip_typedefs()
    return total


def entries(head, type_name, path):
    """Addresses of the structures on a LIST_ENTRY list."""
    at, back = word(head), offset(type_name, path)
    for _ in range(100000):
        if at == head or at == 0:
            return
        yield at - back
        at = word(at)


def tree(node, type_name, path):
    """Addresses of the structures in an RTL_TREE, in order; NODE is its root."""
    if node:
        links = struct("RTL_BALANCED_LINKS", node)
        yield from tree(int(links["LeftChild"]), type_name, path)
        yield node - offset(type_name, path)
        yield from tree(int(links["RightChild"]), type_name, path)


def text(pointer, limit=256):
    """A C string, or "" for NULL; an array of characters too."""
    if pointer.type.strip_typedefs().code == gdb.TYPE_CODE_ARRAY:
        return pointer.string(errors="replace")
    address = int(pointer)
    if not address:
        return ""
    data = b""
    while b"\0" not in data and len(data) < limit:
        data += raw(address + len(data), 1)
    return data.split(b"\0")[0].decode(errors="replace")


def unicode(string, space=None):
    """A UNICODE_STRING."""
    length, buffer = int(string["Length"]), int(string["Buffer"])
    if not buffer or not length:
        return ""
    data = space.read(buffer, length) if space is not None and buffer < SYSTEM else raw(buffer, length)
    return data.decode("utf-16-le", errors="replace")


def symbol(address, line=True):
    """name+offset (file:line), or the number."""
    said = gdb.execute(f"info symbol {address:#x}", to_string=True)
    if said.startswith("No symbol"):
        return f"{address:08x}"
    name = said.split(" in section")[0].replace(" + ", "+")
    where = gdb.find_pc_line(address)
    if line and where.symtab is not None and where.line:
        name += f" ({where.symtab.filename}:{where.line})"
    return name


class Space:
    """A process's user memory, whoever runs; what is not there raises gdb.MemoryError."""

    def __init__(self, directory):
        self.directory = directory & ~0xFFF

    def entry(self, address):
        """(PDE, PTE) of an address; PTE 0 where there is no page table."""
        pde = word(PHYSICAL + self.directory + (address >> 22) * 4)
        if not pde & 1:
            return pde, 0
        return pde, word(PHYSICAL + (pde & ~0xFFF) + (address >> 12 & 0x3FF) * 4)

    def read(self, address, count):
        data = b""
        while len(data) < count:
            at = address + len(data)
            _, pte = self.entry(at)
            part = min(count - len(data), 0x1000 - (at & 0xFFF))
            if not pte & 1:
                raise gdb.MemoryError(f"{at:08x} is not in memory")
            data += raw(PHYSICAL + (pte & ~0xFFF) + (at & 0xFFF), part)
        return data
