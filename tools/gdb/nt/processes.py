# SPDX-License-Identifier: MIT
"""Processes and threads, and what ring 3 sees of them."""
import gdb

from .machine import PCR
from .read import SYSTEM, Space, entries, evaluate, number, offset, struct, symbol, text, unicode, word
from .verb import verb

STATES = ["Initialized", "READY", "RUNNING", "STANDBY", "TERMINATED", "WAIT"]


def current_thread():
    return word(PCR + 0x124)


def all_processes():
    head = int(gdb.parse_and_eval("&PsActiveProcessHead"))
    return list(entries(head, "EPROCESS", "ActiveProcessLinks"))


def threads_of(process):
    head = process + offset("EPROCESS", "Pcb.ThreadListHead")
    return list(entries(head, "ETHREAD", "Tcb.ThreadListEntry"))


def space_of(process):
    return Space(int(struct("EPROCESS", process)["Pcb"]["DirectoryTableBase"][0]))


def process_of(thread):
    return int(struct("ETHREAD", thread)["ThreadsProcess"])


def find_process(word_or_name):
    """An EPROCESS's address, an id, or a program's name; nothing: the running thread's."""
    if word_or_name is None:
        return process_of(current_thread())
    for process in all_processes():
        if text(struct("EPROCESS", process)["ImageName"]).lower() in (word_or_name.lower(),
                                                                      word_or_name.lower() + ".exe"):
            return process
    value = evaluate(word_or_name)
    for process in all_processes():
        if value in (process, int(struct("EPROCESS", process)["UniqueProcessId"])):
            return process
    raise gdb.GdbError(f"{word_or_name}: no process has that address, id or name")


def find_thread(value):
    if value is None:
        return current_thread()
    wanted = evaluate(value)
    for process in all_processes():
        for thread in threads_of(process):
            if wanted in (thread, int(struct("ETHREAD", thread)["Cid"]["UniqueThread"])):
                return thread
    raise gdb.GdbError(f"{value}: no thread has that address or id")


def waits(thread):
    """Lines on what a thread waits for."""
    block = first = int(thread["Tcb"]["WaitBlockList"])
    while block:
        row = struct("KWAIT_BLOCK", block)
        yield f"            {int(row['Object']):08x}  {kind_of(int(row['Object']))}"
        block = int(row["NextWaitBlock"])
        if block == first:
            return


def kind_of(header):
    names = {0: "NotificationEvent", 1: "SynchronizationEvent", 2: "Mutant", 3: "Process", 4: "Queue",
             5: "Semaphore", 6: "Thread", 8: "NotificationTimer", 9: "SynchronizationTimer"}
    return names.get(int(struct("DISPATCHER_HEADER", header)["Type"]), "?")


def show_thread(address, details=True):
    row = struct("ETHREAD", address)
    tcb, cid = row["Tcb"], row["Cid"]
    state = STATES[int(tcb["State"])] if int(tcb["State"]) < len(STATES) else "?"
    waiting = f": ({'UserMode' if tcb['WaitMode'] else 'KernelMode'} " \
              f"{'Alertable' if tcb['Alertable'] else 'Non-Alertable'})" if state == "WAIT" else ""
    print(f"        THREAD {address:08x}  Cid {int(cid['UniqueProcess']):04x}.{int(cid['UniqueThread']):04x}  "
          f"Teb: {int(tcb['Teb']):08x} Win32Thread: {int(tcb['Win32Thread']):08x} {state}{waiting}")
    if state == "WAIT":
        for line in waits(row):
            print(line)
    if not details:
        return
    print(f"        Owning Process {process_of(address):08x}  Image: "
          f"{text(struct('EPROCESS', process_of(address))['ImageName'])}")
    print(f"        Context Switch Count {int(tcb['ContextSwitches'])}  UserTime {int(tcb['UserTime'])} "
          f"KernelTime {int(tcb['KernelTime'])} (ticks)")
    print(f"        Win32 Start Address {symbol(int(row['Win32StartAddress']))}")
    print(f"        Stack Init {int(tcb['InitialStack']):08x} Current {int(tcb['KernelStack']):08x} "
          f"Base {int(tcb['StackBase']):08x} Limit {int(tcb['StackLimit']):08x} "
          f"Call {int(tcb['CallbackStack']):08x}")
    print(f"        Priority {int(tcb['Priority'])} BasePriority {int(tcb['BasePriority'])} "
          f"PriorityDecrement {int(tcb['PriorityDecrement'])} DecrementCount {int(tcb['DecrementCount'])} "
          f"Quantum {int(tcb['Quantum'])} SuspendCount {int(tcb['SuspendCount'])}")


@verb
def process(which=None, flags="0"):
    """process [ADDRESS|ID|NAME|0 [FLAGS]]: a process, or with 0 all; FLAGS 2 or more: their threads too."""
    chosen = all_processes() if which == "0" else [find_process(which)]
    details = evaluate(flags)
    for address in chosen:
        row = struct("EPROCESS", address)
        table = int(row["ObjectTable"])
        count = int(struct("HANDLE_TABLE", table)["Count"]) if table else 0
        print(f"PROCESS {address:08x}  Cid: {int(row['UniqueProcessId']):04x}    Peb: {int(row['Peb']):08x}  "
              f"ParentCid: {int(row['InheritedFromUniqueProcessId']):04x}")
        print(f"    DirBase: {int(row['Pcb']['DirectoryTableBase'][0]):08x}  ObjectTable: {table:08x}  "
              f"HandleCount: {count}.")
        print(f"    Image: {text(row['ImageName'])}")
        if which != "0" or details:
            space = row["AddressSpace"]
            print(f"    VadRoot {int(space['VadRoot']['Root']):08x} Vads {int(space['VadRoot']['Count'])} "
                  f"CommittedPages {int(space['CommittedPages'])} WorkingSet {int(space['WorkingSetPages'])} "
                  f"PageFaults {int(space['PageFaults'])}")
            print(f"    BasePriority {int(row['Pcb']['BasePriority'])} ExitStatus {int(row['ExitStatus']) & 0xFFFFFFFF:08x} "
                  f"DebugPort {int(row['DebugPort']):08x} ActiveThreads {int(row['ActiveThreads'])}")
        if details >= 2 or which not in (None, "0"):
            for at in threads_of(address):
                show_thread(at, details >= 4)


@verb
def thread(which=None):
    """thread [ADDRESS|ID]: a thread; without a word the running one."""
    show_thread(find_thread(which))


@verb
def ready():
    """ready: the threads that are ready to run, highest priority first."""
    summary = int(gdb.parse_and_eval("KiReadySummary")) & 0xFFFFFFFF
    heads = int(gdb.parse_and_eval("&KiDispatcherReadyListHead"))
    if not summary:
        print("No threads in READY state")
    for priority in range(31, -1, -1):
        if summary >> priority & 1:
            print(f"Ready Threads at priority {priority}")
            for at in entries(heads + 8 * priority, "ETHREAD", "Tcb.WaitListEntry"):
                show_thread(at, False)


def peb_and_space(which):
    process_at = find_process(which)
    return int(struct("EPROCESS", process_at)["Peb"]), space_of(process_at)


@verb
def teb(address=None):
    """teb [ADDRESS]: a thread environment block; without a word the running thread's."""
    at = number(address, int(struct("ETHREAD", current_thread())["Tcb"]["Teb"]))
    if not at:
        raise gdb.GdbError("the running thread is the kernel's own: it has no TEB")
    row = struct("TEB", at)
    print(f"TEB at {at:08x}")
    for label, path in (("ExceptionList", "NtTib.ExceptionList"), ("StackBase", "NtTib.StackBase"),
                        ("StackLimit", "NtTib.StackLimit"), ("SubSystemTib", "NtTib.SubSystemTib"),
                        ("ArbitraryUserPointer", "NtTib.ArbitraryUserPointer"), ("Self", "NtTib.Self"),
                        ("EnvironmentPointer", "EnvironmentPointer")):
        print(f"    {label + ':':<22}{word(at + offset('TEB', path)):08x}")
    cid = row["ClientId"]
    print(f"    {'ClientId:':<22}{int(cid['UniqueProcess']):08x} . {int(cid['UniqueThread']):08x}")
    print(f"    {'Tls Storage:':<22}{int(row['ThreadLocalStoragePointer']):08x}")
    print(f"    {'PEB Address:':<22}{int(row['ProcessEnvironmentBlock']):08x}")
    print(f"    {'LastErrorValue:':<22}{int(row['LastErrorValue'])}")
    print(f"    {'DeallocationStack:':<22}{int(row['DeallocationStack']):08x}")


@verb
def peb(which=None):
    """peb [ADDRESS|ID|NAME of a process]: its environment block, modules and parameters."""
    at, space = peb_and_space(which)
    if not at:
        raise gdb.GdbError("the kernel's own process has no PEB")
    row = struct("PEB", at, space)
    print(f"PEB at {at:08x}")
    print(f"    {'BeingDebugged:':<26}{'Yes' if row['BeingDebugged'] else 'No'}")
    print(f"    {'ImageBaseAddress:':<26}{int(row['ImageBaseAddress']):08x}")
    print(f"    {'Ldr':<26}{int(row['Ldr']):08x}")
    if int(row["Ldr"]):
        print("            Base TimeStamp Module")
        for module in modules_of(space, int(row["Ldr"])):
            print(f"        {module[0]:8x} {module[1]:08x}  {module[2]}")
    print(f"    {'ProcessHeap:':<26}{int(row['ProcessHeap']):08x}")
    print(f"    {'ProcessParameters:':<26}{int(row['ProcessParameters']):08x}")
    if int(row["ProcessParameters"]):
        parameters = struct("RTL_USER_PROCESS_PARAMETERS", int(row["ProcessParameters"]), space)
        for label, name in (("ImageFile:", "ImagePathName"), ("CommandLine:", "CommandLine")):
            print(f"    {label:<26}'{unicode(parameters[name], space)}'")


def modules_of(space, ldr):
    """(base, time stamp, full name) of a process's modules, as its loader lists them."""
    head = ldr + offset("PEB_LDR_DATA", "InLoadOrderModuleList")
    at, seen = int.from_bytes(space.read(head, 4), "little"), set()
    while at not in (head, 0, *seen) and at < SYSTEM and len(seen) < 500:  # the program keeps it, and may be wrong
        seen.add(at)
        row = struct("LDR_DATA_TABLE_ENTRY", at, space)
        yield int(row["DllBase"]), int(row["TimeDateStamp"]), unicode(row["FullDllName"], space)
        at = int.from_bytes(space.read(at, 4), "little")
