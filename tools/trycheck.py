#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Refuses a __try body that can fault without a call: clang guards nothing else on i686.

trycheck.py -- FLAGS... SOURCE.c

Walks clang's own syntax tree. In the body of a __try these may not stand: a dereference, a
subscript of a pointer, -> (but & of them is fine), inline assembly, and an integer division by
what is not a constant. Put them into a function and call that (user/lib/peek.c).
"""
import json
import pathlib
import subprocess
import sys

TARGET = "--target=i686-pc-windows-msvc"


class Checker:
    def __init__(self, source):
        self.source = source
        self.line = 0
        self.file = source
        self.errors = []

    def place(self, node):
        """clang leaves a line or a file out when it is the one before's."""
        for spot in (node.get("loc", {}), node.get("range", {}).get("begin", {})):
            spot = spot.get("expansionLoc", spot)
            self.file = spot.get("file", self.file)
            self.line = spot.get("line", self.line)

    def refuse(self, what):
        self.errors.append(f"{self.file}:{self.line}: error: {what} in a __try body is not "
                           "guarded: only a call is. Put it into a function (user/lib/peek.c)")

    def walk(self, node, guarded=False, addressed=False):
        if not isinstance(node, dict):
            return
        kind = node.get("kind", "")
        inner = node.get("inner", [])
        self.place(node)
        if kind == "UnaryExprOrTypeTraitExpr":
            return  # sizeof: not evaluated
        if kind == "SEHTryStmt":
            self.walk(inner[0], True)
            for handler in inner[1:]:
                self.walk(handler, guarded)
            return
        if kind == "SEHExceptStmt":
            self.walk(inner[0])  # the filter is a function of its own to the dispatcher
            self.walk(inner[1], guarded)
            return
        if guarded and not addressed:
            self.check(kind, node, inner)
        below = self.takes_address(kind, node) or (addressed and kind in (
            "ParenExpr", "MemberExpr", "ArraySubscriptExpr") )
        for index, child in enumerate(inner):
            # Of &p[i] and &p->m the pointer itself is still read; it is the access that is not.
            self.walk(child, guarded, below and index == 0)

    @staticmethod
    def takes_address(kind, node):
        return kind == "UnaryOperator" and node.get("opcode") == "&"

    def check(self, kind, node, inner):
        if kind == "UnaryOperator" and node.get("opcode") == "*":
            self.refuse("a dereference")
        elif kind == "ArraySubscriptExpr" and not self.is_array(inner[0]):
            self.refuse("a subscript of a pointer")
        elif kind == "MemberExpr" and node.get("isArrow"):
            self.refuse("an access through ->")
        elif kind in ("GCCAsmStmt", "MSAsmStmt"):
            self.refuse("inline assembly")
        elif kind in ("BinaryOperator", "CompoundAssignOperator") and \
                node.get("opcode", "").rstrip("=") in ("/", "%") and \
                "double" not in node["type"]["qualType"] and \
                "float" not in node["type"]["qualType"] and not self.is_constant(inner[1]):
            self.refuse("a division")

    @staticmethod
    def is_array(node):
        """A declared array: its elements are where the compiler put them."""
        return node.get("kind") == "ImplicitCastExpr" and \
            node.get("castKind") == "ArrayToPointerDecay" and \
            node["inner"][0].get("kind") in ("DeclRefExpr", "MemberExpr")

    def is_constant(self, node):
        if node.get("kind") in ("IntegerLiteral", "CharacterLiteral", "ConstantExpr",
                                "UnaryExprOrTypeTraitExpr"):
            return True
        parts = node.get("inner", [])
        return bool(parts) and node.get("kind") in (
            "ImplicitCastExpr", "CStyleCastExpr", "ParenExpr", "BinaryOperator",
            "UnaryOperator") and all(self.is_constant(p) for p in parts)


def main():
    split = sys.argv.index("--")
    flags, source = sys.argv[split + 1:-1], sys.argv[-1]
    if "__try" in pathlib.Path(source).read_text():
        done = subprocess.run(
            ["clang", TARGET, *flags, "-w", "-fsyntax-only", "-Xclang", "-ast-dump=json", source],
            stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            return done.returncode
        checker = Checker(source)
        checker.walk(json.loads(done.stdout))
        if checker.errors:
            print("\n".join(checker.errors), file=sys.stderr)
            return 1
    return 0


sys.setrecursionlimit(10000)
sys.exit(main())
