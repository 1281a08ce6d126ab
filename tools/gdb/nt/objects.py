# SPDX-License-Identifier: MIT
"""Objects and the handles to them."""
import gdb

from .processes import find_process
from .read import evaluate, size, struct, text, tree, unicode, word
from .verb import verb

LEAF = 512


def header(body):
    return struct("OBJECT_HEADER", body - size("OBJECT_HEADER"))


def name(body):
    """The object's own name, and \\ for the root."""
    if body == word(int(gdb.parse_and_eval("&ObpRoot"))):
        return "\\"
    return unicode(header(body)["Name"])


def path(body):
    """From the root; "" for what has no name."""
    parts, root = [], word(int(gdb.parse_and_eval("&ObpRoot")))
    while body != root:
        if not int(header(body)["Directory"]):
            return "\\".join(reversed(parts))
        parts.append(name(body))
        body = int(header(body)["Directory"])
    return "\\" + "\\".join(reversed(parts))


def type_name(body):
    return text(header(body)["Type"].dereference()["Name"])


def find(words):
    """A path's object, ignoring case."""
    body = word(int(gdb.parse_and_eval("&ObpRoot")))
    for part in [p for p in words.split("\\") if p]:
        body = next((b for b in contents(body) if name(b).lower() == part.lower()), None)
        if body is None:
            raise gdb.GdbError(f"{words}: there is no {part}")
    return body


def contents(directory):
    if type_name(directory) != "Directory":
        return
    root = struct("OBJECT_DIRECTORY", directory)["Entries"]["Root"]
    for at in tree(int(root), "OBJECT_HEADER", "NameLinks"):
        yield at + size("OBJECT_HEADER")


@verb
def object_(which="\\"):
    """object [ADDRESS|PATH]: an object; a directory with what is in it."""
    body = find(which) if which.startswith("\\") else evaluate(which)
    row = header(body)
    print(f"Object: {body:08x}  Type: ({int(row['Type']):08x}) {type_name(body)}")
    print(f"    ObjectHeader: {body - size('OBJECT_HEADER'):08x}")
    print(f"    HandleCount: {int(row['HandleCount'])}  PointerCount: {int(row['PointerCount'])}"
          f"{'  Permanent' if int(row['Flags']) & 1 else ''}")
    if path(body):
        print(f"    Directory Object: {int(row['Directory']):08x}  Name: {path(body)}")
    rows = list(contents(body))
    if rows:
        print("    Address  Type            Name")
    for at in rows:
        print(f"    {at:08x} {type_name(at):<15} {name(at)}")


def entries_of(table_at):
    """(handle, object, access, attributes) of a handle table."""
    table = struct("HANDLE_TABLE", table_at)
    for leaf in range(int(table["Leaves"])):
        rows = table["Leaf"][leaf]
        for index in range(LEAF):
            value = int(rows[index]["Object"])
            if value and leaf * LEAF + index:
                yield (leaf * LEAF + index) * 4, value & ~7, int(rows[index]["Access"]), value & 7


@verb
def handle(which="0", process=None):
    """handle [HANDLE|0 [PROCESS]]: a handle of a process, or all of them."""
    owner = find_process(process)
    table = int(struct("EPROCESS", owner)["ObjectTable"])
    wanted = evaluate(which) & ~3
    rows = [r for r in entries_of(table) if not wanted or r[0] == wanted] if table else []
    print(f"PROCESS {owner:08x}  Image: {text(struct('EPROCESS', owner)['ImageName'])}  Handle table at {table:08x} "
          f"with {int(struct('HANDLE_TABLE', table)['Count']) if table else 0} entries in use")
    if wanted and not rows:
        raise gdb.GdbError(f"{wanted:x}: not a handle of this process")
    for number, body, access, attributes in rows:
        flags = " (Inherit)" * bool(attributes & 2) + " (Protected)" * bool(attributes & 1)
        print(f"{number:04x}: Object: {body:08x}  GrantedAccess: {access:08x}{flags}  Type: {type_name(body)}"
              f"{'  Name: ' + path(body) if path(body) else ''}")
