# SPDX-License-Identifier: MIT
"""Pages, the ranges of an address space, and pool."""
import gdb

from .processes import find_process, space_of
from .read import Space, evaluate, struct, text, tree
from .verb import verb

PROTECTIONS = ["NO_ACCESS", "READONLY", "EXECUTE", "EXECUTE_READ", "READWRITE", "WRITECOPY",
               "EXECUTE_READWRITE", "EXECUTE_WRITECOPY"]
VAD_TYPES = ["Private", "Mapped", "Image  Exe", "System"]
POOLS = (("NonPaged", 0xFF400000, 0xFFC00000, "MiNonPagedPages"), ("Paged", 0xE1000000, 0xE2000000, "MiPagedPages"))


def protection(value):
    if value == 0x18:
        return "NO_ACCESS"
    return PROTECTIONS[value & 7] + ("|GUARD" if value & 0x10 else "") + ("|NOCACHE" if value & 8 else "")


def describe(entry):
    """A PTE's bits, as WinDbg writes them; an invalid one by what Mm keeps in it (mm/mi.h)."""
    if entry & 1:
        bits = "".join(letter if entry >> bit & 1 else "-"
                       for bit, letter in ((8, "G"), (7, "L"), (6, "D"), (5, "A"), (4, "N"), (3, "T")))
        return f"pfn {entry >> 12:x}  {bits}{'U' if entry & 4 else 'K'}{'W' if entry & 2 else 'R'}EV"
    if not entry:
        return "zero"
    place = f"resident pfn {entry >> 12:x}" if entry & 0x400 else "demand zero"
    return f"not valid  {place}  Protect: {protection(entry >> 1 & 0x1F)}"


@verb
def pte(address, process=None):
    """pte ADDRESS [PROCESS]: the page directory and page table entries of an address."""
    at = evaluate(address)
    space = Space(int(gdb.parse_and_eval("$cr3"))) if process is None else space_of(find_process(process))
    pde, entry = space.entry(at)
    print(f"VA {at:08x}")
    print(f"PDE at {0xC0300000 + (at >> 22) * 4:08x}  contains {pde:08x}  {describe(pde)}")
    if pde & 1:
        print(f"PTE at {0xC0000000 + (at >> 12) * 4:08x}  contains {entry:08x}  {describe(entry)}")
    if entry & 1:
        print(f"physical {entry & ~0xFFF | at & 0xFFF:08x}")


def vads(process):
    root = int(struct("EPROCESS", process)["AddressSpace"]["VadRoot"]["Root"])
    return tree(root, "MMVAD", "Links")


@verb
def vad(process=None, address=None):
    """vad [PROCESS [ADDRESS]]: the ranges of a process's address space, or the one around an address."""
    owner = find_process(process)
    wanted = evaluate(address) if address else None
    print("VAD      start    end      commit type        protection         file")
    count = 0
    for at in vads(owner):
        row = struct("MMVAD", at)
        if wanted is not None and not int(row["Start"]) <= wanted <= int(row["End"]):
            continue
        count += 1
        segment, kind = int(row["Segment"]), int(row["Type"])
        file = int(row["Segment"]["File"]) if segment else 0
        print(f"{at:08x} {int(row['Start']):08x} {int(row['End']):08x} {int(row['Charge']):6d} "
              f"{VAD_TYPES[kind]:<11} {protection(int(row['Protection'])):<18} "
              f"{text(row['Segment']['File'].dereference()['Name']) if file else ''}".rstrip())
    print(f"Total VADs: {count}")


@verb
def pool(address=None):
    """pool [ADDRESS]: the block of pool around an address; without a word the tags with what they hold."""
    if address is None:
        return tags()
    at = evaluate(address)
    for name, start, end, table in POOLS:
        if start <= at < end:
            return block(name, start, table, at)
    raise gdb.GdbError(f"{at:08x} is not in pool")


def tag_text(value):
    return "".join(chr(value >> 8 * i & 0x7F) if 32 <= value >> 8 * i & 0x7F < 127 else "." for i in range(4))


def tags():
    table = gdb.parse_and_eval("MiTags")
    print("Tag   NonPaged: in use    bytes   Paged: in use    bytes")
    for i in range(table.type.range()[1] + 1):
        row = table[i]
        if int(row["Tag"]):
            use = [int(row["Allocations"][k]) - int(row["Frees"][k]) for k in (0, 1)]
            print(f"{tag_text(int(row['Tag']))}          {use[0]:8d} {int(row['Bytes'][0]):8d}        "
                  f"{use[1]:8d} {int(row['Bytes'][1]):8d}")


def block(name, start, table, at):
    index = (at - start) >> 12
    page = gdb.parse_and_eval(table)[index]
    kind = int(page["Kind"])
    print(f"Pool page {at & ~0xFFF:08x} region is {name} pool")
    if kind == 1:
        size = int(gdb.parse_and_eval("MiPoolSizes")[int(page["Class"])])
        first = (at & ~0xFFF) + ((at & 0xFFF) // size) * size
        head = struct("POOL_HEADER", first)
        used = int(head["Magic"]) == 0xA5
        print(f"*{first:08x} size: {size:x} " + (f"(Allocated)  *{tag_text(int(head['Tag']))}  "
              f"{int(head['Bytes']):x} bytes at {first + 8:08x}" if used else "(Free)"))
    elif kind in (2, 3):
        while int(gdb.parse_and_eval(table)[index]["Kind"]) == 3:
            index -= 1
        row = gdb.parse_and_eval(table)[index]
        print(f"*{start + index * 0x1000:08x} (Allocated)  *{tag_text(int(row['Tag']))}  {int(row['Bytes']):x} bytes")
    else:
        print(" (Free)")
