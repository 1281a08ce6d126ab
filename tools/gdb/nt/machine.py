# SPDX-License-Identifier: MIT
"""The processor: its control region and its tables."""
import gdb

from .read import evaluate, number, struct, symbol, word
from .verb import verb

PCR = 0xFFDFF000
LEVELS = {0: "PASSIVE_LEVEL", 1: "APC_LEVEL", 2: "DISPATCH_LEVEL", 27: "PROFILE_LEVEL", 28: "CLOCK2_LEVEL",
          29: "IPI_LEVEL", 30: "POWER_LEVEL", 31: "HIGH_LEVEL"}
SYSTEM_TYPES = {1: "Tss16", 2: "Ldt", 3: "Tss16 busy", 4: "Call16", 5: "Task", 6: "Int16", 7: "Trap16",
                9: "Tss32", 11: "Tss32 busy", 12: "Call32", 14: "Int32", 15: "Trap32"}


@verb
def pcr():
    """pcr: the processor control region."""
    region = struct("KPCR", PCR)
    print(f"KPCR for Processor {int(region['Number'])} at {PCR:08x}:")
    print(f"    Major {int(region['MajorVersion'])} Minor {int(region['MinorVersion'])}")
    tib = region["NtTib"]
    for name in ("ExceptionList", "StackBase", "StackLimit", "SubSystemTib", "Version", "ArbitraryUserPointer",
                 "Self"):
        print(f"{'NtTib.' + name:>29}: {int(tib[name]):08x}")
    print()
    prcb_at = int(region["Prcb"])
    for name in ("SelfPcr", "Prcb", "Irql", "IRR", "IDR", "InterruptMode", "IDT", "GDT", "TSS"):
        print(f"{name:>29}: {int(region[name]):08x}")
    print()
    for name in ("CurrentThread", "NextThread", "IdleThread"):
        print(f"{name:>29}: {int(struct('KPRCB', prcb_at)[name]):08x}")


@verb
def prcb():
    """prcb: the processor control block: threads, times, counts."""
    at = PCR + 0x120
    block = struct("KPRCB", at)
    print(f"PRCB for Processor {int(block['Number'])} at {at:08x}:")
    print(f"Threads--  Current {int(block['CurrentThread']):08x} Next {int(block['NextThread']):08x} "
          f"Idle {int(block['IdleThread']):08x}")
    print(f"Number {int(block['Number'])} SetMember {int(block['SetMember'])} "
          f"CPU family {int(block['CpuType'])} model {int(block['CpuStep']) >> 8} stepping "
          f"{int(block['CpuStep']) & 0xFF}, {block['VendorString'].string()}, {int(block['MHz'])} MHz")
    print(f"Interrupt Count -- {int(block['InterruptCount']):08x}")
    print(f"Times -- Dpc {int(block['DpcTime']):08x} Interrupt {int(block['InterruptTime']):08x} "
          f"Kernel {int(block['KernelTime']):08x} User {int(block['UserTime']):08x}")
    print(f"Switches {int(block['KeContextSwitches'])}, system calls {int(block['KeSystemCalls'])}, "
          f"exceptions {int(block['KeExceptionDispatchCount'])}, NPX thread {int(block['NpxThread']):08x}")


def level(irql):
    return f"{irql} ({LEVELS[irql]})" if irql in LEVELS else f"{irql} (device)"


@verb
def irql():
    """irql: the interrupt request level, and what waits for it to sink."""
    region = struct("KPCR", PCR)
    print(f"IRQL {level(int(region['Irql']))}, IRR {int(region['IRR']):08x}, IDR {int(region['IDR']):08x}")


def descriptor(table, index):
    low, high = word(table + index * 8), word(table + index * 8 + 4)
    return low, high


@verb
def idt(vector=None):
    """idt [VECTOR]: the gates of the interrupt descriptor table, with where they lead."""
    table = int(struct("KPCR", PCR)["IDT"])
    wanted = [evaluate(vector)] if vector else range(256)
    print(f"IDT at {table:08x}")
    for index in wanted:
        low, high = descriptor(table, index)
        kind = SYSTEM_TYPES.get(high >> 8 & 0x1F, f"type {high >> 8 & 0x1F:x}")
        if not high & 0x8000:
            if vector:
                print(f"{index:02x}: not present")
            continue
        address = low & 0xFFFF | high & 0xFFFF0000
        where = f"TSS {low >> 16:04x}" if kind == "Task" else f"{low >> 16:04x}:{address:08x} {symbol(address)}"
        print(f"{index:02x}: {kind:<6} DPL {high >> 13 & 3} {where}")


@verb
def gdt(selector=None):
    """gdt [SELECTOR]: the segments of the global descriptor table."""
    table = int(struct("KPCR", PCR)["GDT"])
    print(f"GDT at {table:08x}")
    print("                         P Si Gr Pr Lo\nSel    Base     Limit    Type       l ze an es ng")
    for value in [evaluate(selector) & ~7] if selector else range(0, 0x68, 8):
        low, high = descriptor(table, value >> 3)
        base = low >> 16 | (high & 0xFF) << 16 | high & 0xFF000000
        limit = low & 0xFFFF | high & 0xF0000
        limit = limit << 12 | 0xFFF if high & 1 << 23 else limit
        if not high & 0x8000:
            kind = "<Reserved>"
        elif high & 0x1000:
            kind = ("Code " + ("RE" if high & 0x200 else "E") if high & 0x800 else
                    "Data " + ("RW" if high & 0x200 else "RO")) + (" Ac" if high & 0x100 else "")
        else:
            kind = SYSTEM_TYPES.get(high >> 8 & 0xF, "?")
        print(f"{value:04x} {base:08x} {limit:08x} {kind:<10} {high >> 13 & 3} "
              f"{'Bg' if high & 1 << 22 else 'Nb'} {'Pg' if high & 1 << 23 else 'By'} "
              f"{'P ' if high & 0x8000 else 'Np'} {high >> 20 & 0xF:x}")


@verb
def tss(address=None):
    """tss [ADDRESS]: a task state segment; the one in force."""
    at = number(address, int(struct("KPCR", PCR)["TSS"]))
    segment = struct("KTASK_STATE", at)
    print(f"TSS at {at:08x}")
    for field in segment.type.fields():
        value = segment[field.name]
        if value.type.strip_typedefs().code == gdb.TYPE_CODE_INT:
            print(f"  +{field.bitpos // 8:03x} {field.name:<16} {int(value) & 0xFFFFFFFF:08x}")
