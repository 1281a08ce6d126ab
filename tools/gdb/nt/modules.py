# SPDX-License-Identifier: MIT
"""Images, symbols and types."""
import gdb

from .processes import find_process, modules_of, space_of
from .read import evaluate, kind, struct, symbol
from .verb import verb


@verb
def lm(which=None):
    """lm [PROCESS]: the images in memory: the kernel's, and those of a process."""
    print("start    end        module name")
    start, end = (int(gdb.parse_and_eval(f"(unsigned)&{n}")) for n in ("KiImageStart", "KiImageEnd"))
    print(f"{start:08x} {end:08x}   mica")
    process = find_process(which)
    row = struct("EPROCESS", process)
    space = space_of(process)
    if not int(row["Peb"]):
        return
    ldr = int(struct("PEB", int(row["Peb"]), space)["Ldr"])
    if not ldr:
        print("(the process's loader has not begun)")
        return
    for base, _, name in modules_of(space, ldr):
        header = int.from_bytes(space.read(base + 0x3C, 4), "little")
        size = int.from_bytes(space.read(base + header + 0x50, 4), "little")
        print(f"{base:08x} {base + size:08x}   {name}")


@verb
def ln(address):
    """ln ADDRESS: the symbol at or before an address, and its line."""
    at = evaluate(address)
    print(f"({at:08x})   {symbol(at)}")


def value_text(value):
    layout = value.type.strip_typedefs()
    if layout.code == gdb.TYPE_CODE_PTR:
        return f"{int(value):#010x}"
    if layout.code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_BOOL):
        return f"{int(value) & (1 << 8 * layout.sizeof) - 1:#x}"
    return str(layout)


@verb
def dt(name, address=None):
    """dt TYPE [ADDRESS]: a structure's fields with their offsets, and what they hold."""
    name = name.split("!")[-1].lstrip("_")
    value = None if address is None else struct(name, evaluate(address))
    for field in kind(name).strip_typedefs().fields():
        title = field.name or "(unnamed)"
        shown = str(field.type) if value is None or field.name is None else value_text(value[field.name])
        print(f"   +{field.bitpos // 8:#05x} {title:<24} : {shown}")
