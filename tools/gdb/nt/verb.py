# SPDX-License-Identifier: MIT
"""What a verb is: a function whose docstring is its help, registered as `nt NAME`."""
import inspect

import gdb

TAKEN = {"process", "thread", "handle", "object", "trap", "k", "pool", "error"}  # GDB's own, or too wide


class Prefix(gdb.Command):
    """WinDbg's verbs. Numbers are GDB expressions, or hexadecimal digits."""

    def __init__(self):
        super().__init__("nt", gdb.COMMAND_DATA, gdb.COMPLETE_COMMAND, True)


class Verb(gdb.Command):
    def __init__(self, name, function):
        self.name, self.function = name, function
        self.__doc__ = inspect.getdoc(function)
        super().__init__(f"nt {name}", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)
        if name not in TAKEN:
            gdb.execute(f"alias {name} = nt {name}")

    def invoke(self, argument, from_tty):
        self.dont_repeat()
        one = len(inspect.signature(self.function).parameters) == 1
        words = [argument] if one and argument else argument.split()  # names have backslashes
        try:
            inspect.signature(self.function).bind(*words)
        except TypeError:
            usage = self.__doc__.splitlines()[0]
            raise gdb.GdbError(f"usage: nt {usage.split(':')[0]}") from None
        try:
            self.function(*words)
        except gdb.MemoryError as error:
            raise gdb.GdbError(f"nt {self.name}: {error}") from None
        except gdb.error as error:
            raise gdb.GdbError(f"nt {self.name}: {error}") from None


def verb(function):
    """Marks a function of a module: its name, without a leading underscore, is the verb."""
    function.is_verb = True
    return function


def register(*modules):
    Prefix()
    for module in modules:
        for name, function in vars(module).items():
            if getattr(function, "is_verb", False):
                Verb(name.strip("_"), function)
