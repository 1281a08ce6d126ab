# SPDX-License-Identifier: MIT
"""The command line of tools/mica."""
import argparse
import pathlib
import shlex
import sys

from . import debugger, machine, recording, report, session, trace, watch

DEFAULT_MEMORY = 32
DEFAULT_TIMEOUT = 600.0
BENCH_MEMORY = 64
LAST_EVENTS = 1024  # kept in every run, for a crash report

STATUSES = """exit status: the low byte of the program's, or 124 time limit, 125 bugcheck (or reset),
126 the program could not be started, 127 the host side failed; 128 + n when signal n ended it
(130 Ctrl+C, 141 nobody reads our output)"""

GDB_STATUS = "exit status: GDB's; the program's standard input is empty, GDB has the terminal"


class Parser(argparse.ArgumentParser):
    """Wrong arguments are the host side's failure; 2 might be a program's status."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(session.HOST_FAILED, f"{self.prog}: error: {message}\n")


def seconds(text):
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < 1e7:
        raise argparse.ArgumentTypeError(f"{text}: not a number of seconds above 0")
    return value


def megabytes(text):
    value = int(text) if text.isdecimal() else 0
    if not machine.MINIMUM_MEMORY <= value <= 2047:
        raise argparse.ArgumentTypeError(f"{text}: not a number of MB from {machine.MINIMUM_MEMORY} "
                                         "to 2047")
    return value


def hexadecimal(text):
    try:
        value = int(text, 16)
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFFFFFF:
        raise argparse.ArgumentTypeError(f"{text}: not a hexadecimal number of 32 bits")
    return f"{value:X}"


def identity(text):
    return int(hexadecimal(text), 16)


def count(text):
    value = int(text) if text.isdecimal() else 0
    if not 0 < value <= 1 << 27:
        raise argparse.ArgumentTypeError(f"{text}: not a number of events")
    return value


def parser():
    top = Parser(prog="mica", description="Runs programs on Mica, in QEMU.", epilog=STATUSES)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=Parser)

    def verb(name, text, program):
        sub = verbs.add_parser(name, help=text, description=text,
                               epilog=GDB_STATUS if name == "debug" else STATUSES)
        sub.add_argument("--memory", type=megabytes, default=DEFAULT_MEMORY, metavar="MB",
                         help=f"memory of the machine (default {DEFAULT_MEMORY}; "
                         "what is above 512 is not used)")
        if program:
            sub.add_argument("--icount", action="store_true",
                             help="count instructions instead of time: every run is the same")
            sub.add_argument("--module", action="append", default=[], metavar="FILE",
                             help="a further file of the system (DLLs beside PROGRAM come along)")
            sub.add_argument("--safeseh", action="store_true",
                             help="handlers must be in their image's table, if it has one")
            sub.add_argument("--sehop", action="store_true",
                             help="the chain of handlers must reach its end, or none is called")
            sub.add_argument("--global-flag", metavar="HEX", type=hexadecimal,
                             help="NtGlobalFlag (1: the debugger stops at all exceptions, "
                             "400000: NtClose raises)")
            sub.add_argument("command", nargs=argparse.REMAINDER, metavar="PROGRAM.exe [ARG...]",
                             help="the program, and everything behind it for the program")
        return sub

    def limited(sub, default=DEFAULT_TIMEOUT):
        sub.add_argument("--timeout", type=seconds, default=default, metavar="S",
                         help="time limit in seconds (default "
                         f"{'none' if default == session.FOREVER else f'{default:g}'})")
        sub.add_argument("--dry-run", action="store_true", help="print QEMU's command line only")

    def reported(sub):
        sub.add_argument("--core", type=pathlib.Path, metavar="FILE",
                         help="where to keep an ELF core, for GDB, if something goes wrong")
        sub.add_argument("--no-report", action="store_true", help="no crash report")

    run = verb("run", "boot straight into a 32-bit console PE program", True)
    limited(run)
    reported(run)
    run.add_argument("--kd", metavar="FILE",
                     help="with the kernel's debugger, which takes its commands from FILE "
                     "(/dev/tty: from you): g, gh, gn, r, and answers to DbgPrompt")
    journey = verb("trace", "run it, and print its journey through ring 0 and ring 3", True)
    limited(journey)
    journey.add_argument("--kind", action="append", choices=[*trace.GROUPS, "interrupt"],
                         help="only these kinds of events (may be given more than once)")
    journey.add_argument("--thread", type=identity, metavar="ID", help="only this thread's (hexadecimal)")
    journey.add_argument("--json", action="store_true", help="for programs")
    journey.add_argument("--html", metavar="FILE", type=pathlib.Path,
                         help="one page with a picture: lanes for program, ntdll, kernel and hardware")
    journey.add_argument("--output", metavar="FILE", help="there, instead of on standard error")
    journey.add_argument("--events", type=count, default=1 << 17, metavar="N",
                         help="room for so many; the last ones are kept (default %(default)s)")
    debug = verb("debug", "the same, paused at the program's entry, in GDB", True)
    debug.add_argument("--gdb", action="append", default=[], metavar="COMMAND",
                       help="a GDB command to run then (may be given more than once)")
    debug.add_argument("--from-reset", action="store_true",
                       help="stop where the machine is switched on, not at the program's entry")
    server = verb("gdb-server", "the same, waiting to be switched on by a debugger that attaches", True)
    server.add_argument("--port", type=int, default=1234, help="on 127.0.0.1 (default 1234)")
    keep = verb("record", "run it, and keep the run", True)
    limited(keep, recording.LIMIT)
    keep.add_argument("--to", type=pathlib.Path, metavar="FOLDER", default=machine.BUILD / "recording",
                      help="where (default %(default)s)")
    again = verbs.add_parser("replay", help="the kept run once more, in GDB, backwards too",
                             description="The run that `mica record` has kept, in GDB: `nt back`, `nt writer`, "
                             "`nt journey`, `nt goto`.", epilog=STATUSES)
    limited(again)
    again.add_argument("--from", dest="folder", type=pathlib.Path, metavar="FOLDER",
                       default=machine.BUILD / "recording", help="where it is (default %(default)s)")
    again.add_argument("--plain", action="store_true", help="without GDB: what it printed, once more")
    again.add_argument("--gdb", action="append", default=[], metavar="COMMAND",
                       help="a GDB command to run then (may be given more than once)")
    boot = verb("boot", "boot an ISO image", False)
    limited(boot, session.FOREVER)
    reported(boot)
    boot.add_argument("--window", action="store_true", help="show the VGA screen")
    boot.add_argument("image", metavar="IMAGE.iso")
    costs = verbs.add_parser("bench", help="what things cost, in guest instructions",
                             description="Prints what things cost, in guest instructions, with "
                             "10 to 10,000 objects (user/costs.c). Every run prints the same.",
                             epilog=STATUSES)
    limited(costs)
    costs.add_argument("--events", type=count, default=0, metavar="N",
                       help="with an event log of so many records: what that costs")
    return top


def bench(options):
    command = machine.boot_program(str(machine.BUILD / "costs.exe"), [], BENCH_MEMORY, machine.COUNTING_STEP,
                                   switches=[f"/EVENTS={options.events:X}"] if options.events else [])
    if options.dry_run:
        print(shlex.join(command))
        return 0
    return session.run(command, options.timeout)


def rerun(options):
    """The command that has the same program in GDB."""
    if options.verb == "boot":
        return None
    words = [sys.argv[0], "debug"]
    if options.memory != DEFAULT_MEMORY:
        words += ["--memory", str(options.memory)]
    for name in options.module:
        words += ["--module", name]
    if options.global_flag:
        words += ["--global-flag", options.global_flag]
    words += [f"--{name}" for name in ("icount", "safeseh", "sehop") if getattr(options, name)]
    return [*words, *options.command]


def watched(options, command):
    """Who looks at the run, and reports; or nobody."""
    if options.no_report and not options.core:
        return None
    return watch.Watch(report.Report(command, rerun(options), options.core, not options.no_report),
                       clock=not getattr(options, "kd", None))


def switches(options):
    """What goes in front of the program on the kernel's command line."""
    kept = {"run": LAST_EVENTS, "record": recording.EVENTS}
    events = getattr(options, "events", kept.get(options.verb, 0))
    words = [(getattr(options, "kd", None), "/DEBUG"), (options.safeseh, "/SAFESEH"),
             (options.sehop, "/SEHOP"),
             (options.global_flag, f"/GLOBALFLAG={options.global_flag}"),
             (events, f"/EVENTS={events:X}"),
             ("interrupt" in (getattr(options, "kind", None) or []), "/INTERRUPTS")]
    return [word for wanted, word in words if wanted]


def dispatch(options):
    if options.verb == "bench":
        return bench(options)
    if options.verb == "replay":
        extra = [part for text in options.gdb for part in ("-ex", text)]
        return recording.replay(options.folder.absolute(), options.timeout, options.plain, extra)
    if options.verb == "boot":
        display = "gtk" if options.window else "none"
        command = machine.boot_iso(options.image, options.memory, display)
    else:
        program, *arguments = options.command
        command = machine.boot_program(program, arguments, options.memory,
                                       machine.STEP if options.icount else None, options.module, switches(options))
    if options.verb == "debug":
        extra = [part for text in options.gdb for part in ("-ex", text)]
        return debugger.debug(command, program, options.from_reset, extra)
    if options.verb == "record":
        return recording.record(command, options.to.absolute(), options.timeout)
    if options.verb == "gdb-server":
        return debugger.serve(command, options.port)
    answers = getattr(options, "kd", None)
    if answers:
        machine.check_answers(answers)
        if options.dry_run:
            raise machine.HostError("--dry-run: with --kd the answers come through the launcher, so "
                                    "no command line alone does the same")
    if options.dry_run:
        print(shlex.join(command))
        return 0
    if options.verb == "trace":
        return trace.trace(command, options, command[command.index("-initrd") + 1].split(","))
    return session.run(command, options.timeout, answers, options.verb == "boot",
                       watched(options, command) if options.verb in ("run", "boot") else None)


def main():
    options = parser().parse_args()
    if not getattr(options, "command", True):
        parser().error(f"{options.verb}: which program?")
    try:
        return dispatch(options)
    except machine.CannotStart as error:
        session.say(str(error))
        return session.NOT_STARTED
    except machine.HostError as error:
        session.say(str(error))
        return session.HOST_FAILED
