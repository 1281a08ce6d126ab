# SPDX-License-Identifier: MIT
"""Which lines of kernel, HAL and ntdll the tests ran: QEMU's log of what it translated (`-d in_asm`) against
the images' line tables. The binaries are the ones that are always built. `make coverage`."""
import argparse
import bisect
import collections
import pathlib
import re
import shutil
import subprocess
import sys

from launcher.symbols import once

ROOT = pathlib.Path(__file__).resolve().parents[1]
FOLDERS = ("boot/", "hal/", "kernel/", "ntdll/")


def executed(folder):
    """The addresses in all logs."""
    found = set()
    for log in sorted(folder.glob("*.log")):
        out = subprocess.run(["awk", "-F:", '/^0x/ && !seen[$1]++ { print $1 }', log], stdout=subprocess.PIPE,
                             text=True, check=True).stdout
        found.update(int(line, 16) for line in out.split())
    return found


def line_table(image):
    """(address, file, line) of an image, in order; line 0: of no line."""
    out = subprocess.run(["objdump", "--dwarf=decodedline", image], stdout=subprocess.PIPE, text=True,
                         errors="replace", check=True).stdout
    rows, path = [], ""
    for line in out.splitlines():
        header = re.match(r"^(?:CU: )?(\S+\.(?:c|h|asm|inc|def)):", line)
        row = re.match(r"^\S+\s+(\d+|-)\s+(0x[0-9a-f]+)", line)
        if header:
            path = once(header[1].removeprefix("./"))
        elif row:
            rows.append((int(row[2], 16), path, 0 if row[1] == "-" else int(row[1])))
    return sorted(rows)


def covered(rows, addresses):
    """{file: {line: was any instruction of it run?}}"""
    lines = collections.defaultdict(dict)
    ordered = sorted(addresses)
    for (address, path, line), following in zip(rows, rows[1:] + [(1 << 32, "", 0)]):
        if line == 0 or not path.startswith(FOLDERS):
            continue
        at = bisect.bisect_left(ordered, address)
        ran = at < len(ordered) and ordered[at] < max(following[0], address + 1)
        lines[path][line] = lines[path].get(line, False) or ran
    return lines


def merge(all_lines):
    total = collections.defaultdict(dict)
    for lines in all_lines:
        for path, rows in lines.items():
            for line, ran in rows.items():
                total[path][line] = total[path].get(line, False) or ran
    return total


def write_info(path, total):
    """lcov's format."""
    with open(path, "w", encoding="utf-8") as file:
        for name, rows in sorted(total.items()):
            file.write(f"SF:{ROOT / name}\n")
            for line, ran in sorted(rows.items()):
                file.write(f"DA:{line},{int(ran)}\n")
            file.write(f"LF:{len(rows)}\nLH:{sum(rows.values())}\nend_of_record\n")


def ranges(numbers):
    """1, 2, 3, 7 as 1-3 7."""
    parts = []
    for number in numbers:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


EXPLAINED = ROOT / "tests" / "uncovered.txt"


def explanations():
    """{(file, text of a line): reason}; a reason is a line that begins with #, what follows it are its lines."""
    found, reason = {}, ""
    for line in EXPLAINED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            reason = line.lstrip("# ")
        elif reason and ": " in line:
            name, text = line.split(": ", 1)
            found[name, text.strip()] = reason
    return found


def unexplained(total):
    """(never run and not in the list, in the list but gone from its file), each as file: text. What is in the list and
    was run this time needs no word: two threads meet where they like."""
    known, missing = explanations(), set()
    for name, rows in total.items():
        source = (ROOT / name).read_text(encoding="utf-8").splitlines()
        missing |= {(name, source[line - 1].strip()) for line, ran in rows.items() if not ran}
    texts = {name: {line.strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()}
             for name in {name for name, _ in known} if (ROOT / name).is_file()}
    return sorted(missing - set(known)), sorted(k for k in known if k[1] not in texts.get(k[0], set()))


def report(total):
    print(f"{'file':<34} {'lines':>6} {'run':>6}      never run")
    for name, rows in sorted(total.items()):
        missing = sorted(line for line, ran in rows.items() if not ran)
        if missing:
            print(f"{name:<34} {len(rows):>6} {len(rows) - len(missing):>6}      {ranges(missing)}")
    lines, ran = sum(map(len, total.values())), sum(sum(r.values()) for r in total.values())
    print(f"{'all':<34} {lines:>6} {ran:>6}      {100 * (lines - ran) / lines:.1f} % of the lines never run")
    new, old = unexplained(total)
    print(f"{EXPLAINED.relative_to(ROOT)} explains them, but for {len(new)}:" if new else
          f"{EXPLAINED.relative_to(ROOT)} explains each of them")
    for name, text in new:
        print(f"    {name}: {text}")
    for name, text in old:
        print(f"    explained, but gone: {name}: {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("folder", type=pathlib.Path, help="where the logs are, and where the report goes")
    options = parser.parse_args()
    addresses = executed(options.folder / "logs")
    if not addresses:
        sys.exit(f"coverage: {options.folder / 'logs'}: there are no logs (make coverage)")
    images = [options.build / "mica.elf", options.build / "ntdll.dll"]
    total = merge(covered(line_table(image), addresses) for image in images)
    write_info(options.folder / "mica.info", total)
    report(total)
    if shutil.which("genhtml"):
        subprocess.run(["genhtml", "-q", "-o", options.folder / "html", options.folder / "mica.info"], check=True)
        print(f"page: {options.folder / 'html' / 'index.html'}")


if __name__ == "__main__":
    main()
