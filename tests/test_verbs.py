# SPDX-License-Identifier: MIT
"""The verbs of `nt` in GDB, each against a live guest. tools/gdb/nt."""
import re

import pytest
from conftest import GUEST
from test_gdb import session

# Stopped in a service of a program with a thread that waits and owns a mutant.
AT_ENTRY = {
    "nt pcr": r"KPCR for Processor 0 at ffdff000:\n    Major 1 Minor 1\n[\s\S]*IDT: 80036400[\s\S]*"
              r"CurrentThread: ff4\w{5}",
    "nt prcb": r"PRCB for Processor 0 at ffdff120:\nThreads--  Current ff4\w{5} Next 00000000 Idle 80\w{6}\n"
               r"[\s\S]*GenuineIntel",
    "nt irql": r"IRQL 0 \(PASSIVE_LEVEL\), IRR 00000000, IDR 0000\w{4}",
    "nt idt 0x2e": r"2e: Int32  DPL 3 0008:80\w{6} KiSystemService \(kernel/trap/service\.asm:\d+\)",
    "nt idt 0x8": r"08: Task   DPL 0 TSS 0050",
    "nt gdt 0x3b": r"0038 7ffde000 00000fff Data RW Ac 3 Bg By P  4",
    "nt gdt": r"0008 00000000 ffffffff Code RE Ac 0 Bg Pg P  c\n0010 .*\n0018 00000000 ffffffff Code RE Ac 3",
    "nt tss": r"TSS at 80\w{6}\n[\s\S]*\+004 Esp0 +fb\w{6}\n  \+008 Ss0 +00000010",
    "nt process 0": r"PROCESS ff\w{6}  Cid: 0004    Peb: 00000000  ParentCid: 0000\n.*\n    Image: System\n"
                    r"PROCESS ff\w{6}  Cid: \w{4}    Peb: 7ffdf000  ParentCid: 0004\n.*HandleCount: 3\.\n"
                    r"    Image: waits\.exe",
    "nt process waits": r"Image: waits\.exe\n    VadRoot e1\w{6} Vads 8 [\s\S]*        THREAD ff\w{6}  Cid .* RUNNING",
    "nt thread": r"THREAD ff\w{6}  Cid \w{4}\.\w{4}  Teb: 7ffde000 .* RUNNING\n[\s\S]*"
                 r"Win32 Start Address mainCRTStartup \(user/lib/start\.c:\d+\)\n[\s\S]*Priority 8 BasePriority 8",
    "nt teb": r"TEB at 7ffde000\n    ExceptionList: +0022\w{4}\n    StackBase: +00230000\n[\s\S]*PEB Address: +7ffdf000",
    "nt peb": r"PEB at 7ffdf000\n    BeingDebugged: +No\n    ImageBaseAddress: +00400000\n[\s\S]*"
              r"  400000 \w{8}  \\SystemRoot\\waits\.exe\n +77f60000 \w{8}  \\SystemRoot\\ntdll\.dll\n[\s\S]*"
              r"CommandLine: +'waits\.exe'",
    "nt handle": r"with 3 entries in use\n0004: Object: ff\w{6}  GrantedAccess: 00120089 \(Inherit\)  Type: File",
    "nt handle 8": r"0008: Object: .* 00120116",
    "nt object \\": r"Type: \(80\w{6}\) Directory\n[\s\S]*Directory +KnownDlls\n[\s\S]*SymbolicLink +SystemRoot",
    "nt object \\knowndlls\\ntdll.dll": r"\) Section\n[\s\S]*Name: \\KnownDlls\\ntdll\.dll",
    "nt vad": r"00400000 \w{8} +\d+ Image  Exe  EXECUTE_WRITECOPY  waits\.exe\n[\s\S]*7ffde000 7ffdefff +0 System"
              r" +READWRITE\n[\s\S]*Total VADs: 8",
    "nt vad waits 0x77f61000": r"77f60000 .* ntdll\.dll\nTotal VADs: 1",
    "nt pte 0x80100000": r"VA 80100000\nPDE at c0300800  contains .*EV\nPTE at c0200400  contains 0010\w{4}  "
                         r"pfn 100  ---A--KREV\nphysical 00100000",
    "nt pte 0x22e000 waits": r"Protect: READWRITE\|GUARD",
    "nt pool": r"Tag +NonPaged.*\n[\s\S]*Vad +0 +0 +8 +384\n",
    "nt exchain": r"0022\w{4}: RtlpThreadStartHandler \(ntdll/thread\.c:\d+\)",
    "nt lm": r"80100000 80\w{6}   mica\n00400000 \w{8}   \\SystemRoot\\waits\.exe\n77f60000 \w{8}   "
             r"\\SystemRoot\\ntdll\.dll",
    "nt ln $pc": r"\(\w{8}\)   mainCRTStartup \(user/lib/start\.c:\d+\)",
    "nt dt EPROCESS": r"\+0x068 ExitStatus +: NTSTATUS\n[\s\S]*\+0x18c Peb +: PPEB",
    "nt dt _KPCR 0xffdff000": r"\+0x024 Irql +: 0x0\n[\s\S]*\+0x03c GDT +: 0x80036000",
    "nt error c0000005": r"0xc0000005 \(3221225477\) - STATUS_ACCESS_VIOLATION",
    "nt error STATUS_NO_MEMORY": r"STATUS_NO_MEMORY = c0000017",
    "nt ready": r"No threads in READY state",
    "nt timer": r"Interrupt time \w{16}, 0 timers",
    "nt apc": r"no APC is queued",
    "nt locks": r"no mutant is held",
    "nt k": r"mainCRTStartup \[user/lib/start\.c @ \d+\]\n.* RtlpRunThread .*\n.* RtlUserThreadStart",
    "nt trap": r"the running thread has no trap frame",
    # what is wrong is said
    "nt pte": r"usage: nt pte ADDRESS \[PROCESS\]",
    "nt process nobody": r"nobody: (neither an expression nor a number|no process)",
    "nt process 0x99": r"0x99: no process has that address, id or name",
    "nt handle 0x5c": r"5c: not a handle of this process",
    "nt object \\nowhere\\x": r"there is no nowhere",
    "nt pool 0x401000": r"00401000 is not in pool",
    "nt teb 0x10": r"nt teb: .*Cannot access memory at address 0x10",
    "nt gh": r"only where `nt sxe` has stopped",
}


@pytest.fixture(scope="module")
def said():
    """What each said, by the line printed in front."""
    commands = [part for verb in AT_ENTRY for part in (f"echo \\n=== {verb.replace(chr(92), chr(92) * 2)}\\n", verb)]
    text = session("waits", *commands)
    parts = re.split(r"^=== (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.parametrize("verb", AT_ENTRY)
def test_verb(said, verb):
    assert verb in said, said.keys()
    assert re.search(AT_ENTRY[verb], said[verb]), said[verb]


def test_every_verb_is_tested():
    text = session("waits", "help nt")
    verbs = set(re.findall(r"^nt (\w+)(?:, \w+)? -- ", text, re.MULTILINE))
    tested = {line.split()[1] for line in AT_ENTRY} | {"sxe", "sxd", "gn", "cxr", "exr", "bp", "back", "writer", "goto", "journey"}
    assert len(verbs) > 30 and verbs == tested, verbs ^ tested


def test_stack_and_trap_in_a_service():
    """From the service through the trap frame to the program's line; frames GDB knows, and the trap's registers."""
    text = session("waits", "break NtWaitForSingleObject", "continue", "nt k", "nt trap")
    assert re.search(r"NtWaitForSingleObject \[kernel/ob/wait\.c @ \d+\]\n.*service\.asm.*interrupted below\n"
                     r".*ZwWaitForSingleObject@12 .*\n.* Wait \[tests/guest/waits\.c @ \d+\]\n"
                     r".* Events \[tests/guest/waits\.c", text), text
    assert re.search(r"TrapFrame at fb\w{6}  ErrCode = 0+\n[\s\S]*cs=001b  ss=0023  ds=0023  es=0023  fs=003b\n"
                     r"ZwWaitForSingleObject@12\+11", text), text


def test_exceptions():
    """sxe stops at the dispatch; exr, cxr and trap say what it is; gn lets the handlers have it."""
    text = session("seh_try", "nt sxe av", "continue", "nt exr Record", "nt trap Frame", "nt gn", "nt sxd av",
                   "break KiUserExceptionDispatcher@8", "continue", "nt cxr *(int *)($esp+4)",
                   "nt exr *(int *)$esp", "nt exchain", "delete", "continue")
    assert "(first chance) c0000005 (STATUS_ACCESS_VIOLATION) at " in text, text
    assert re.search(r"ExceptionAddress: Peek.*\(user/lib/peek\.c:\d+\)\n   ExceptionCode: c0000005 "
                     r"\(STATUS_ACCESS_VIOLATION\)\n[\s\S]*Attempt to read from address \w{8}", text), text
    assert re.search(r"TrapFrame at fb\w{6}  ErrCode = 00000004\n", text), text
    assert re.search(r"ContextFlags 0001\w{4}\n[\s\S]*cs=001b  ss=0023", text), text
    assert re.search(r"\w{8}: _except_handler3 .*seh3\.c", text), text
    assert "seh_try.exe exited with status 00000000" in text, text


def test_handled_by_the_debugger():
    """gh: nobody is asked, and the program goes on; here into the same fault again."""
    text = session("unhandled", "nt sxe av", "continue",
                   "nt gh", "info symbol $eip", timeout=90)
    assert text.count("(first chance) c0000005") == 2, text  # the instruction faults again, and again stops
